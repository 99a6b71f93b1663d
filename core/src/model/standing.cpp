#include "bonin/standing.hpp"

#include "bonin/words.hpp"

namespace bonin {

std::string_view to_string(Standing::Account account) noexcept { return word(account); }
std::string_view to_string(Standing::Use use) noexcept { return word(use); }
std::string_view to_string(Standing::Place place) noexcept { return word(place); }

}  // namespace bonin
