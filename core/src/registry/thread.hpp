#pragma once
// A thread of a registry: it gets no signals, and may be let go of from anywhere, itself included.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace bonin::registry_detail {

class Thread {
 public:
  /// Runs `body`, which keeps what it needs alive, unless it runs already. False: there is no thread to be had.
  bool start(std::function<void()> body);
  /// Returns when the body has ended; on the thread itself at once, and with a `patience` after it at the latest.
  /// However many call it, each waits.
  void join(std::optional<std::chrono::milliseconds> patience = std::nullopt) noexcept;
  /// Returns when those that were let go of by themselves have ended: at the end of the process, before OpenSSL cleans
  /// up what a thread that ends still uses.
  static void join_leavers() noexcept;

 private:
  std::mutex mutex_;  // guards the rest
  std::condition_variable over_;
  std::thread thread_;
  std::shared_ptr<std::atomic<bool>> ended_;  // with it, nothing is left to do for the thread but to be joined
  std::thread::id id_;                        // of the thread that runs, whoever joins it
};

}  // namespace bonin::registry_detail
