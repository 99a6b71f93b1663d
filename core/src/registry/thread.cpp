#include "registry/thread.hpp"

#include <pthread.h>
#include <signal.h>

#include <system_error>

namespace bonin::registry_detail {
namespace {

/// A thread started meanwhile gets no signals: they belong to the host's threads.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_;
};

}  // namespace

bool Thread::start(std::function<void()> body) {
  const std::lock_guard lock(mutex_);
  if (thread_.joinable()) return true;
  const SignalsBlocked blocked;
  try {
    thread_ = std::thread([this, body = std::move(body)] {
      body();
      const std::lock_guard lock(mutex_);
      id_ = {};
      over_.notify_all();
    });
  } catch (const std::system_error&) {
    return false;
  }
  id_ = thread_.get_id();
  return true;
}

void Thread::join(std::optional<std::chrono::milliseconds> patience) noexcept {
  std::unique_lock lock(mutex_);
  const auto over = [this] { return id_ == std::thread::id(); };
  if (id_ == std::this_thread::get_id()) {  // it ends when what it runs returns
    if (thread_.joinable()) thread_.detach();
    return;
  }
  if (!patience) {
    over_.wait(lock, over);
  } else if (!over_.wait_for(lock, *patience, over)) {
    if (thread_.joinable()) thread_.detach();
    return;
  }
  if (auto thread = std::move(thread_); thread.joinable()) {
    lock.unlock();
    thread.join();
  }
}

}  // namespace bonin::registry_detail
