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

Lane::Lane(const Options& options, std::vector<Work> works)
    : works_(std::move(works)),
      ring_(options.ring),
      clock_(options.clock),
      timeout_(options.timeout),
      database_time_(options.database_time),
      tally_(options.tally),
      waiting_(options.waiting),
      another_(options.another),
      number_(waiting_->add_lane(works_)),
      token_(crypto::random_hex()),
      store_(options.make()),
      may_hang_(store_ && store_->may_hang()),
      random_(std::random_device{}()) {
  if (store_) store_->heed(host_);
}

bool Lane::does(Work work) const noexcept { return std::find(works_.begin(), works_.end(), work) != works_.end(); }

bool Lane::start() {
  if (started_) return true;
  const std::lock_guard lock(starting_);
  if (started_) return true;
  // The thread holds the lane, so that the last handle may be let go of from a callback.
  started_ = thread_.start([self = shared_from_this()] { self->loop(); });
  return started_;
}

void Lane::halt() noexcept {
  host_.stopping = true;
  waiting_->stop();
}

void Lane::stop() noexcept {
  halt();
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
    auto turn = waiting_->next(number_);
    if (turn.end) break;
    if (turn.left_some) another_(turn.work);
    if (!turn.group.empty()) {
      serve(turn.group, turn.work, turn.alone);
      waiting_->over(number_, turn);
      for (auto& job : done_) job->settle();
      done_.clear();
    }
    if (turn.upkeep) tend();
  }
  for (auto& job : waiting_->drain()) job->call->fail(closed());
  const std::lock_guard lock(host_.running);
  store_.reset();
}

void Lane::tend() noexcept {
  const std::lock_guard lock(host_.running);
  try {
    connect(false);
    store_->upkeep();
  } catch (...) {
    store_->rollback();  // whoever uses the store next is told what is wrong
  }
}

/// Waits before another attempt; false: there is no time for one.
bool Lane::pause(int attempt, Time deadline) {
  const auto most = std::min(1000, 5 << std::min(attempt, 8));
  const auto wait = std::chrono::milliseconds(std::uniform_int_distribution<int>(0, most)(random_));
  return clock_->steady() + wait < deadline && waiting_->rest(wait);
}

void Lane::thin(Group& group) {
  const auto now = clock_->steady();
  std::erase_if(group, [now](const auto& job) {
    if (job->call->deadline <= now) job->call->expire();
    return job->call->ended();
  });
}

void Lane::serve(Group& group, Work work, bool alone) {
  bool upkeep = false;
  bool ask = false;  // an earlier COMMIT got no answer
  std::optional<Time> gives_up;
  for (int attempt = 1;; ++attempt) {
    // What may have been done already must be asked for, whoever waits.
    if (!ask) thin(group);
    if (group.empty()) return;
    StoreFailure failure;
    try {
      const std::lock_guard lock(host_.running);
      this->attempt(group, work, alone, ask);
      if (store_) tally_->transaction(group.size());
      upkeep = store_ && store_->wants_upkeep();
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
    if (!gives_up) gives_up = clock_->steady() + timeout_;
    deadline = std::min(deadline, *gives_up);
    for (auto& job : group) job->call->failed_once(failure.error);
    if (failure.locked && !ask && !alone && work == Work::write) return waiting_->put_back(std::move(group));
    if (failure.smaller && !ask && group.size() > 1) {
      const auto middle = group.begin() + static_cast<std::ptrdiff_t>(group.size() / 2);
      Group half(std::make_move_iterator(middle), std::make_move_iterator(group.end()));
      group.erase(middle, group.end());
      serve(group, work, alone);
      return serve(half, work, alone);
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
        serve(one, work, alone);
      }
      return;
    }
    for (auto& job : group) job->call->fail(failure.error);
    return;
  }
  done_.insert(done_.end(), std::make_move_iterator(group.begin()), std::make_move_iterator(group.end()));
  if (upkeep) {
    waiting_->want_upkeep();
    another_(Work::survey);
  }
}

void Lane::connect(bool list_pepper) {
  const bool opened = store_->open();
  if (opened) tally_->connected();
  if (!opened || !list_pepper) return;
  // The pepper is checked first. It is written only when that changes something, so that a read-only store can be read.
  Rules rules(*store_, *ring_, clock_->now().time_since_epoch().count());
  store_->begin_read();
  const bool changed = rules.peppers_changed();
  store_->commit();
  if (!changed) return;
  store_->begin_write({lock_of("peppers", "")});
  rules.check_peppers(true);
  store_->commit();
}

Millis Lane::now() const {
  const auto theirs = database_time_ ? store_->time() : std::nullopt;
  return theirs ? *theirs : clock_->now().time_since_epoch().count();
}

void Lane::attempt(Group& group, Work work, bool alone, bool ask) {
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
    const bool writes = work == Work::write;
    Wanted wanted;
    for (const auto& job : group) job->wants(wanted);
    if (writes) {
      std::vector<std::int64_t> locks{lock_of("lane", token_)};
      for (const auto& job : group) job->locks(locks);
      std::sort(locks.begin(), locks.end());
      locks.erase(std::unique(locks.begin(), locks.end()), locks.end());
      store_->wait_for_locks(alone ? Store::LockWait::as_long_as_may_be : Store::LockWait::briefly);
      store_->begin_write_ahead(locks, wanted);
      if (ask && store_->took_effect()) return store_->rollback();
    } else {
      store_->begin_look_up(wanted);
    }
    const Millis now = this->now();
    Rules rules(*store_, *ring_, now);
    rules.check_peppers(writes);
    if (writes && now - tidied_at_ >= tidy_every) {
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
