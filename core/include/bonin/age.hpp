#pragma once
// Ages by Korean law.

#include <cstdint>
#include <optional>

#include "bonin/date.hpp"

namespace bonin {

/// full: completed years of life (만 나이); the birthday counts. year: the year less the year of birth (연 나이).
enum class AgeBy : std::uint8_t { full, year };

/// The age on a day. nullopt: born before 1900, or after that day.
std::optional<int> age(Date birth, Date on, AgeBy by) noexcept;

}  // namespace bonin
