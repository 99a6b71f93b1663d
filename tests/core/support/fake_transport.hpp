#pragma once
// A transport without a network: scripted answers, and a clock that moves itself when there is nothing left but to
// wait.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bonin/clock.hpp"
#include "transport/transport.hpp"

namespace bonin::test {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

class ManualClock final : public Clock {
 public:
  Moment now() const noexcept override { return wall; }
  std::chrono::steady_clock::time_point steady() const noexcept override { return monotonic; }
  void advance(milliseconds by) {
    wall += by;
    monotonic += by;
  }
  Moment wall{1'790'000'000'000ms};
  std::chrono::steady_clock::time_point monotonic{1h};
};

/// What the transport was asked to send.
struct Sent {
  Method method;
  std::string path;  // behind the base URL
  std::string body;
  std::string authorization;
  std::string tier;
  std::string idempotency_key;
  milliseconds timeout;
  bool may_repeat;
  std::chrono::steady_clock::time_point at;
};

/// How the script answers. `hold`: not until `release()`.
struct Reply {
  std::optional<AttemptEnd> outcome;
  milliseconds latency{0};

  static Reply answer(int status, std::string body = "{}", std::optional<std::int64_t> retry_after_ms = {}) {
    return {AttemptEnd{Response{status, std::move(body), retry_after_ms, std::nullopt}, true}};
  }
  static Reply broken(ErrorKind kind, bool sent) {
    Error error;
    error.kind = kind;
    error.message = "scripted";
    return {AttemptEnd{std::move(error), sent}};
  }
  static Reply hold() { return {}; }
  Reply after(milliseconds delay) && {
    latency = delay;
    return std::move(*this);
  }
};

class FakeTransport final : public Transport {
 public:
  using Script = std::function<Reply(const Sent&)>;

  explicit FakeTransport(std::shared_ptr<ManualClock> clock) : clock_(std::move(clock)) {}

  bool post(std::function<void()> task) override {
    if (ended) return false;
    tasks_.push_back(std::move(task));
    return true;
  }

  TransferId send(Request request, std::function<void(AttemptEnd)> done) override {
    const auto& base = request.connection->base_url;
    sent.push_back({request.method, request.url.substr(base.size()), request.body,
                    std::string(request.headers->value("Authorization")), std::string(request.headers->value("Tier")),
                    std::string(request.headers->value("Idempotency-Key")), request.timeout, request.may_repeat,
                    clock_->steady()});
    const TransferId id{sent.size() - 1, sent.size()};
    under_way_.emplace(id.sequence, std::move(done));
    Reply reply = script(sent.back());
    if (reply.outcome) {
      schedule(reply.latency,
               [this, sequence = id.sequence, outcome = std::move(*reply.outcome)] { complete(sequence, outcome); });
    }
    return id;
  }

  bool abort(TransferId id) override { return under_way_.erase(id.sequence) != 0; }

  void after(milliseconds delay, std::function<void()> task) override {
    delays.push_back(delay);
    schedule(delay, std::move(task));
  }

  /// Answers the n-th request sent (from 0), whatever the script said.
  void release(std::size_t n, Reply reply) { complete(n + 1, *reply.outcome); }

  /// Runs what is due now. Time stands still.
  void settle() {
    for (;;) {
      if (!tasks_.empty()) {
        auto task = std::move(tasks_.front());
        tasks_.pop_front();
        task();
      } else if (!timers_.empty() && timers_.begin()->first <= clock_->steady()) {
        auto task = std::move(timers_.begin()->second);
        timers_.erase(timers_.begin());
        task();
      } else {
        return;
      }
    }
  }

  /// Runs until `ended()` says so, moving the clock from one timer to the next. False: nothing is left to wait for.
  bool run(const std::function<bool()>& finished) {
    for (settle(); !finished(); settle()) {
      if (timers_.empty()) return false;
      const auto next = timers_.begin()->first;
      clock_->advance(std::chrono::duration_cast<milliseconds>(next - clock_->steady()));
    }
    return true;
  }

  /// Forgets what is left, which may hold the session that holds this transport.
  void drop() {
    tasks_.clear();
    timers_.clear();
    under_way_.clear();
  }

  std::size_t under_way() const { return under_way_.size(); }
  std::size_t count(std::string_view path) const {
    std::size_t n = 0;
    for (const auto& request : sent) n += request.path.compare(0, path.size(), path) == 0;
    return n;
  }

  Script script = [](const Sent&) { return Reply::hold(); };
  std::vector<Sent> sent;
  std::vector<milliseconds> delays;  // asked for through `after`
  bool ended = false;

 private:
  void schedule(milliseconds delay, std::function<void()> task) {
    timers_.emplace(clock_->steady() + delay, std::move(task));
  }
  void complete(std::uint64_t sequence, AttemptEnd outcome) {
    const auto found = under_way_.find(sequence);
    if (found == under_way_.end()) return;  // aborted
    const auto done = std::move(found->second);
    under_way_.erase(found);
    done(std::move(outcome));
  }

  std::shared_ptr<ManualClock> clock_;
  std::deque<std::function<void()>> tasks_;
  std::multimap<std::chrono::steady_clock::time_point, std::function<void()>> timers_;
  std::map<std::uint64_t, std::function<void(AttemptEnd)>> under_way_;
};

}  // namespace bonin::test
