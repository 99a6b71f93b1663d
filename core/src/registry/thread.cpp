#include "registry/thread.hpp"

#include <unistd.h>

#include <atomic>
#include <memory>
#include <system_error>

#include "platform/signals.hpp"

namespace bonin::registry_detail {
namespace {

/// A thread that let go of itself.
struct Leaver {
  std::thread thread;
  std::shared_ptr<const std::atomic<bool>> ended;
  pid_t process;
  Leaver* next;
};

// A lock-free stack, so that a fork finds it intact. It is only taken as a whole.
std::atomic<Leaver*> leavers{nullptr};

void push(Leaver* leaver) noexcept {
  leaver->next = leavers;
  while (!leavers.compare_exchange_weak(leaver->next, leaver)) {
  }
}

enum class Which { all, ended };

/// Joins the threads that have left, except the calling one, which may have to release others before it ends.
void join_leavers(Which which) noexcept {
  for (auto* leaver = leavers.exchange(nullptr); leaver != nullptr;) {
    auto* const next = leaver->next;
    if (leaver->process != getpid()) {
      // A parent's: it does not run here, and a thread that is joinable cannot be destroyed.
    } else if (leaver->thread.get_id() == std::this_thread::get_id() || (which == Which::ended && !*leaver->ended)) {
      push(leaver);
    } else {
      leaver->thread.join();
      delete leaver;
    }
    leaver = next;
  }
}

}  // namespace

void Thread::join_leavers() noexcept { registry_detail::join_leavers(Which::all); }

bool Thread::start(std::function<void()> body) {
  const std::lock_guard lock(mutex_);
  if (thread_.joinable()) return true;
  registry_detail::join_leavers(Which::ended);
  const platform::SignalsBlocked blocked;
  try {
    ended_ = std::make_shared<std::atomic<bool>>(false);
    thread_ = std::thread([this, ended = ended_, body = std::move(body)] {
      body();
      const std::lock_guard lock(mutex_);
      id_ = {};
      over_.notify_all();
      *ended = true;
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
    if (thread_.joinable()) push(new Leaver{std::move(thread_), ended_, getpid(), nullptr});
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
