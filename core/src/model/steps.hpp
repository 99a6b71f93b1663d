#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <utility>

#include "bonin/clock.hpp"
#include "bonin/result.hpp"
#include "model/call_state.hpp"

namespace bonin {

/// Several calls that are one to their caller. A cancellation reaches the step under way. All steps share one deadline.
class Steps : public Call::State {
 public:
  using Time = std::chrono::steady_clock::time_point;
  /// `caller`: of the whole.
  Steps(std::shared_ptr<const Clock> clock, std::chrono::milliseconds timeout, std::uint64_t caller = 0)
      : clock_(std::move(clock)), deadline_(clock_->steady() + timeout), caller_(caller) {}

  /// Begins a step, from the caller's thread or from the callback of the one before: `start` gives its Call. A step
  /// may have ended, and the next one begun, before its own Call is known here.
  template <class Start>
  void begin(const Start& start) {
    const int mine = ++begun_;
    Call call = start();
    {
      const std::lock_guard lock(mutex_);
      if (mine < known_) return;
      known_ = mine;
      now_ = call;
      if (!cancelled_) return;
    }
    call.cancel();
  }

  void cancel() override {
    Call call;
    {
      const std::lock_guard lock(mutex_);
      cancelled_ = true;
      call = now_;
    }
    call.cancel();
  }

  /// The time that is left for the next step, or why there is none.
  Result<CallOptions> left() const {
    {
      const std::lock_guard lock(mutex_);
      if (cancelled_) return make_error(ErrorKind::cancelled, "the call was cancelled");
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - clock_->steady());
    if (left.count() <= 0) return make_error(ErrorKind::timed_out, "the time allowed for the call is over");
    return CallOptions{left, caller_, true};
  }

 private:
  const std::shared_ptr<const Clock> clock_;
  const Time deadline_;
  const std::uint64_t caller_;
  std::atomic<int> begun_{0};

  mutable std::mutex mutex_;  // guards the rest
  Call now_;
  int known_ = 0;  // the number of the step that `now_` is of
  bool cancelled_ = false;
};

}  // namespace bonin
