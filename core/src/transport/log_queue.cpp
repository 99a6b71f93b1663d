#include "transport/log_queue.hpp"

namespace bonin {

void LogQueue::push(LogEvent event) {
  const std::lock_guard lock(mutex_);
  if (events_.size() >= capacity) {
    dropped_.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  events_.push_back(std::move(event));
  gate_->waiting.store(true, std::memory_order_relaxed);
}

std::vector<LogEvent> LogQueue::take() {
  const std::lock_guard lock(mutex_);
  gate_->waiting.store(false, std::memory_order_relaxed);
  return std::exchange(events_, {});
}

}  // namespace bonin
