#pragma once
// Reservations for an application's own store that keeps none. The id carries everything that the commit needs, signed
// under a pepper, so that any process with the same pepper can commit it. That one was cancelled is known to the
// process alone that was told.

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bonin/date.hpp"
#include "bonin/person_key.hpp"
#include "registry/keyring.hpp"

namespace bonin::registry_detail {

struct Carried {
  std::vector<PersonKey> keys;
  Moment end{};
};

/// `whose`: tells the reservations of two subjects apart. Hex characters.
std::string carry(const Keyring& ring, const Carried& place, std::string_view whose);
/// nullopt: no registry with one of these peppers has made it.
std::optional<Carried> open_carried(const Keyring& ring, std::string_view id);

/// What this process did with them. Thread-safe.
class CarriedPlaces {
 public:
  /// The store is about to be asked for an account. False: it was cancelled.
  bool ask(std::string_view id, Moment end, Moment now) { return settle(id, end, now, Place::asked_for); }
  /// False: it was cancelled already, or the store was asked: it may be an account by now.
  bool drop(std::string_view id, Moment end, Moment now) { return settle(id, end, now, Place::dropped); }

 private:
  enum class Place : std::uint8_t { asked_for, dropped };
  bool settle(std::string_view id, Moment end, Moment now, Place place);

  struct Known {
    Place place;
    Moment end;
  };
  std::mutex mutex_;                                 // guards known_
  std::map<std::string, Known, std::less<>> known_;  // those whose end is to come
};

}  // namespace bonin::registry_detail
