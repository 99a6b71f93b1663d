#pragma once
// What one transaction of an import takes in.

#include <cstdint>
#include <memory>
#include <vector>

#include "bonin/import.hpp"
#include "model/crypto.hpp"
#include "registry/rules.hpp"

namespace bonin::registry_detail {

struct Intake {
  std::vector<ImportRow> raw;  // until they are hashed
  std::vector<std::int64_t> numbers;
  std::vector<ImportConflict> conflicts;  // of rows that cannot be read
  // Of the rows that can, in the same order as `taken`.
  std::vector<Arrival> arrivals;
  std::vector<UseRow> uses;
  std::vector<std::int64_t> taken;

  std::int64_t rows = 0;
  bool more = false;

  Intake() = default;
  Intake(const Intake&) = delete;
  Intake& operator=(const Intake&) = delete;
  ~Intake() { wipe(); }
  void wipe() {
    for (auto& row : raw) crypto::wipe(row.value.data(), row.value.size());
    raw.clear();
  }
};
using IntakePtr = std::shared_ptr<Intake>;

}  // namespace bonin::registry_detail
