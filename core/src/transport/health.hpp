#pragma once
// What a client learns from its attempts: circuit, counters, log events. One for each client and process.

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bonin/health.hpp"
#include "transport/backoff.hpp"
#include "transport/breaker.hpp"
#include "transport/log_queue.hpp"

namespace bonin {

/// The call that an event is about: what is known of it when it ends.
struct CallEnd {
  const char* request;  // a literal: "GET /x/{id}"
  const Error* error;   // null: it was answered
  int attempts;
  std::chrono::steady_clock::duration took;
  bool started;  // on the transport's thread; else the client was closed before
  bool refused;  // by the open circuit, or because the client is full
  std::uint64_t caller;
};

/// Thread-safety: the transport's thread, except where a function says otherwise. Any thread reads the counters, which
/// are atomic and have no common order.
class Health {
 public:
  Health(std::shared_ptr<const Clock> clock, Random random, std::shared_ptr<LogGate> gate);

  // Calls. A call begins, and one that never started ends, on any thread.
  void began() noexcept { begun_.fetch_add(1, std::memory_order_relaxed); }
  void sent() noexcept { add(attempts_); }
  void retried() noexcept { add(retries_); }
  void will_retry(const char* request, const Error& error, int attempt, std::chrono::milliseconds delay,
                  std::uint64_t caller);
  void ended(const CallEnd& end);

  /// As many calls are under way as may be. Told once until it is over. Any thread.
  void full(int max_calls);
  void has_room() noexcept { full_.store(false, std::memory_order_relaxed); }

  /// What the server's clock says. A difference that matters is told once.
  void told_time(Moment server);

  /// What the server's clock was ahead by when it last told its time. Any thread.
  std::optional<std::chrono::milliseconds> skew() const noexcept;

  /// A verification came from a provider that bonin does not know. Told once for each of the first providers.
  void met_unknown_provider(std::string_view provider);

  // What attempts say about the server: the circuit listens. `probe`: the attempt was the probe's, which has then found
  // out what it went for. `about`: as the circuit has it.
  Breaker::Pass admit();
  void heard(Sign sign, const Error& error, bool& probe, std::size_t about = 0);
  void alive(bool& probe);
  void give_up(bool& probe) noexcept;
  /// The error of a call that the circuit refuses.
  Error refusal() const;

  // Tokens and connections.
  void renewed(std::chrono::milliseconds life);
  void renewal_failed(const Error& error);
  void connected(int connections) noexcept { add(connections_, static_cast<std::uint64_t>(connections)); }

  /// Any thread.
  Metrics metrics() const;
  Circuit circuit() const noexcept { return breaker_.state(); }

  static constexpr std::chrono::seconds tolerated_skew{30};

  RetryBudget budget;
  LogQueue log;

 private:
  using Counter = std::atomic<std::uint64_t>;
  /// One thread alone writes the counter: no need of a locked instruction.
  static void add(Counter& counter, std::uint64_t by = 1) noexcept {
    counter.store(counter.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
  }
  void tell(LogLevel level, std::string_view area, std::string_view name, std::vector<LogEvent::Field> fields,
            std::uint64_t caller = 0);

  std::shared_ptr<const Clock> clock_;
  Breaker breaker_;
  static constexpr std::size_t most_unknown_providers = 16;

  bool skewed_ = false;                         // the clocks differ, and it was told
  std::vector<std::string> unknown_providers_;  // that were told
  static constexpr auto never_told = INT64_MIN;
  std::atomic<std::int64_t> skew_ms_{never_told};
  std::atomic<bool> full_{false};  // told, and not over yet

  alignas(64) Counter begun_{0};  // by callers' threads: away from what the transport's thread writes
  alignas(64) Counter ok_{0};
  std::array<Counter, error_kind_count> failed_{};
  Counter fail_fast_{0}, attempts_{0}, retries_{0}, connections_{0}, renewals_{0}, renewal_failures_{0}, openings_{0};
  std::array<Counter, Metrics::latency_bounds_ms.size() + 1> latency_{};
  Counter latency_sum_us_{0};
};

}  // namespace bonin
