#pragma once
// Ages by Korean law, as cut-off dates of birth.

#include <cstdint>

#include "policy/program.hpp"

namespace bonin::policy_detail {

/// Year, month and day in one ascending number. Also orders days that do not exist: 29 February of a common year lies
/// between 28 February and 1 March, so that who was born on 29 February completes a common year on 1 March.
constexpr std::int32_t date_key(int year, unsigned month, unsigned day) noexcept {
  return year * 512 + static_cast<std::int32_t>(month * 32 + day);
}
constexpr std::int32_t date_key(Date date) noexcept {
  return date_key(static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                  static_cast<unsigned>(date.day()));
}

inline constexpr std::int32_t earliest_key = date_key(1900, 1, 1);

/// Birth dates that decide an age rule, in one ascending encoding of dates: a person is at least n years old who was
/// born on `latest(n)` or before.
struct Cutoffs {
  std::int32_t today;     // born later: impossible
  std::int32_t earliest;  // born earlier: not a date bonin reads
  std::int32_t at_least;  // born later: too young
  std::int32_t below;     // born on it or earlier: too old
};

/// `date_key` of the date in Korea at a moment.
std::int32_t key_in_korea(Moment moment) noexcept;

/// Who was born on this day or before has the age that this day gives: by year everybody born in a year is of one age
/// all year; by full age the birthday counts.
constexpr std::int32_t youngest(std::int32_t day, bool by_year) noexcept {
  return by_year ? date_key(day / 512, 12, 31) : day;
}
/// Born on it or before: at least this old.
constexpr std::int32_t latest(std::int32_t youngest, int age) noexcept { return youngest - age * 512; }

/// Cut-offs in the encoding of `date_key`; `today` is the decision's day in Korea.
inline Cutoffs cutoffs(const Step& step, std::int32_t today) noexcept {
  const std::int32_t day = step.counted_on_a_day ? step.day_key : today;
  const std::int32_t none = youngest(day, step.by_year);
  return {today, earliest_key, latest(none, step.at_least),
          step.below >= Step::no_age ? earliest_key - 1 : latest(none, step.below)};
}

/// The same in days since 1970-01-01.
Cutoffs cutoffs_in_days(const Step& step, std::int32_t today) noexcept;

}  // namespace bonin::policy_detail
