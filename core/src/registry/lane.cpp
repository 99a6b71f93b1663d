#include "registry/lane.hpp"

#include <pthread.h>
#include <signal.h>

#include <system_error>

namespace bonin::registry_detail {
namespace {

constexpr int max_attempts = 10;
constexpr Millis tidy_every = 60'000;
constexpr int tidy_limit = 200;

Error make_error(ErrorKind kind, std::string message) {
  Error error;
  error.kind = kind;
  error.message = std::move(message);
  return error;
}

Error closed() { return make_error(ErrorKind::closed, "the registry is closed"); }

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

Lane::Lane(Kind kind, const StoreFactory& make, std::shared_ptr<const Keyring> ring, std::shared_ptr<const Clock> clock,
           std::chrono::milliseconds timeout)
    : writes_(kind != Kind::read),
      ring_(std::move(ring)),
      clock_(std::move(clock)),
      timeout_(timeout),
      token_(random_token()),
      store_(make()),
      random_(std::random_device{}()) {
  if (store_) store_->heed(stopped_);
}

void Lane::post(std::unique_ptr<Job> job) {
  job->deadline = clock_->steady() + timeout_;
  std::optional<Error> refusal;
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) {
      refusal = closed();
    } else if (waiting_.size() >= max_waiting) {
      refusal = make_error(ErrorKind::store_busy, "too many calls are waiting for the store");
    } else if (!start()) {
      refusal = make_error(ErrorKind::store_unavailable, "no thread can be started for the store");
    } else {
      waiting_.push_back(std::move(job));
    }
  }
  if (refusal) return job->fail(*refusal);
  wake_.notify_one();
}

/// Starts the thread unless it runs; false: there is none to be had. Under the lock.
bool Lane::start() {
  if (thread_.joinable()) return true;
  const SignalsBlocked blocked;
  try {
    // The thread holds the lane, so that the last handle may be let go of from a callback.
    thread_ = std::thread([self = shared_from_this()] { self->loop(); });
  } catch (const std::system_error&) {
    return false;
  }
  thread_id_ = thread_.get_id();
  return true;
}

void Lane::stop() noexcept {
  std::unique_lock lock(mutex_);
  stopped_ = true;
  wake_.notify_all();
  if (thread_id_ == std::this_thread::get_id()) {  // from a callback: it ends when that returns
    if (thread_.joinable()) thread_.detach();
    return;
  }
  if (auto thread = std::move(thread_); thread.joinable()) {
    lock.unlock();
    return thread.join();
  }
  // Somebody else is stopping it: nobody goes on before it has ended.
  wake_.wait(lock, [this] { return thread_id_ == std::thread::id(); });
}

void Lane::park() noexcept {
  running_.lock();
  if (store_) store_->before_fork();
}

void Lane::loop() {
  for (;;) {
    Group group;
    bool stop = false;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopped_ || !waiting_.empty(); });
      stop = stopped_;
      const auto most = stop ? waiting_.size() : max_group;
      while (!waiting_.empty() && group.size() < most) {
        group.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
      }
    }
    if (stop) {
      for (auto& job : group) job->fail(closed());
      group.clear();
      {
        const std::lock_guard lock(running_);
        store_.reset();
      }
      const std::lock_guard lock(mutex_);
      thread_id_ = {};
      wake_.notify_all();
      return;
    }
    serve(group);
  }
}

/// Waits before another attempt; false: there is no time for one.
bool Lane::pause(int attempt, std::chrono::steady_clock::time_point deadline) {
  const auto most = std::min(1000, 5 << attempt);
  const auto wait = std::chrono::milliseconds(std::uniform_int_distribution<int>(0, most)(random_));
  if (clock_->steady() + wait >= deadline) return false;
  std::unique_lock lock(mutex_);
  return !wake_.wait_for(lock, wait, [this] { return stopped_.load(); });
}

void Lane::serve(Group& group) {
  Group late;
  for (auto& job : group) {
    if (job->deadline <= clock_->steady()) late.push_back(std::move(job));
  }
  for (auto& job : late) job->fail(make_error(ErrorKind::store_busy, "the call waited too long for the store"));
  std::erase(group, nullptr);
  if (group.empty()) return;

  auto deadline = group.front()->deadline;
  for (const auto& job : group) deadline = std::min(deadline, job->deadline);

  bool ask = false;  // an earlier COMMIT got no answer
  for (int attempt = 1;; ++attempt) {
    StoreFailure failure;
    try {
      const std::lock_guard lock(running_);
      this->attempt(group, ask);
      break;
    } catch (const StoreFailure& caught) {
      failure = caught;
    } catch (const std::exception&) {
      failure.error = make_error(ErrorKind::internal, "the registry failed");
    }
    ask = ask || failure.commit_lost;
    if ((failure.again || failure.commit_lost) && attempt < max_attempts && pause(attempt, deadline)) continue;
    if (ask) failure.error = make_error(ErrorKind::outcome_unknown, "the store did not say whether it has committed");
    else if (stopped_ && failure.error.kind == ErrorKind::store_busy) failure.error = closed();
    if (failure.alone && !ask && group.size() > 1) {
      for (auto& job : group) {
        Group one;
        one.push_back(std::move(job));
        serve(one);
      }
      return;
    }
    for (auto& job : group) job->fail(failure.error);
    return;
  }
  for (auto& job : group) job->settle();
}

void Lane::connect(bool list_pepper) {
  if (!store_->open() || !list_pepper) return;
  // First things first: is this the right pepper? Written only when that changes something, so that a store that is
  // read-only can be read.
  Millis now = clock_->now().time_since_epoch().count();
  Rules rules(*store_, *ring_, now);
  store_->begin_read();
  const bool changed = rules.peppers_changed();
  store_->commit();
  if (!changed) return;
  store_->begin_write({lock_of("peppers", "")});
  rules.check_peppers(true);
  store_->commit();
}

void Lane::attempt(Group& group, bool ask) {
  if (!store_) return;  // an application's own store: the calls are made when they settle
  try {
    try {
      // While a COMMIT of this lane is unanswered, no other one may take its place as the lane's last.
      connect(!ask);
    } catch (StoreFailure& failure) {
      failure.commit_lost = false;  // if one was: no job had run in it
      throw;
    }
    const Millis now = clock_->now().time_since_epoch().count();
    Rules rules(*store_, *ring_, now);
    if (writes_) {
      std::vector<std::int64_t> locks{lock_of("lane", token_)};
      for (const auto& job : group) job->locks(locks);
      std::sort(locks.begin(), locks.end());
      locks.erase(std::unique(locks.begin(), locks.end()), locks.end());
      store_->begin_write(locks);
      if (ask && store_->took_effect()) return store_->rollback();
    } else {
      store_->begin_read();
    }
    rules.check_peppers(writes_);
    if (writes_ && now - tidied_at_ >= tidy_every) {
      rules.tidy(tidy_limit);
      tidied_at_ = now;
    }
    for (auto& job : group) job->run(rules);
    store_->commit();
  } catch (...) {
    store_->rollback();
    throw;
  }
}

}  // namespace bonin::registry_detail
