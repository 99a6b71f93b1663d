#include "registry/tally.hpp"

#include <algorithm>

namespace bonin::registry_detail {

void Tally::ended(RegistryOperation operation, std::optional<ErrorKind> failed, Time began) noexcept {
  const auto end = failed ? 1 + static_cast<std::size_t>(*failed) : 0;
  add(calls_[static_cast<std::size_t>(operation)][end]);
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(now() - began);
  const auto& bounds = Metrics::latency_bounds_ms;
  const auto bucket = std::find_if(bounds.begin(), bounds.end(),
                                   [&](std::int64_t ms) { return took <= std::chrono::milliseconds(ms); });
  add(latency_[static_cast<std::size_t>(bucket - bounds.begin())]);
  latency_sum_us_.fetch_add(static_cast<std::uint64_t>(std::max<std::int64_t>(0, took.count())),
                            std::memory_order_relaxed);
}

RegistryMetrics Tally::metrics() const noexcept {
  const auto read = [](const Counter& counter) { return counter.load(std::memory_order_relaxed); };
  RegistryMetrics metrics;
  std::uint64_t ended = 0;
  for (std::size_t i = 0; i < calls_.size(); ++i) {
    auto& into = metrics.calls[i];
    ended += into.ok = read(calls_[i][0]);
    for (std::size_t kind = 0; kind < error_kind_count; ++kind) ended += into.failed[kind] = read(calls_[i][1 + kind]);
  }
  const auto begun = read(begun_);
  metrics.calls_under_way = begun > ended ? begun - ended : 0;
  metrics.waiting = read(waiting_);
  metrics.transactions = read(transactions_);
  metrics.transaction_calls = read(transaction_calls_);
  metrics.retries = read(retries_);
  metrics.connections = read(connections_);
  for (std::size_t i = 0; i < latency_.size(); ++i) {
    metrics.latency_count += metrics.latency_counts[i] = read(latency_[i]);
  }
  metrics.latency_sum_ms = static_cast<double>(read(latency_sum_us_)) / 1'000;
  return metrics;
}

}  // namespace bonin::registry_detail
