#pragma once
// The sandbox's own clock and calendar.
//
// Written apart from bonin's model on purpose: a mistake in the calendar that is under test must not be made here too.

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "shift.hpp"

namespace bonin::sandbox {

/// The machine's wall clock plus what `advance` added. Moved on the I/O thread; the shift is read by any.
class SandboxClock {
 public:
  /// A century either way: enough for every test, and no sum of it can overflow.
  static constexpr std::int64_t max_shift_ms = 100LL * 366 * 86'400'000;

  std::int64_t now_ms() const noexcept {
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count() + shift_->ms();
  }
  std::int64_t shift_ms() const noexcept { return shift_->ms(); }
  void advance(std::int64_t ms) noexcept { shift_->set(shift_->ms() + ms); }
  void reset() noexcept { shift_->set(0); }
  /// Outlives the clock for whoever holds it.
  const std::shared_ptr<const Shift>& shift() const noexcept { return seen_; }

 private:
  std::shared_ptr<Shift> shift_ = Shift::make();
  std::shared_ptr<const Shift> seen_ = shift_;
};

using Day = std::chrono::year_month_day;

/// Last millisecond of the year 9999: the latest time that RFC 3339 can write.
inline constexpr std::int64_t latest_ms = 253'402'300'799'999;

inline Day korean_day(std::int64_t ms) noexcept {
  using namespace std::chrono;
  return Day{floor<days>(sys_time<milliseconds>(milliseconds(ms)) + hours(9))};
}

/// Seconds since the epoch at the day's midnight in Korea.
inline std::int64_t korean_midnight(Day day) noexcept {
  return std::chrono::sys_days(day).time_since_epoch().count() * 86'400LL - 9 * 3'600;
}

inline std::string day_text(Day day) {
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                static_cast<unsigned>(day.day()));
  return text;
}

/// RFC 3339 in UTC with milliseconds.
inline std::string time_text(std::int64_t ms) {
  const std::int64_t day = (ms >= 0 ? ms : ms - 86'399'999) / 86'400'000;
  const std::int64_t rest = ms - day * 86'400'000;
  char text[32];
  std::snprintf(text, sizeof text, "T%02d:%02d:%02d.%03dZ", static_cast<int>(rest / 3'600'000),
                static_cast<int>(rest / 60'000 % 60), static_cast<int>(rest / 1'000 % 60),
                static_cast<int>(rest % 1'000));
  return day_text(Day{std::chrono::sys_days(std::chrono::days(day))}) + text;
}

inline std::optional<int> number_in(std::string_view text, std::size_t at, std::size_t width) noexcept {
  if (at + width > text.size()) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(at, width)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

/// `YYYY-MM-DD`, a real day.
inline std::optional<Day> read_day(std::string_view text) noexcept {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto y = number_in(text, 0, 4), m = number_in(text, 5, 2), d = number_in(text, 8, 2);
  if (!y || !m || !d) return std::nullopt;
  const Day day{std::chrono::year{*y}, std::chrono::month{static_cast<unsigned>(*m)},
                std::chrono::day{static_cast<unsigned>(*d)}};
  if (!day.ok()) return std::nullopt;
  return day;
}

/// As a `Date` header has it: RFC 9110, in whole seconds.
inline std::string http_time_text(std::int64_t ms) {
  using namespace std::chrono;
  static constexpr const char* days_of_week[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto at = floor<seconds>(sys_time<milliseconds>(milliseconds(ms)));
  const auto midnight = floor<days>(at);
  const Day day{midnight};
  const auto time = at - midnight;
  char text[64];
  std::snprintf(text, sizeof text, "%s, %02u %s %04d %02d:%02d:%02d GMT", days_of_week[weekday{midnight}.c_encoding()],
                static_cast<unsigned>(day.day()), months[static_cast<unsigned>(day.month()) - 1],
                static_cast<int>(day.year()), static_cast<int>(time / hours(1)),
                static_cast<int>(time % hours(1) / minutes(1)), static_cast<int>(time % minutes(1) / seconds(1)));
  return text;
}

/// RFC 3339 with `Z` or an offset; fractions below a millisecond are cut.
inline std::optional<std::int64_t> read_time(std::string_view text) noexcept {
  if (text.size() < 20 || text.size() > 40 || (text[10] != 'T' && text[10] != ' ') || text[13] != ':' ||
      text[16] != ':') {
    return std::nullopt;
  }
  const auto day = read_day(text.substr(0, 10));
  const auto h = number_in(text, 11, 2), m = number_in(text, 14, 2), s = number_in(text, 17, 2);
  if (!day || !h || !m || !s || *h > 23 || *m > 59 || *s > 60) return std::nullopt;
  std::int64_t ms = std::chrono::sys_days(*day).time_since_epoch().count() * 86'400'000LL + *h * 3'600'000LL +
                    *m * 60'000LL + *s * 1'000LL;
  std::size_t at = 19;
  if (text[at] == '.') {
    int scale = 100;
    const std::size_t first = ++at;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, scale /= 10) ms += scale * (text[at] - '0');
    if (at == first) return std::nullopt;
  }
  const auto zone = text.substr(at);
  if (zone == "Z" || zone == "z") return ms;
  if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':') return std::nullopt;
  const auto zh = number_in(zone, 1, 2), zm = number_in(zone, 4, 2);
  if (!zh || !zm || *zh > 23 || *zm > 59) return std::nullopt;
  const std::int64_t shift = (*zh * 60 + *zm) * 60'000LL;
  return zone[0] == '+' ? ms - shift : ms + shift;
}

}  // namespace bonin::sandbox
