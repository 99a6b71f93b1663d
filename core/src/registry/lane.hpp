#pragma once
// One thread, one connection, and the calls that wait for them.

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <random>

#include "registry/rules.hpp"
#include "registry/watch.hpp"

namespace bonin::registry_detail {

/// A call on its way through a lane.
class Job {
 public:
  explicit Job(std::shared_ptr<Pending> whose) : call(std::move(whose)) {}
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;
  virtual ~Job() = default;
  /// Adds the numbers of what the call is about.
  virtual void locks(std::vector<std::int64_t>&) const {}
  /// Adds what it will look up. A call that writes may look up more.
  virtual void wants(Wanted& all) const { all.more = true; }
  /// Inside a transaction; may be run again when that failed.
  virtual void run(Rules&) = 0;
  /// In place of `run`: what an earlier transaction did for it was rolled back, and is not to be undone.
  virtual void skip() = 0;
  /// After the commit: gives the answer.
  virtual void settle() = 0;

  const std::shared_ptr<Pending> call;
};

/// Runs what waits, together: up to `max_group` calls share one transaction and its one flush to the disk.
class Lane : public std::enable_shared_from_this<Lane> {
 public:
  enum class Kind { read, write, both };
  static constexpr std::size_t max_group = 64;
  static constexpr std::size_t max_waiting = 65'536;

  Lane(Kind kind, const StoreFactory& make, std::shared_ptr<const Keyring> ring, std::shared_ptr<const Clock> clock,
       std::shared_ptr<Tally> tally);

  /// Takes a call, or fails it on the spot when the lane is stopped or full. Starts the thread at first use.
  void post(std::unique_ptr<Job> job);
  /// Finishes what runs, unless it waits for somebody else; fails what waits; returns when the thread has ended (from a
  /// callback: at once). Idempotent.
  void stop() noexcept;

  /// Around a fork: the store is not used between the two, and what may not live in two processes is given up.
  void park() noexcept;
  void unpark() noexcept { host_.running.unlock(); }

 private:
  using Group = std::vector<std::unique_ptr<Job>>;
  void loop();
  void serve(Group& group);
  /// Takes out the calls that have ended, and ends those whose time is over.
  void thin(Group& group);
  /// One transaction. Throws StoreFailure.
  void attempt(Group& group, bool ask);
  void connect(bool list_pepper);
  bool pause(int attempt, Time deadline);

  const bool writes_;
  const std::shared_ptr<const Keyring> ring_;
  const std::shared_ptr<const Clock> clock_;
  const std::shared_ptr<Tally> tally_;
  const std::string token_;  // a lock of this lane's own

  Host host_;  // `stopping` is written under the lock below; a store that waits reads it without
  // Guarded by the host's lock.
  std::unique_ptr<Store> store_;
  const bool may_hang_;
  Millis tidied_at_ = 0;
  std::minstd_rand random_;

  std::mutex mutex_;  // guards the rest
  std::condition_variable wake_;
  std::deque<std::unique_ptr<Job>> waiting_;
  bool started_ = false;
  Thread thread_;
};

}  // namespace bonin::registry_detail
