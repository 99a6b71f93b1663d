#pragma once
// Which descriptors are ready: epoll on Linux, kqueue on macOS.

#include <chrono>
#include <memory>
#include <optional>
#include <span>

namespace bonin::platform {

/// Level-triggered: each wait reports a ready descriptor until it is read or written.
/// Thread-safety: one thread, except `ring`.
class Poll {
 public:
  struct Interest {
    bool in = false;
    bool out = false;
  };
  struct Event {
    int descriptor = -1;
    bool in = false;  // so is an end of the stream
    bool out = false;
    bool error = false;
  };

  /// Null when the system has no descriptor left.
  static std::unique_ptr<Poll> make();
  virtual ~Poll() = default;

  /// Watches a descriptor that is not watched yet. 0, or the number of the system's error.
  virtual int add(int descriptor, Interest) noexcept = 0;
  /// Watches for something else. 0, or the number of the system's error.
  virtual int change(int descriptor, Interest) noexcept = 0;
  /// Stops watching a descriptor, which need not have been watched.
  virtual void remove(int descriptor) noexcept = 0;

  /// Waits until a descriptor is ready, somebody rings or the time is over; nullopt: for ever. It may return early with
  /// nothing. The events are good until the next wait.
  virtual std::span<const Event> wait(std::optional<std::chrono::milliseconds> longest) noexcept = 0;

  /// Ends the wait under way, else the next one. Any thread.
  virtual void ring() noexcept = 0;
};

}  // namespace bonin::platform
