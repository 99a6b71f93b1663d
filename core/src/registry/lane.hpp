#pragma once
// One thread, one connection, and the calls that wait for them.

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <random>

#include "registry/waiting.hpp"

namespace bonin::registry_detail {

/// Runs what waits, together: the calls of a group share one transaction and its one flush to the disk.
class Lane : public std::enable_shared_from_this<Lane> {
 public:
  /// `database_time`: what happens, happens at the database's time, where it tells one.
  struct Options {
    StoreFactory make;
    std::shared_ptr<const Keyring> ring;
    std::shared_ptr<const Clock> clock;
    bool database_time = false;
    std::shared_ptr<Tally> tally;
    std::shared_ptr<Waiting> waiting;
    std::chrono::milliseconds timeout{};  // how long an outage is ridden out, however long a call may take
    std::function<void(Work)> another{};  // starts a lane more for this work, if there is one
  };
  Lane(const Options& options, std::vector<Work> works);

  bool does(Work work) const noexcept;
  /// Starts its thread, unless it runs. False: the system has no thread left.
  bool start();
  bool started() const noexcept { return started_; }
  /// What runs is finished, unless it waits for somebody else; what waits fails.
  void halt() noexcept;
  /// The same, and returns when the thread has ended (from a callback: at once). Idempotent.
  void stop() noexcept;

  /// Around a fork: the store is not used between the two, and what may not live in two processes is given up.
  void park() noexcept;
  void unpark() noexcept { host_.running.unlock(); }

 private:
  using Group = Waiting::Group;
  void loop();
  /// Leaves the jobs that were done in `done_`, and has failed the others.
  void serve(Group& group, Work work, bool alone);
  /// Sees to the upkeep of the store.
  void tend() noexcept;
  /// Takes out the calls that have ended, and ends those whose time is over.
  void thin(Group& group);
  /// One transaction. Throws StoreFailure.
  void attempt(Group& group, Work work, bool alone, bool ask);
  void connect(bool list_pepper);
  Millis now() const;
  bool pause(int attempt, Time deadline);

  const std::vector<Work> works_;
  const std::shared_ptr<const Keyring> ring_;
  const std::shared_ptr<const Clock> clock_;
  const std::chrono::milliseconds timeout_;
  const bool database_time_;
  const std::shared_ptr<Tally> tally_;
  const std::shared_ptr<Waiting> waiting_;
  const std::function<void(Work)> another_;
  const std::size_t number_;  // among those that take from `waiting_`
  const std::string token_;   // a lock of this lane's own

  Host host_;
  // Guarded by the host's lock.
  std::unique_ptr<Store> store_;
  const bool may_hang_;
  Millis tidied_at_ = 0;
  std::minstd_rand random_;

  Group done_;  // the lane's thread alone

  std::mutex starting_;  // guards the start
  std::atomic<bool> started_{false};
  Thread thread_;
};

}  // namespace bonin::registry_detail
