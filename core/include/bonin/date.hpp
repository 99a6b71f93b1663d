#pragma once
// Civil dates and moments.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bonin {

/// A moment on the wall clock, in milliseconds since 1970-01-01T00:00:00Z.
using Moment = std::chrono::sys_time<std::chrono::milliseconds>;

/// A civil date of the Gregorian calendar, always a real one.
using Date = std::chrono::year_month_day;

/// Reads `YYYY-MM-DD` and nothing else; 1900-01-01 or later. Never guesses: `19900101`, `2023-02-29` and a
/// date with anything around it are no dates.
std::optional<Date> parse_date(std::string_view text) noexcept;

/// `YYYY-MM-DD`.
std::string to_string(Date date);

/// The civil date in Korea (UTC+9, no daylight saving) at a moment; beyond the years 0 to 9999 their first or last.
Date date_in_korea(Moment moment) noexcept;

/// Reads an RFC 3339 time such as `2026-01-02T03:04:05.678Z` or `...+09:00`; fractions below a millisecond are cut.
std::optional<Moment> parse_moment(std::string_view text) noexcept;

/// `YYYY-MM-DDTHH:MM:SS.mmmZ`.
std::string to_string(Moment moment);

}  // namespace bonin
