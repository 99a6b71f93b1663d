#pragma once
// Time, injected so that a test of expiry or backoff takes no time.

#include <chrono>
#include <cstdint>
#include <memory>

#include "bonin/date.hpp"

namespace bonin {

/// The two clocks of a machine.
/// Thread-safety: every method, any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  /// The wall clock: may jump. Judges freshness and age, never the life of a token.
  virtual Moment now() const noexcept = 0;
  /// The monotonic clock: deadlines, pauses, idle connections.
  virtual std::chrono::steady_clock::time_point steady() const noexcept = 0;
  /// The monotonic clock of what lasts for minutes and hours: the life of a token, how often a code may be asked for.
  /// It is `steady()`, unless somebody moves time, as the sandbox does: calls under way keep to their deadlines then.
  virtual std::chrono::steady_clock::time_point lasting() const noexcept { return steady(); }

  /// A registry in a database that has a clock of its own, which all machines share, follows that one instead.
  virtual bool is_the_machines() const noexcept { return false; }

  /// The machine's clocks. Never null.
  static const std::shared_ptr<const Clock>& system() noexcept;
};

}  // namespace bonin
