#include "registry/engine.hpp"

#include <openssl/crypto.h>
#include <pthread.h>
#include <unistd.h>

#include <cstdlib>

#include "registry/thread.hpp"

namespace bonin::registry_detail {
namespace {

/// Every lane and watch of the process. Never destroyed: an exit hook and a fork may come late.
struct Lanes {
  std::mutex mutex;
  std::vector<std::weak_ptr<Lane>> all;
  std::vector<std::weak_ptr<Watch>> watches;
  std::vector<std::shared_ptr<Lane>> parked;  // between prepare and the end of a fork
  std::vector<std::shared_ptr<Lane>> leaked;  // a parent's: without threads here
  pid_t shut_down = 0;                        // the process in which nothing starts any more
};

Lanes& lanes() {
  static Lanes* const lanes = new Lanes;
  return *lanes;
}

// SQLite keeps the locks of a file in a table of the process. A child would inherit the table but not the locks, and
// believe itself protected. So a fork finds no connection open: each side opens its own afterwards.
void before_fork() {
  auto& known = lanes();
  known.mutex.lock();
  for (const auto& weak : known.all) {
    if (auto lane = weak.lock()) {
      lane->park();
      known.parked.push_back(std::move(lane));
    }
  }
}

void after_fork_in_parent() {
  auto& known = lanes();
  auto parked = std::move(known.parked);
  known.parked.clear();
  for (const auto& lane : parked) lane->unpark();
  known.mutex.unlock();  // before `parked` lets go of the lanes
}

void after_fork_in_child() {
  // The parent's lanes have no threads here: they are leaked, their connections with them.
  auto& known = lanes();
  for (auto& lane : known.parked) {
    lane->unpark();
    known.leaked.push_back(std::move(lane));
  }
  known.parked.clear();
  known.all.clear();
  known.watches.clear();
  known.mutex.unlock();
}

void hook_process() {
  static const bool once = [] {
    lanes();
    pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
    // Registered after OpenSSL registered its own, hence run before: no thread uses it when it cleans up.
    OPENSSL_init_crypto(0, nullptr);
    std::atexit([] { Engine::stop_all(); });
    return true;
  }();
  static_cast<void>(once);
}

}  // namespace

std::shared_ptr<Engine> Engine::start(const Options& options) {
  hook_process();
  std::shared_ptr<Engine> engine(new Engine(options));
  const auto add = [&](std::vector<Work> works) {
    auto lane = std::make_shared<Lane>(Lane::Options{options.make, options.ring, options.clock, options.database_time,
                                                     engine->tally_, engine->waiting_, options.timeout,
                                                     [weak = std::weak_ptr(engine)](Work work) {
                                                       if (const auto engine = weak.lock()) engine->start_another(work);
                                                     }},
                                       std::move(works));
    engine->lanes_.push_back(lane);
    auto& known = lanes();
    const std::lock_guard lock(known.mutex);
    std::erase_if(known.all, [](const auto& weak) { return weak.expired(); });
    known.all.push_back(lane);
    if (known.shut_down == getpid()) lane->stop();
  };
  if (options.one_writer) {
    for (const auto work : {Work::write, Work::read, Work::survey}) add({work});
  } else {
    for (int i = 0; i < options.connections; ++i) add({Work::read, Work::survey, Work::write});
  }
  auto& known = lanes();
  const std::lock_guard lock(known.mutex);
  std::erase_if(known.watches, [](const auto& weak) { return weak.expired(); });
  known.watches.push_back(engine->watch_);
  return engine;
}

void Engine::post(Work work, std::unique_ptr<Job> job) {
  const auto one = std::find_if(lanes_.begin(), lanes_.end(), [work](const auto& lane) { return lane->does(work); });
  if (!(*one)->start()) {
    return job->call->fail(make_error(ErrorKind::store_unavailable, "no thread can be started for the store"));
  }
  bool crowded = false;
  if (!waiting_->put(work, job, crowded)) {
    return job->call->fail(waiting_->stopped()
                               ? make_error(ErrorKind::closed, "the registry is closed")
                               : make_error(ErrorKind::store_busy, "too many calls are waiting for the store"));
  }
  if (crowded) start_another(work);
}

void Engine::start_another(Work work) {
  const auto one = std::find_if(lanes_.begin(), lanes_.end(),
                                [=](const auto& lane) { return lane->does(work) && !lane->started(); });
  if (one != lanes_.end()) (*one)->start();  // without it, the others do it all
}

void Engine::stop() noexcept {
  for (const auto& lane : lanes_) lane->halt();
  for (const auto& lane : lanes_) lane->stop();
  // Calls that the lanes did not answer: an own store has the question, or a lane could not be joined.
  watch_->stop();
}

void Engine::stop_all() noexcept {
  std::vector<std::shared_ptr<Lane>> all;
  std::vector<std::shared_ptr<Watch>> watches;
  {
    auto& known = lanes();
    const std::lock_guard lock(known.mutex);
    known.shut_down = getpid();
    for (const auto& weak : known.all) {
      if (auto lane = weak.lock()) all.push_back(std::move(lane));
    }
    for (const auto& weak : known.watches) {
      if (auto watch = weak.lock()) watches.push_back(std::move(watch));
    }
  }
  for (const auto& lane : all) lane->halt();
  for (const auto& lane : all) lane->stop();
  for (const auto& watch : watches) watch->stop();
  Thread::join_leavers();
}

}  // namespace bonin::registry_detail
