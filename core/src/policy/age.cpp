#include "policy/age.hpp"

#include <atomic>

#include "bonin/age.hpp"

namespace bonin::policy_detail {
namespace {

using namespace std::chrono;

/// The latest real day that is not after the (possibly unreal) day of a key: only 29 February can be unreal.
std::int32_t days_of_key(std::int32_t key) noexcept {
  const year_month_day date{year{key / 512}, month{static_cast<unsigned>(key % 512 / 32)},
                            day{static_cast<unsigned>(key % 32)}};
  return static_cast<std::int32_t>(
      (date.ok() ? sys_days{date} : sys_days{date.year() / February / 28}).time_since_epoch().count());
}

}  // namespace

std::int32_t key_in_korea(Moment moment) noexcept {
  // Turning a day into a date costs as much as two rules, and nearly every call asks about the same day: the last
  // answer is kept, day and key in one word so that no thread can see half of it.
  static std::atomic<std::uint64_t> last{0};
  const auto day = static_cast<std::int32_t>(floor<days>(moment + hours{9}).time_since_epoch().count());
  const std::uint64_t known = last.load(std::memory_order_relaxed);
  if (static_cast<std::int32_t>(known >> 32) == day && known != 0) return static_cast<std::int32_t>(known);
  const std::int32_t key = date_key(date_in_korea(moment));
  last.store(static_cast<std::uint64_t>(static_cast<std::uint32_t>(day)) << 32 | static_cast<std::uint32_t>(key),
             std::memory_order_relaxed);
  return key;
}

Cutoffs cutoffs_in_days(const Step& step, std::int32_t today) noexcept {
  const Cutoffs keys = cutoffs(step, today);
  const std::int32_t earliest = days_of_key(keys.earliest);
  return {days_of_key(keys.today), earliest, days_of_key(keys.at_least),
          keys.below < earliest_key ? earliest - 1 : days_of_key(keys.below)};
}

}  // namespace bonin::policy_detail

std::optional<int> bonin::age(Date birth, Date on, AgeBy by) noexcept {
  using namespace policy_detail;
  if (!birth.ok() || !on.ok()) return std::nullopt;
  const std::int32_t born = date_key(birth), day = date_key(on);
  if (born < earliest_key || born > day) return std::nullopt;
  // The greatest age whose latest() is not before the birth.
  return (youngest(day, by == AgeBy::year) - born) / 512;
}
