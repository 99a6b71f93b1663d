#pragma once
// A call under way, and how it may differ from the client or registry that makes it.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

namespace bonin {

/// A call under way.
/// Thread-safety: every method, any thread.
/// Lifetime: does not keep the call alive; copies are handles of the same call.
class Call {
 public:
  class State;
  Call() = default;
  explicit Call(std::weak_ptr<State> state) noexcept : state_(std::move(state)) {}
  /// Ends the call with ErrorKind::cancelled unless it has ended. Returns at once; thread-safe.
  void cancel() const;

 private:
  std::weak_ptr<State> state_;
};

/// What one call sets differently from its client or registry.
struct CallOptions {
  std::optional<std::chrono::milliseconds> timeout{};
  std::uint64_t caller = 0;  // a number of the caller's own, which the call's log events and questions carry; 0: none
  bool is_step = false;      // of a call that was let in: a client that drains does not refuse it
};

}  // namespace bonin
