#pragma once
// The calls that wait for a lane, and which of them go next.

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "registry/job.hpp"
#include "registry/tally.hpp"

namespace bonin::registry_detail {

/// What a call does to the store. A `survey` reads many rows.
enum class Work : std::uint8_t { read, survey, write };

/// Several lanes take from it. Calls about one person, account or id go in the order in which they came, and never on
/// two lanes at once, so that they wait here and not in the database. Thread-safety: every method.
class Waiting {
 public:
  using Group = std::vector<std::unique_ptr<Job>>;
  static constexpr std::size_t max_group = 64;  // calls that share a transaction
  static constexpr std::size_t max_waiting = 65'536;
  static constexpr std::size_t max_locks = 256;  // of all lanes: the database's table of locks belongs to everybody

  /// What a lane is given.
  struct Turn {
    bool end = false;  // of the registry; nothing else
    Work work = Work::read;
    bool alone = false;      // it waits for a lock as long as it may
    bool upkeep = false;     // of the store, after the group, of which there may be none
    bool left_some = false;  // of what waits, and no lane is free for it that has started
    Group group;
    std::vector<std::int64_t> locks;
  };

  struct Options {
    int lanes = 1;                 // one of several is kept for look-ups
    bool takes_locks = false;      // a call that writes takes its locks in the database
    std::uint64_t lock_slots = 0;  // locks of the same remainder are one there; 0: each is one
  };
  Waiting(const Options& options, std::shared_ptr<Tally> tally);

  /// Before anything is put: a lane that does this work. Returns its number.
  std::size_t add_lane(std::vector<Work> works);

  /// False: the queue is full, or the registry ends; the job is left where it is. Sets `crowded` where no lane that
  /// has started is free for it.
  bool put(Work, std::unique_ptr<Job>& job, bool& crowded);
  /// Somebody else held a lock of one of these for too long. Each goes by itself from now on, so that what one of them
  /// waits for keeps none of the others. One that was by itself already waits for the lock as long as it may.
  void put_back(Group group);

  /// A lane that reads many rows should see to the upkeep of the store.
  void want_upkeep();

  /// Waits for work for this lane.
  Turn next(std::size_t lane);
  /// The lane has done it, and comes back as soon as it has told the callers.
  void over(std::size_t lane, const Turn&);

  void stop() noexcept;
  bool stopped() const noexcept;
  /// Takes everything out.
  Group drain();
  /// False: the registry ends.
  bool rest(std::chrono::milliseconds time);

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Item {
    std::unique_ptr<Job> job;
    std::vector<std::int64_t> locks;
    Time since;
    bool locked = false;  // it is this one that somebody else keeps
  };
  using Items = std::list<Item>;
  struct Lane {
    std::array<bool, 3> works{};
    bool busy = false;
    bool idle = false;
    bool looks_again = false;       // soon, whoever wakes it
    std::atomic<unsigned> news{0};  // counts what it might do; the lane looks at it without the lock
    int looked_in_vain = 0;
    int sleeps = 0;  // how often it sleeps without having looked
    std::condition_variable wake;
  };
  using Locks = std::unordered_map<std::int64_t, int>;

  Items& items(Work work) { return items_[static_cast<std::size_t>(work)]; }
  int& active(Work work) { return active_[static_cast<std::size_t>(work)]; }
  bool room_for(Work) const;
  bool free(const std::vector<std::int64_t>&, const Locks&) const;
  void take(Turn&, Items& from, Items::iterator);
  bool take_alone(Turn&);
  /// Whose first call has waited longest comes first.
  std::array<Work, 3> by_age() const;
  /// Nothing is due: sets `due` to when it will be, if that is known.
  bool take_group(Turn&, Work, std::optional<Time>& due);
  bool any_busy(Work) const;
  bool any_idle(Work, bool looks_again) const;
  void wake_for(Work);
  void tell(Lane&);
  /// Looks for a while whether something comes.
  void look(Lane&, std::unique_lock<std::mutex>&);
  static void add(Locks&, const std::vector<std::int64_t>&, int by);

  std::vector<std::int64_t> locks_of(const Job&) const;

  const Options options_;
  const std::shared_ptr<Tally> tally_;

  mutable std::mutex mutex_;  // guards the rest
  std::condition_variable stop_;
  std::vector<std::unique_ptr<Lane>> all_;
  std::array<Items, 3> items_;
  Items alone_;
  std::array<int, 3> active_{};  // lanes, by their work; those of a call alone are not among them
  int active_alone_ = 0;         // lanes that wait for somebody else's lock as long as they may
  Locks held_;                   // by what runs
  Locks asked_alone_;            // by what waits to go alone
  std::size_t locks_held_ = 0;
  std::size_t waiting_ = 0;
  bool wants_upkeep_ = false;
  bool stopped_ = false;
};

}  // namespace bonin::registry_detail
