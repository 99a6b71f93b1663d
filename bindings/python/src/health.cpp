#include "health.hpp"

#include "from_python.hpp"
#include "to_python.hpp"

py::dict to_python(const bonin::Metrics& metrics) {
  py::dict calls;
  calls["ok"] = metrics.calls_ok;
  for (std::size_t i = 0; i < metrics.calls_failed.size(); ++i) {
    if (metrics.calls_failed[i] == 0) continue;
    calls[to_python(bonin::info(static_cast<bonin::ErrorKind>(i)).name)] = metrics.calls_failed[i];
  }
  py::list bounds, counts;
  for (const auto bound : bonin::Metrics::latency_bounds_ms) bounds.append(bound);
  for (const auto count : metrics.latency_counts) counts.append(count);
  py::dict latency;
  latency["bounds"] = bounds;
  latency["counts"] = counts;
  latency["count"] = metrics.latency_count;
  latency["sum"] = metrics.latency_sum_ms;

  py::dict all;
  all["calls"] = calls;
  all["calls_under_way"] = metrics.calls_under_way;
  all["fail_fast"] = metrics.fail_fast;
  all["attempts"] = metrics.attempts;
  all["retries"] = metrics.retries;
  all["retry_budget"] = metrics.retry_budget;
  all["connections"] = metrics.connections;
  all["token_renewals"] = metrics.token_renewals;
  all["token_failures"] = metrics.token_failures;
  all["circuit"] = to_python(to_string(metrics.circuit));
  all["circuit_openings"] = metrics.circuit_openings;
  all["log_events_dropped"] = metrics.log_events_dropped;
  all["clock_skew_ms"] = metrics.clock_skew_ms;
  all["latency_ms"] = latency;
  return all;
}
