#include "model/process.hpp"

#include <pthread.h>
#include <unistd.h>

#include <atomic>

namespace bonin {
namespace {

std::atomic<pid_t> known{0};  // 0: to be asked for

// In a child, before fork() returns there. Without it nothing is remembered.
const bool watches_forks =
    pthread_atfork(nullptr, nullptr, [] { known.store(getpid(), std::memory_order_relaxed); }) == 0;

}  // namespace

pid_t process_id() noexcept {
  if (const auto pid = known.load(std::memory_order_relaxed); pid != 0) return pid;
  const auto pid = getpid();
  if (watches_forks) known.store(pid, std::memory_order_relaxed);
  return pid;
}

}  // namespace bonin
