#pragma once
// From a row of an import to what the rules take in.

#include <cstdint>
#include <string_view>
#include <utility>

#include "model/provider.hpp"
#include "registry/import_intake.hpp"
#include "registry/keyring.hpp"

namespace bonin::registry_detail {

/// Reads rows, and says why one cannot be read.
struct ImportReader {
  const Keyring& ring;
  const Attests& attests;
  bool any_value;

  std::string_view read(const ImportRow& row, Arrival& arrival) const;
  std::string_view read(const ImportKey& row, Arrival& arrival) const;
  std::string_view read(const PersonKey& key, Moment received_at, Arrival& arrival) const;
  std::string_view read(const PersonRecord& person, Arrival& arrival) const;

 private:
  /// Why this kind and this account cannot be, if they cannot.
  std::string_view refuse(std::string_view kind, std::string_view account) const;
};

/// Adds what a row says to the intake, or why it cannot be read.
template <class Row>
void read_into(Intake& intake, const ImportReader& reader, std::int64_t number, const Row& row) {
  Arrival arrival;
  if (const auto reason = reader.read(row, arrival); !reason.empty()) {
    intake.conflicts.push_back({number, reason});
    return;
  }
  intake.arrivals.push_back(std::move(arrival));
  intake.taken.push_back(number);
}

}  // namespace bonin::registry_detail
