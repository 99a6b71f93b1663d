#pragma once
// Waiting for the end of a call, and counting how often it ended.

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>

#include "bonin/result.hpp"

namespace bonin::test {

/// Receives the end of one call. Copies of `callback()` may outlive it.
template <class T>
class Ending {
 public:
  Callback<T> callback() const {
    return [state = state_](Result<T> result) {
      const std::lock_guard lock(state->mutex);
      state->result.emplace(std::move(result));
      ++state->times;
      state->changed.notify_all();
    };
  }
  bool ended() const {
    const std::lock_guard lock(state_->mutex);
    return state_->times > 0;
  }
  int times() const {
    const std::lock_guard lock(state_->mutex);
    return state_->times;
  }
  /// Waits for the end.
  Result<T>& wait() const {
    std::unique_lock lock(state_->mutex);
    state_->changed.wait(lock, [this] { return state_->times > 0; });
    return *state_->result;
  }

 private:
  struct State {
    std::mutex mutex;
    std::condition_variable changed;
    std::optional<Result<T>> result;
    int times = 0;
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace bonin::test
