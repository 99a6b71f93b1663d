#pragma once
// How many are begun within a second.

#include <algorithm>
#include <chrono>
#include <optional>

namespace bonin {

/// Spreads beginnings evenly. What is late by up to `catches_up`, as a timer may be, is caught up with; after a longer
/// pause nothing is.
class Pace {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::milliseconds catches_up{20};

  explicit Pace(std::optional<double> per_second) noexcept {
    if (!per_second) return;
    interval_ = std::chrono::duration_cast<Time::duration>(std::chrono::duration<double>(1 / *per_second));
  }

  /// How long the next one has to wait; zero: it begins now, and is counted.
  Time::duration begin(Time now) noexcept {
    if (interval_ == Time::duration::zero()) return interval_;
    if (due_ && *due_ > now) return *due_ - now;
    due_ = std::max(due_.value_or(now), now - catches_up) + interval_;
    return Time::duration::zero();
  }

 private:
  Time::duration interval_{};
  std::optional<Time> due_;  // the next one
};

}  // namespace bonin
