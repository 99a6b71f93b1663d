#include "transport/engine.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <new>
#include <optional>
#include <system_error>
#include <utility>

#include "model/per_process.hpp"
#include "platform/signals.hpp"
#include "transport/engine_loop.hpp"

namespace bonin {
namespace {

// Never destroyed, because a call may still arrive while static objects are destroyed.
PerProcess<Engine>& engines() {
  static auto* const engines = new PerProcess<Engine>;
  return *engines;
}

std::atomic<bool> ended{false};  // for good: the process is

void initialise_once() {
  static const bool done = [] {
    curl_global_init(CURL_GLOBAL_DEFAULT);
    // Registered after libcurl's and OpenSSL's own handlers, so it runs before them: the thread has ended when they
    // clean up.
    std::atexit([] { Engine::end_all(); });
    return true;
  }();
  static_cast<void>(done);
}

}  // namespace

std::shared_ptr<Engine> Engine::current() {
  initialise_once();
  return engines().get([] { return std::make_shared<Engine>(); });
}

std::shared_ptr<Engine> Engine::existing() { return engines().peek(); }

void Engine::end_all() {
  ended = true;
  if (const auto engine = existing()) engine->stop();
}

Engine::Engine() = default;

Engine::~Engine() { stop(); }

bool Engine::start() {
  const platform::SignalsBlocked blocked;
  try {
    auto poll = platform::Poll::make();
    if (!poll) return false;  // no descriptors left: the next call tries again
    auto loop = std::make_unique<Loop>(*poll, [this](std::function<void()> task) { post(std::move(task)); });
    thread_ = std::thread([this, &loop = *loop] { loop.run(*this); });
    poll_ = std::move(poll);
    loop_ = std::move(loop);
    return true;
  } catch (const std::bad_alloc&) {  // the same
    return false;
  } catch (const std::system_error&) {  // no thread left
    return false;
  }
}

bool Engine::post(std::function<void()> task) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || ended || (!poll_ && !start())) return false;
    tasks_.push_back(std::move(task));  // first: it may throw
    wake = std::exchange(asleep_, false);
  }
  if (wake) poll_->ring();
  return true;
}

bool Engine::take(std::vector<std::function<void()>>& tasks) {
  const std::lock_guard lock(mutex_);
  asleep_ = false;
  tasks.swap(tasks_);
  return stopping_;
}

bool Engine::may_sleep() {
  const std::lock_guard lock(mutex_);
  asleep_ = tasks_.empty() && !stopping_;
  return asleep_;
}

TransferId Engine::send(Request request, std::function<void(AttemptEnd)> done) {
  return loop_->send(std::move(request), std::move(done));
}

bool Engine::abort(TransferId id) { return loop_->abort(id); }

void Engine::after(std::chrono::milliseconds delay, std::function<void()> task) {
  loop_->after(delay, std::move(task));
}

void Engine::stop() {
  const std::lock_guard one(stop_mutex_);
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    stopping_ = true;
  }
  if (poll_) poll_->ring();
  if (thread_.joinable()) thread_.join();
}

}  // namespace bonin
