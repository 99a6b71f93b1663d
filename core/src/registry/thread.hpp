#pragma once
// A thread of a registry. It gets no signals, and any thread, itself included, may release it.

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
  /// Runs `body`, which keeps alive what it needs, unless it runs already. False when the system has no thread left.
  bool start(std::function<void()> body);
  /// Returns when the body has ended; on the thread itself at once, and with a `patience` after it at the latest.
  /// However many call it, each waits.
  void join(std::optional<std::chrono::milliseconds> patience = std::nullopt) noexcept;
  /// Waits for the threads that released themselves. Called at the end of the process, before OpenSSL frees what an
  /// ending thread still uses.
  static void join_leavers() noexcept;

 private:
  std::mutex mutex_;  // guards the rest
  std::condition_variable over_;
  std::thread thread_;
  std::shared_ptr<std::atomic<bool>> ended_;  // with it, nothing is left to do for the thread but to be joined
  std::thread::id id_;                        // of the thread that runs, whoever joins it
};

}  // namespace bonin::registry_detail
