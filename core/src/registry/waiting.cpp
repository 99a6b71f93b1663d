#include "registry/waiting.hpp"

#include <algorithm>
#include <thread>
#include <utility>

namespace bonin::registry_detail {
namespace {

/// How long a call waits for a transaction to share before another lane begins one for it.
constexpr std::chrono::microseconds share_for{2'000};
/// How long it waits for a lane that is at other work and may be about to end it.
constexpr std::chrono::microseconds pass_for{200};

constexpr std::chrono::microseconds look_for{300};
constexpr int most_in_vain = 8;

std::size_t place_of(Work work) { return static_cast<std::size_t>(work); }

}  // namespace

Waiting::Waiting(const Options& options, std::shared_ptr<Tally> tally) : options_(options), tally_(std::move(tally)) {}

std::vector<std::int64_t> Waiting::locks_of(const Job& job) const {
  std::vector<std::int64_t> locks;
  job.locks(locks);
  if (options_.lock_slots == 0) return locks;
  for (auto& lock : locks) lock = static_cast<std::int64_t>(static_cast<std::uint64_t>(lock) % options_.lock_slots);
  return locks;
}

std::size_t Waiting::add_lane(std::vector<Work> works) {
  const std::lock_guard lock(mutex_);
  auto lane = std::make_unique<Lane>();
  for (const auto work : works) lane->works[place_of(work)] = true;
  all_.push_back(std::move(lane));
  return all_.size() - 1;
}

void Waiting::add(Locks& locks, const std::vector<std::int64_t>& numbers, int by) {
  for (const auto number : numbers) {
    if ((locks[number] += by) == 0) locks.erase(number);
  }
}

bool Waiting::free(const std::vector<std::int64_t>& numbers, const Locks& locks) const {
  return std::none_of(numbers.begin(), numbers.end(), [&](std::int64_t number) { return locks.contains(number); });
}

bool Waiting::any_busy(Work work) const {
  return std::any_of(all_.begin(), all_.end(),
                     [work](const auto& lane) { return lane->busy && lane->works[place_of(work)]; });
}

bool Waiting::any_idle(Work work, bool looks_again) const {
  return std::any_of(all_.begin(), all_.end(), [=](const auto& lane) {
    return lane->idle && lane->works[place_of(work)] && (lane->looks_again || !looks_again);
  });
}

void Waiting::wake_for(Work work) {
  for (const auto& lane : all_) {
    if (!lane->idle || !lane->works[place_of(work)]) continue;
    return tell(*lane);
  }
}

void Waiting::tell(Lane& lane) {
  ++lane.news;
  lane.wake.notify_one();
}

void Waiting::want_upkeep() {
  const std::lock_guard lock(mutex_);
  wants_upkeep_ = true;
  wake_for(Work::survey);
}

/// To be woken takes longer than a look-up in a file. A caller that asks one thing after the other finds the lane
/// awake: it looks for the next call before it sleeps, and does so ever more rarely while none comes.
void Waiting::look(Lane& lane, std::unique_lock<std::mutex>& lock) {
  if (lane.sleeps > 0) {
    --lane.sleeps;
    return;
  }
  lane.idle = lane.looks_again = true;
  const unsigned known = lane.news;
  lock.unlock();
  const auto until = std::chrono::steady_clock::now() + look_for;
  while (lane.news == known && std::chrono::steady_clock::now() < until) std::this_thread::yield();
  lock.lock();
  lane.idle = false;
  lane.looked_in_vain = lane.news == known ? std::min(lane.looked_in_vain + 1, most_in_vain) : 0;
  lane.sleeps = (1 << lane.looked_in_vain) - 1;
}

bool Waiting::put(Work work, std::unique_ptr<Job>& job, bool& crowded) {
  Item item{nullptr, {}, std::chrono::steady_clock::now()};
  if (work == Work::write && options_.takes_locks) item.locks = locks_of(*job);
  const std::lock_guard lock(mutex_);
  if (stopped_ || waiting_ >= max_waiting) return false;
  item.job = std::move(job);
  items(work).push_back(std::move(item));
  ++waiting_;
  tally_->queued();
  crowded = any_busy(work) && !any_idle(work, false);
  // A lane that is at this work takes along what waits by its end, or another one that looks again before that.
  if (active(work) == 0 || !any_idle(work, true)) wake_for(work);
  return true;
}

void Waiting::put_back(Group group) {
  const bool locked = group.size() == 1;
  const std::lock_guard lock(mutex_);
  for (auto& job : group) {
    Item item{nullptr, locks_of(*job), std::chrono::steady_clock::now()};
    item.job = std::move(job);
    item.locked = locked;
    add(asked_alone_, item.locks, 1);
    alone_.push_back(std::move(item));
    ++waiting_;
    tally_->queued();
  }
  for (const auto& lane : all_) tell(*lane);
}

/// One lane is left for look-ups, which leave one to what writes.
bool Waiting::room_for(Work work) const {
  const int lanes = options_.lanes;
  const auto active = [this](Work one) { return active_[place_of(one)]; };
  const int writing = active(Work::write) + active_alone_;
  if (work == Work::read) {
    const bool write_waits = !items_[place_of(Work::write)].empty() || !alone_.empty();
    return lanes == 1 || !write_waits || writing > 0 || active(Work::read) < lanes - 1;
  }
  if (lanes < 3) return (work == Work::write ? writing : active(Work::survey)) == 0;
  if (work == Work::survey && active(Work::survey) > 0) return false;
  return writing + active(Work::survey) < lanes - 1;
}

std::array<Work, 3> Waiting::by_age() const {
  std::array works{Work::read, Work::survey, Work::write};
  const auto since = [this](Work work) {
    const auto& waits = items_[place_of(work)];
    return waits.empty() ? Time::max() : waits.front().since;
  };
  std::sort(works.begin(), works.end(),
            [since](Work one, Work other) { return std::pair(since(one), one) < std::pair(since(other), other); });
  return works;
}

void Waiting::take(Turn& turn, Items& from, Items::iterator item) {
  add(held_, item->locks, 1);
  locks_held_ += item->locks.size();
  turn.locks.insert(turn.locks.end(), item->locks.begin(), item->locks.end());
  turn.group.push_back(std::move(item->job));
  from.erase(item);
  --waiting_;
}

bool Waiting::take_alone(Turn& turn) {
  if (alone_.empty() || !room_for(Work::write)) return false;
  // One of the lanes that write is left for the others.
  const bool may_wait = active_alone_ < std::max(1, options_.lanes - 2);
  const auto item = std::find_if(alone_.begin(), alone_.end(),
                                 [&](const Item& one) { return (may_wait || !one.locked) && free(one.locks, held_); });
  if (item == alone_.end()) return false;
  add(asked_alone_, item->locks, -1);
  turn.work = Work::write;
  turn.alone = item->locked;
  ++(turn.alone ? active_alone_ : active(Work::write));
  take(turn, alone_, item);
  return true;
}

bool Waiting::take_group(Turn& turn, Work work, std::optional<Time>& due) {
  auto& waits = items(work);
  if (waits.empty() || !room_for(work)) return false;
  if (any_busy(work) && waits.size() < max_group) {
    const auto then = waits.front().since + (active(work) > 0 ? share_for : pass_for);
    if (std::chrono::steady_clock::now() < then) {
      if (!due || then < *due) due = then;
      return false;
    }
  }
  Locks passed_over;  // by these the order is kept
  for (auto item = waits.begin(); item != waits.end() && turn.group.size() < max_group;) {
    const auto here = item++;
    if (here->job->call->ended()) {
      take(turn, waits, here);
      continue;
    }
    const bool too_many = !turn.group.empty() && locks_held_ + here->locks.size() > max_locks;
    const auto& own = turn.locks;
    const auto is_free = [&](std::int64_t number) {
      const bool ours = std::find(own.begin(), own.end(), number) != own.end();
      return (ours || !held_.contains(number)) && !asked_alone_.contains(number) && !passed_over.contains(number);
    };
    if (too_many || !std::all_of(here->locks.begin(), here->locks.end(), is_free)) {
      add(passed_over, here->locks, 1);
      continue;
    }
    take(turn, waits, here);
  }
  if (turn.group.empty()) return false;
  turn.work = work;
  ++active(work);
  return true;
}

Waiting::Turn Waiting::next(std::size_t number) {
  Turn turn;
  std::unique_lock lock(mutex_);
  auto& lane = *all_[number];
  lane.idle = false;
  for (bool looked = false;;) {
    turn.end = stopped_;
    if (turn.end) return turn;
    std::optional<Time> due;
    const auto does = [&lane](Work work) { return lane.works[place_of(work)]; };
    bool taken = does(Work::write) && take_alone(turn);
    for (const auto work : by_age()) {
      taken = taken || (does(work) && take_group(turn, work, due));
    }
    if (does(Work::survey)) turn.upkeep = std::exchange(wants_upkeep_, false);
    if (taken || turn.upkeep) {
      tally_->taken(turn.group.size());
      lane.busy = taken;
      // What was left may have waited for this lane's last locks, and this lane is busy now.
      for (const auto work : {Work::read, Work::write, Work::survey}) {
        if (!items(work).empty() || (work == Work::write && !alone_.empty())) wake_for(work);
      }
      turn.left_some =
          waiting_ > 0 && std::none_of(all_.begin(), all_.end(), [](const auto& one) { return one->idle; });
      return turn;
    }
    if (!std::exchange(looked, true)) {
      look(lane, lock);
      continue;
    }
    lane.idle = true;
    lane.looks_again = due.has_value();
    if (due) {
      lane.wake.wait_until(lock, *due);
    } else {
      lane.wake.wait(lock);
    }
    lane.idle = false;
  }
}

void Waiting::over(std::size_t number, const Turn& turn) {
  const std::lock_guard lock(mutex_);
  // A caller who asks the next thing at once needs no other lane.
  auto& lane = *all_[number];
  lane.busy = false;
  lane.idle = lane.looks_again = true;
  add(held_, turn.locks, -1);
  locks_held_ -= turn.locks.size();
  turn.alone ? --active_alone_ : --active(turn.work);
}

void Waiting::stop() noexcept {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  for (const auto& lane : all_) tell(*lane);
  stop_.notify_all();
}

bool Waiting::stopped() const noexcept {
  const std::lock_guard lock(mutex_);
  return stopped_;
}

Waiting::Group Waiting::drain() {
  const std::lock_guard lock(mutex_);
  Group all;
  for (auto* waits : {&alone_, items_.data(), &items_[1], &items_[2]}) {
    for (auto& item : *waits) all.push_back(std::move(item.job));
    waits->clear();
  }
  waiting_ = 0;
  asked_alone_.clear();
  tally_->taken(all.size());
  return all;
}

bool Waiting::rest(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return !stop_.wait_for(lock, time, [this] { return stopped_; });
}

}  // namespace bonin::registry_detail
