#pragma once
// Counts what a registry does in one process.

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>

#include "bonin/clock.hpp"
#include "bonin/registry_metrics.hpp"

namespace bonin::registry_detail {

/// Thread-safety: every method, any thread. The counters are atomic and have no common order.
class Tally {
 public:
  using Time = std::chrono::steady_clock::time_point;
  explicit Tally(std::shared_ptr<const Clock> clock) : clock_(std::move(clock)) {}

  Time now() const noexcept { return clock_->steady(); }
  void began() noexcept { add(begun_); }
  /// `failed`: by what kind of error; nothing: it was answered.
  void ended(RegistryOperation operation, std::optional<ErrorKind> failed, Time began) noexcept;
  void queued() noexcept { add(waiting_); }
  void taken(std::size_t calls) noexcept { waiting_.fetch_sub(calls, std::memory_order_relaxed); }
  void transaction(std::size_t calls) noexcept {
    add(transactions_);
    transaction_calls_.fetch_add(calls, std::memory_order_relaxed);
  }
  void retried() noexcept { add(retries_); }
  void connected() noexcept { add(connections_); }

  RegistryMetrics metrics() const noexcept;

 private:
  using Counter = std::atomic<std::uint64_t>;
  static void add(Counter& counter) noexcept { counter.fetch_add(1, std::memory_order_relaxed); }

  static constexpr std::size_t ends = 1 + error_kind_count;  // the first is "ok"
  const std::shared_ptr<const Clock> clock_;
  Counter begun_{0}, waiting_{0}, transactions_{0}, transaction_calls_{0}, retries_{0}, connections_{0};
  std::array<std::array<Counter, ends>, registry_operations.size()> calls_{};
  std::array<Counter, Metrics::latency_bounds_ms.size() + 1> latency_{};
  Counter latency_sum_us_{0};
};

}  // namespace bonin::registry_detail
