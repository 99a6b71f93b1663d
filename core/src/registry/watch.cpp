#include "registry/watch.hpp"

#include <vector>

namespace bonin::registry_detail {
void Pending::expire() {
  if (cancelled_)
    return fail(
        make_error(ErrorKind::cancelled, "the call was cancelled; what it was to change may have been changed"));
  if (!own_limit_) return fail(make_error(ErrorKind::timed_out, "the time allowed for the call is over"));
  auto why = make_error(ErrorKind::store_busy, "the store did not answer in time");
  if (watch_) {
    const std::lock_guard lock(watch_->mutex_);
    if (why_) why = *why_;
  }
  fail(why);
}

void Pending::failed_once(const Error& why) {
  if (!watch_) return;
  const std::lock_guard lock(watch_->mutex_);
  why_ = why;
}

void Watch::add(const std::shared_ptr<Pending>& call) {
  bool sooner = false;
  {
    const std::lock_guard lock(mutex_);
    // Without a thread, or after the end, it is the lane that ends the call.
    if (stopped_) return;
    if (!started_ && !(started_ = thread_.start([self = shared_from_this()] { self->loop(); }))) return;
    call->place_ = calls_.emplace(call->deadline, call);
    call->listed_ = true;
    sooner = call->deadline < wakes_at_;
  }
  if (sooner) wake_.notify_one();
}

void Watch::remove(Pending& call) noexcept {
  if (!ours()) return;
  const std::lock_guard lock(mutex_);
  // The node's reference may be the last but the caller's own: `call` lives on while its method runs.
  if (std::exchange(call.listed_, false)) calls_.erase(call.place_);
}

void Watch::cancel(Pending& call) noexcept {
  if (!ours()) return;
  {
    const std::lock_guard lock(mutex_);
    if (!call.listed_) return;
    call.cancelled_ = true;
    auto node = calls_.extract(call.place_);
    node.key() = Time::min();
    call.place_ = calls_.insert(std::move(node));
  }
  wake_.notify_one();
}

void Watch::stop() noexcept {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Watch::loop() {
  const Error closed = make_error(ErrorKind::closed, "the registry is closed");
  std::vector<std::shared_ptr<Pending>> over;
  for (bool stop = false; !stop;) {
    {
      std::unique_lock lock(mutex_);
      const auto now = clock_->steady();
      stop = stopped_;
      for (auto it = calls_.begin(); it != calls_.end() && (stop || it->first <= now); it = calls_.erase(it)) {
        it->second->listed_ = false;
        over.push_back(std::move(it->second));
      }
      if (over.empty() && !stop) {
        wakes_at_ = calls_.empty() ? Time::max() : calls_.begin()->first;
        if (calls_.empty())
          wake_.wait(lock);
        else
          wake_.wait_for(lock, wakes_at_ - now);
        wakes_at_ = Time::min();  // it looks anyway
        continue;
      }
    }
    for (const auto& call : over) stop ? call->fail(closed) : call->expire();
    over.clear();
  }
}

}  // namespace bonin::registry_detail
