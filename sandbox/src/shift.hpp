#pragma once
// What `advance` added to the clock.

#include <atomic>
#include <cstdint>
#include <memory>

namespace bonin::sandbox {

/// Lies in memory that a forked child shares, so that the verifier of a server that was forked for a test follows too.
/// Thread-safety: every method, any thread, any process of a fork.
class Shift {
 public:
  /// Throws std::bad_alloc.
  static std::shared_ptr<Shift> make();

  std::int64_t ms() const noexcept { return ms_.load(std::memory_order_acquire); }
  void set(std::int64_t ms) noexcept { ms_.store(ms, std::memory_order_release); }

 private:
  static_assert(std::atomic<std::int64_t>::is_always_lock_free, "processes share it");
  std::atomic<std::int64_t> ms_{0};
};

}  // namespace bonin::sandbox
