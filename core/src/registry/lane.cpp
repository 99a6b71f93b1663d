#include "registry/lane.hpp"

#include "model/crypto.hpp"

namespace bonin::registry_detail {
namespace {

constexpr int max_conflicts = 10;  // until each call is tried alone
constexpr Millis tidy_every = 60'000;
constexpr Millis tidy_again = 500;  // while there is more than `tidy_limit`
constexpr int tidy_limit = 200;
constexpr std::chrono::milliseconds patience{1'000};

Error closed() { return make_error(ErrorKind::closed, "the registry is closed"); }

}  // namespace

Lane::Lane(Kind kind, const StoreFactory& make, std::shared_ptr<const Keyring> ring, std::shared_ptr<const Clock> clock,
           std::shared_ptr<Tally> tally)
    : writes_(kind != Kind::read),
      ring_(std::move(ring)),
      clock_(std::move(clock)),
      tally_(std::move(tally)),
      token_(crypto::random_hex()),
      store_(make()),
      may_hang_(store_ && store_->may_hang()),
      random_(std::random_device{}()) {
  if (store_) store_->heed(host_);
}

void Lane::post(std::unique_ptr<Job> job) {
  std::optional<Error> refusal;
  {
    const std::lock_guard lock(mutex_);
    if (host_.stopping) {
      refusal = closed();
    } else if (waiting_.size() >= max_waiting) {
      refusal = make_error(ErrorKind::store_busy, "too many calls are waiting for the store");
    } else if (!started_ && !(started_ = thread_.start([self = shared_from_this()] { self->loop(); }))) {
      // The thread holds the lane, so that the last handle may be let go of from a callback.
      refusal = make_error(ErrorKind::store_unavailable, "no thread can be started for the store");
    } else {
      waiting_.push_back(std::move(job));
      tally_->queued();
    }
  }
  if (refusal) return job->call->fail(*refusal);  // NOLINT(bugprone-use-after-move): a refused one was not moved
  wake_.notify_one();
}

void Lane::stop() noexcept {
  {
    const std::lock_guard lock(mutex_);
    host_.stopping = true;
    wake_.notify_all();
  }
  // A look-up of a host's name cannot be interrupted: a thread that is stuck in one is left behind.
  thread_.join(may_hang_ ? std::optional(patience) : std::nullopt);
}

void Lane::park() noexcept {
  host_.parking = true;
  host_.running.lock();
  host_.parking = false;
  if (store_) store_->before_fork();
}

void Lane::loop() {
  for (;;) {
    Group group;
    bool stop = false;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return host_.stopping || !waiting_.empty(); });
      stop = host_.stopping;
      const auto most = stop ? waiting_.size() : max_group;
      while (!waiting_.empty() && group.size() < most) {
        group.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
      }
    }
    tally_->taken(group.size());
    if (stop) {
      for (auto& job : group) job->call->fail(closed());
      const std::lock_guard lock(host_.running);
      store_.reset();
      return;
    }
    serve(group);
  }
}

/// Waits before another attempt; false: there is no time for one.
bool Lane::pause(int attempt, Time deadline) {
  const auto most = std::min(1000, 5 << std::min(attempt, 8));
  const auto wait = std::chrono::milliseconds(std::uniform_int_distribution<int>(0, most)(random_));
  if (clock_->steady() + wait >= deadline) return false;
  std::unique_lock lock(mutex_);
  return !wake_.wait_for(lock, wait, [this] { return host_.stopping.load(); });
}

void Lane::thin(Group& group) {
  const auto now = clock_->steady();
  std::erase_if(group, [now](const auto& job) {
    if (job->call->deadline <= now) job->call->expire();
    return job->call->ended();
  });
}

void Lane::serve(Group& group) {
  bool ask = false;  // an earlier COMMIT got no answer
  for (int attempt = 1;; ++attempt) {
    // What may have been done already must be asked for, whoever waits.
    if (!ask) thin(group);
    if (group.empty()) return;
    StoreFailure failure;
    try {
      const std::lock_guard lock(host_.running);
      this->attempt(group, ask);
      if (store_) tally_->transaction(group.size());
      break;
    } catch (const StoreFailure& caught) {
      failure = caught;
    } catch (const std::exception&) {
      failure.error = make_error(ErrorKind::internal, "the registry failed");
      failure.alone = true;
    }
    ask = ask || failure.commit_lost;
    // The longest limit of the group says how long to try, so that a call with a short limit does not end the others.
    Time deadline = Time::min();
    for (const auto& job : group) deadline = std::max(deadline, job->call->deadline);
    for (auto& job : group) job->call->failed_once(failure.error);
    if (failure.smaller && !ask && group.size() > 1) {
      const auto middle = group.begin() + static_cast<std::ptrdiff_t>(group.size() / 2);
      Group half(std::make_move_iterator(middle), std::make_move_iterator(group.end()));
      group.erase(middle, group.end());
      serve(group);
      return serve(half);
    }
    // An outage is ridden out for as long as the calls may take. A conflict may be one call's own.
    const bool patient = !failure.alone || attempt < max_conflicts;
    if ((failure.again || failure.commit_lost) && patient && pause(attempt, deadline)) {
      tally_->retried();
      continue;
    }
    if (ask) {
      failure.error = make_error(ErrorKind::outcome_unknown, "the store did not say whether it has committed");
    } else if (host_.stopping && (failure.again || failure.error.kind == ErrorKind::store_busy)) {
      failure.error = closed();
    }
    if (failure.alone && !ask && group.size() > 1) {
      for (auto& job : group) {
        Group one;
        one.push_back(std::move(job));
        serve(one);
      }
      return;
    }
    for (auto& job : group) job->call->fail(failure.error);
    return;
  }
  for (auto& job : group) job->settle();
}

void Lane::connect(bool list_pepper) {
  const bool opened = store_->open();
  if (opened) tally_->connected();
  if (!opened || !list_pepper) return;
  // The pepper is checked first. It is written only when that changes something, so that a read-only store can be read.
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
      // No job had run in it.
      failure.commit_lost = failure.alone = false;
      throw;
    }
    const Millis now = clock_->now().time_since_epoch().count();
    Rules rules(*store_, *ring_, now);
    Wanted wanted;
    for (const auto& job : group) job->wants(wanted);
    if (writes_) {
      std::vector<std::int64_t> locks{lock_of("lane", token_)};
      for (const auto& job : group) job->locks(locks);
      std::sort(locks.begin(), locks.end());
      locks.erase(std::unique(locks.begin(), locks.end()), locks.end());
      store_->begin_write_ahead(locks, wanted);
      if (ask && store_->took_effect()) return store_->rollback();
    } else {
      store_->begin_look_up(wanted);
    }
    rules.check_peppers(writes_);
    if (writes_ && now - tidied_at_ >= tidy_every) {
      const bool all = rules.tidy(tidy_limit) < tidy_limit;
      tidied_at_ = all ? now : now - tidy_every + tidy_again;
    }
    for (auto& job : group) {
      // A caller that has left while the store was waited for gets no transaction, unless one may already have been
      // committed.
      const bool wanted = ask || !job->call->ended();
      wanted ? job->run(rules) : job->skip();
    }
    store_->commit();
  } catch (...) {
    store_->rollback();
    throw;
  }
}

}  // namespace bonin::registry_detail
