#pragma once
// Which descriptors are ready: epoll on Linux, kqueue on macOS.

#include <chrono>
#include <memory>
#include <optional>
#include <span>

namespace bonin::platform {

/// Level-triggered: what is ready is told at every wait until it is read or written. All but `ring` belongs to one
/// thread.
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
  /// Watches it no more. It may be one that never was watched.
  virtual void remove(int descriptor) noexcept = 0;

  /// Waits until a descriptor is ready, somebody rings or the time is over; nullopt: for ever. It may return early with
  /// nothing. The events are good until the next wait.
  virtual std::span<const Event> wait(std::optional<std::chrono::milliseconds> longest) noexcept = 0;

  /// Ends the wait under way, else the next one. Any thread.
  virtual void ring() noexcept = 0;
};

}  // namespace bonin::platform
