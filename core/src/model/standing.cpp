#include "bonin/standing.hpp"

namespace bonin {

std::string_view to_string(Standing::Place place) noexcept {
  constexpr std::string_view names[] = {"unknown", "free",          "has_account", "reserved",
                                        "banned",  "rejoin_period", "two_persons", "no_key"};
  static_assert(sizeof names / sizeof *names == Standing::place_count);
  return names[static_cast<std::size_t>(place)];
}

}  // namespace bonin
