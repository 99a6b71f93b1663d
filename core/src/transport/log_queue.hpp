#pragma once
// Log events on their way to whoever asked for them.

#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

#include "bonin/health.hpp"

namespace bonin {

/// Bounded: nobody waits for a log, and one that is not read costs no more memory. Any thread.
class LogQueue {
 public:
  static constexpr std::size_t capacity = 256;

  /// Keeps events of this level and above from now on.
  void listen(LogLevel from) noexcept { from_.store(from, std::memory_order_relaxed); }
  bool wants(LogLevel level) const noexcept { return level >= from_.load(std::memory_order_relaxed); }

  void push(LogEvent event);
  /// Cheap enough to ask after every call.
  bool empty() const noexcept { return !waiting_.load(std::memory_order_relaxed); }
  std::vector<LogEvent> take();
  /// Events for which there was no room.
  std::uint64_t dropped() const noexcept { return dropped_.load(std::memory_order_relaxed); }

 private:
  std::atomic<LogLevel> from_{LogLevel::off};
  std::atomic<bool> waiting_{false};
  std::atomic<std::uint64_t> dropped_{0};
  std::mutex mutex_;  // guards events_; held for a push or a swap
  std::vector<LogEvent> events_;
};

}  // namespace bonin
