#pragma once
// One thread, one connection, and the calls that wait for them.

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <random>
#include <thread>

#include "registry/rules.hpp"

namespace bonin::registry_detail {

/// A call on its way through a lane.
class Job {
 public:
  virtual ~Job() = default;
  /// Adds the numbers of what the call is about.
  virtual void locks(std::vector<std::int64_t>&) const {}
  /// Inside a transaction; may be run again when that failed.
  virtual void run(Rules&) = 0;
  /// After the commit: gives the answer.
  virtual void settle() = 0;
  virtual void fail(const Error&) = 0;

  std::chrono::steady_clock::time_point deadline;
};

/// Runs what waits, together: up to `max_group` calls share one transaction and its one flush to the disk.
class Lane : public std::enable_shared_from_this<Lane> {
 public:
  enum class Kind { read, write, both };
  static constexpr std::size_t max_group = 64;
  static constexpr std::size_t max_waiting = 65'536;

  Lane(Kind kind, const StoreFactory& make, std::shared_ptr<const Keyring> ring, std::shared_ptr<const Clock> clock,
       std::chrono::milliseconds timeout);

  /// Takes a call, or fails it on the spot when the lane is stopped or full. Starts the thread at first use.
  void post(std::unique_ptr<Job> job);
  /// Finishes what runs, fails what waits, returns when the thread has ended (from a callback: at once). Idempotent.
  void stop() noexcept;

  /// Around a fork: no transaction is under way between the two.
  void park() noexcept;
  void unpark() noexcept { running_.unlock(); }

 private:
  using Group = std::vector<std::unique_ptr<Job>>;
  bool start();
  void loop();
  void serve(Group& group);
  /// One transaction. Throws StoreFailure.
  void attempt(Group& group, bool ask);
  void connect(bool list_pepper);
  bool pause(int attempt, std::chrono::steady_clock::time_point deadline);

  const bool writes_;
  const std::shared_ptr<const Keyring> ring_;
  const std::shared_ptr<const Clock> clock_;
  const std::chrono::milliseconds timeout_;
  const std::string token_;  // a lock of this lane's own

  std::mutex running_;  // held while the store is used
  std::unique_ptr<Store> store_;
  Millis tidied_at_ = 0;
  std::minstd_rand random_;

  std::mutex mutex_;  // guards the rest
  std::condition_variable wake_;
  std::deque<std::unique_ptr<Job>> waiting_;
  std::atomic<bool> stopped_{false};  // written under the lock; a store that waits reads it without
  std::thread thread_;
  std::thread::id thread_id_;  // of the thread that runs, whoever joins it
};

}  // namespace bonin::registry_detail
