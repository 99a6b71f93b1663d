#include "health.hpp"

#include "from_python.hpp"
#include "shown.hpp"
#include "to_python.hpp"

namespace {

/// By the names of the kinds; those that never came up are not there.
void put_failed(py::dict& into, const std::array<std::uint64_t, bonin::error_kind_count>& failed) {
  for (std::size_t i = 0; i < failed.size(); ++i) {
    if (failed[i] != 0) into[to_python(bonin::info(static_cast<bonin::ErrorKind>(i)).name)] = failed[i];
  }
}

/// Of a client or a registry.
template <class Counted>
py::dict latency_of(const Counted& metrics) {
  py::list bounds, counts;
  for (const auto bound : bonin::Metrics::latency_bounds_ms) bounds.append(bound);
  for (const auto count : metrics.latency_counts) counts.append(count);
  py::dict latency;
  latency["bounds"] = bounds;
  latency["counts"] = counts;
  latency["count"] = metrics.latency_count;
  latency["sum"] = metrics.latency_sum_ms;
  return latency;
}

}  // namespace

py::dict to_python(const bonin::RegistryMetrics& metrics) {
  py::dict calls;
  for (std::size_t i = 0; i < metrics.calls.size(); ++i) {
    py::dict ends;
    if (metrics.calls[i].ok != 0) ends["ok"] = metrics.calls[i].ok;
    put_failed(ends, metrics.calls[i].failed);
    if (!ends.empty()) calls[to_python(bonin::registry_operations[i])] = ends;
  }
  py::dict all;
  all["calls"] = calls;
  all["calls_under_way"] = metrics.calls_under_way;
  all["waiting"] = metrics.waiting;
  all["transactions"] = metrics.transactions;
  all["transaction_calls"] = metrics.transaction_calls;
  all["retries"] = metrics.retries;
  all["connections"] = metrics.connections;
  all["latency_ms"] = latency_of(metrics);
  PYBIND11_CONSTINIT static Kept place;
  return shown(place, "RegistryMetrics", all);
}

py::dict to_python(const bonin::VerifierMetrics& metrics) {
  py::dict decisions, denials, errors, records;
  for (const auto& [provider, allowed, denied] : metrics.decisions) {
    py::dict ends;
    ends["allowed"] = allowed;
    ends["denied"] = denied;
    decisions[to_python(provider)] = ends;
  }
  for (const auto& [rule, reason, count] : metrics.denials) {
    const auto name = to_python(rule);
    if (!denials.contains(name)) denials[name] = py::dict();
    denials[name][to_python(reason)] = count;
  }
  put_failed(errors, metrics.failed);
  records["written"] = metrics.records_written;
  records["waiting"] = metrics.records_waiting;
  records["lost"] = metrics.records_lost;
  py::dict all;
  all["decisions"] = decisions;
  all["denials"] = denials;
  all["errors"] = errors;
  all["records"] = records;
  PYBIND11_CONSTINIT static Kept place;
  return shown(place, "VerifierMetrics", all);
}

py::dict to_python(const bonin::Metrics& metrics) {
  py::dict calls;
  calls["ok"] = metrics.calls_ok;
  put_failed(calls, metrics.calls_failed);

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
  all["latency_ms"] = latency_of(metrics);
  PYBIND11_CONSTINIT static Kept place;
  return shown(place, "Metrics", all);
}
