#pragma once
// Ends the calls of a registry that the store does not answer: at their time limit, when the caller cancels, when the
// registry closes. A lane may be stuck in a silent server, and an own store may never answer. No caller waits for
// either.

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "bonin/clock.hpp"
#include "bonin/result.hpp"
#include "model/call_state.hpp"
#include "model/process.hpp"
#include "registry/tally.hpp"
#include "registry/thread.hpp"

namespace bonin::registry_detail {

class Pending;
using Time = std::chrono::steady_clock::time_point;

/// Ends calls on a thread of its own, started at first use.
class Watch : public std::enable_shared_from_this<Watch> {
 public:
  explicit Watch(std::shared_ptr<const Clock> clock) : clock_(std::move(clock)) {}

  void add(const std::shared_ptr<Pending>& call);
  void remove(Pending& call) noexcept;
  void cancel(Pending& call) noexcept;
  /// Ends what is left with ErrorKind::closed, and takes no more. Idempotent.
  void stop() noexcept;

 private:
  friend class Pending;
  using Calls = std::multimap<Time, std::shared_ptr<Pending>>;
  bool ours() const noexcept { return process_ == process_id(); }
  void loop();

  const std::shared_ptr<const Clock> clock_;
  const pid_t process_ = process_id();  // a forked child must not touch its parent's

  std::mutex mutex_;  // guards the rest
  std::condition_variable wake_;
  Calls calls_;
  Time wakes_at_ = Time::max();  // when the thread looks next
  bool started_ = false;
  bool stopped_ = false;
  Thread thread_;
};

/// One call. The first of its possible ends wins, and later ones are dropped.
class Pending : public Call::State {
 public:
  /// Where its end is counted; no tally: nowhere.
  struct Counted {
    std::shared_ptr<Tally> tally{};
    RegistryOperation operation{};
    Time began{};
  };
  /// `own_limit`: the deadline is the registry's, not one of the call.
  Pending(std::shared_ptr<Watch> watch, Time deadline, bool own_limit, Counted counted)
      : deadline(deadline), watch_(std::move(watch)), own_limit_(own_limit), counted_(std::move(counted)) {}

  void cancel() final {
    if (watch_) watch_->cancel(*this);
  }
  /// Nobody waits for the answer any more.
  bool ended() const noexcept { return ended_; }
  void fail(const Error& error) {
    if (!end()) return;
    count(error.kind);
    tell(error);
  }
  /// The time is over, or the caller has cancelled.
  void expire();
  /// An attempt failed, and there will be another one: what to say when the registry's own time is over meanwhile.
  void failed_once(const Error& why);

  const Time deadline;

 protected:
  /// True for the caller that ends the call.
  bool end() noexcept {
    if (ended_.exchange(true)) return false;
    if (watch_) watch_->remove(*this);
    return true;
  }
  /// How it ended. Once, before its caller is told.
  void count(std::optional<ErrorKind> failed) const noexcept {
    if (counted_.tally) counted_.tally->ended(counted_.operation, failed, counted_.began);
  }

 private:
  friend class Watch;
  virtual void tell(const Error&) = 0;

  const std::shared_ptr<Watch> watch_;  // null: nobody waits from the beginning
  const bool own_limit_;
  const Counted counted_;
  std::atomic<bool> ended_{false};
  std::atomic<bool> cancelled_{false};
  // Guarded by the watch's lock.
  bool listed_ = false;
  Watch::Calls::iterator place_;
  std::optional<Error> why_;
};

/// A call with an answer.
template <class T>
class Answer final : public Pending {
 public:
  Answer(std::shared_ptr<Watch> watch, Time deadline, bool own_limit, Counted counted, Callback<T> done)
      : Pending(std::move(watch), deadline, own_limit, std::move(counted)), done_(std::move(done)) {}

  /// False, and `result` is left as it is: nobody waits for it any more.
  bool give(Result<T>&& result) {
    if (!end()) return false;
    count(result ? std::nullopt : std::optional(result.error().kind));
    take()(std::move(result));
    return true;
  }

 private:
  void tell(const Error& error) override { take()(error); }
  /// The callback may hold the last handle of the registry, and goes when it has returned.
  Callback<T> take() { return std::exchange(done_, nullptr); }

  Callback<T> done_;
};

}  // namespace bonin::registry_detail
