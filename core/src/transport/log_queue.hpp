#pragma once
// Log events, until somebody takes them.

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "bonin/health.hpp"

namespace bonin {

/// What is asked for every call, apart from the queue: it is the client's, whatever its process, and no lock is in it.
struct LogGate {
  std::atomic<LogLevel> from{LogLevel::off};
  std::atomic<bool> waiting{false};  // a hint: in a forked child it may be its parent's
};

/// Bounded, so that a log that nobody reads costs no more memory. Nobody waits for it. Thread-safe.
class LogQueue {
 public:
  static constexpr std::size_t capacity = 256;

  explicit LogQueue(std::shared_ptr<LogGate> gate) : gate_(std::move(gate)) {}

  bool wants(LogLevel level) const noexcept { return level >= gate_->from.load(std::memory_order_relaxed); }

  void push(LogEvent event);
  std::vector<LogEvent> take();
  /// Events for which there was no room.
  std::uint64_t dropped() const noexcept { return dropped_.load(std::memory_order_relaxed); }

 private:
  std::shared_ptr<LogGate> gate_;
  std::atomic<std::uint64_t> dropped_{0};
  std::mutex mutex_;  // guards events_; held for a push or a swap
  std::vector<LogEvent> events_;
};

}  // namespace bonin
