#include "transport/health.hpp"

#include <algorithm>
#include <utility>

#include "model/provider.hpp"

namespace bonin {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

std::size_t bucket_of(microseconds took) {
  const auto& bounds = Metrics::latency_bounds_ms;
  const auto found = std::find_if(bounds.begin(), bounds.end(), [&](auto ms) { return took <= milliseconds(ms); });
  return static_cast<std::size_t>(found - bounds.begin());
}

/// Nothing, if there was no answer.
void put_status(std::vector<LogEvent::Field>& fields, const Error& error) {
  if (error.http_status != 0) fields.push_back({"http_status", error.http_status});
}

/// Failures that an operator should see. The others are caused by callers.
LogLevel level_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::cancelled:
    case ErrorKind::closed:
    case ErrorKind::draining:
    case ErrorKind::not_found:
    case ErrorKind::conflict:
      return LogLevel::info;
    default:
      return LogLevel::warning;
  }
}

}  // namespace

Health::Health(std::shared_ptr<const Clock> clock, Random random, std::shared_ptr<LogGate> gate)
    : log(std::move(gate)), clock_(clock), breaker_(std::move(clock), std::move(random)) {}

void Health::tell(LogLevel level, std::string_view area, std::string_view name, std::vector<LogEvent::Field> fields,
                  std::uint64_t caller) {
  log.push({level, area, name, clock_->now(), std::move(fields), caller});
}

void Health::will_retry(const char* request, const Error& error, int attempt, milliseconds delay,
                        std::uint64_t caller) {
  if (!log.wants(LogLevel::info)) return;
  std::vector<LogEvent::Field> fields{
      {"request", request}, {"reason", error.name()}, {"attempts", attempt}, {"delay_ms", delay.count()}};
  put_status(fields, error);
  tell(LogLevel::info, "call", "retry", std::move(fields), caller);
}

void Health::ended(const CallEnd& end) {
  if (end.error == nullptr) {
    add(ok_);
  } else {
    failed_[static_cast<std::size_t>(end.error->kind)].fetch_add(1, std::memory_order_relaxed);
  }
  const bool full = end.error != nullptr && end.error->kind == ErrorKind::overloaded;
  if (end.refused && !full) {
    add(fail_fast_);
  } else if (end.started) {
    const auto took = std::chrono::duration_cast<microseconds>(end.took);
    add(latency_[bucket_of(took)]);
    add(latency_sum_us_, static_cast<std::uint64_t>(took.count()));
  }
  // The circuit's opening and a full client have their own warnings. A refused call gets a debug event.
  const auto level = end.error == nullptr || end.refused ? LogLevel::debug : level_of(end.error->kind);
  if (!log.wants(level)) return;
  std::vector<LogEvent::Field> fields{{"request", end.request}};
  if (end.error != nullptr) {
    fields.push_back({"kind", end.error->name()});
    put_status(fields, *end.error);
  }
  fields.push_back({"attempts", end.attempts});
  fields.push_back({"ms", std::chrono::duration_cast<milliseconds>(end.took).count()});
  tell(level, "call",
       end.error == nullptr ? "succeeded"
       : end.refused        ? "refused"
                            : "failed",
       std::move(fields), end.caller);
}

Breaker::Pass Health::admit() {
  const auto pass = breaker_.admit();
  if (pass == Breaker::Pass::probe && log.wants(LogLevel::info)) tell(LogLevel::info, "circuit", "half_open", {});
  return pass;
}

void Health::full(int max_calls) {
  if (full_.exchange(true, std::memory_order_relaxed) || !log.wants(LogLevel::warning)) return;
  tell(LogLevel::warning, "client", "full", {{"max_calls", max_calls}});
}

void Health::told_time(Moment server) {
  const auto skew = server - clock_->now();
  skew_ms_.store(skew.count(), std::memory_order_relaxed);
  const bool matters = skew > tolerated_skew || skew < -tolerated_skew;
  if (matters == std::exchange(skewed_, matters) || !matters || !log.wants(LogLevel::warning)) return;
  tell(LogLevel::warning, "clock", "skew", {{"seconds", std::chrono::round<std::chrono::seconds>(skew).count()}});
}

std::optional<milliseconds> Health::skew() const noexcept {
  const auto skew = skew_ms_.load(std::memory_order_relaxed);
  return skew == never_told ? std::nullopt : std::optional(milliseconds(skew));
}

void Health::met_unknown_provider(std::string_view provider) {
  if (!log.wants(LogLevel::warning) || unknown_providers_.size() == most_unknown_providers) return;
  if (std::find(unknown_providers_.begin(), unknown_providers_.end(), provider) != unknown_providers_.end()) return;
  unknown_providers_.emplace_back(provider);
  tell(LogLevel::warning, "provider", "unknown", {{"provider", std::string(loggable_provider(provider))}});
}

void Health::heard(Sign sign, const Error& error, bool& probe, std::size_t about) {
  if (sign == Sign::alive) return alive(probe);
  if (sign == Sign::none) return;
  const bool opened = breaker_.failed(error.message, probe, about);
  probe = false;
  if (!opened) return;
  add(openings_);
  if (!log.wants(LogLevel::warning)) return;
  tell(LogLevel::warning, "circuit", "opened", {{"reason", error.name()}, {"pause_ms", breaker_.pause().count()}});
}

void Health::alive(bool& probe) {
  const bool closed = breaker_.answered(probe);
  probe = false;
  if (closed && log.wants(LogLevel::info)) tell(LogLevel::info, "circuit", "closed", {});
}

void Health::give_up(bool& probe) noexcept {
  if (std::exchange(probe, false)) breaker_.give_up();
}

Error Health::refusal() const {
  auto error = make_error(ErrorKind::unavailable, "PortOne has been failing, so bonin is pausing before it asks again");
  error.cause = breaker_.cause();
  if (const auto left = breaker_.left(); left.count() > 0) error.retry_after_ms = left.count();
  return error;
}

void Health::renewed(milliseconds life) {
  add(renewals_);
  if (log.wants(LogLevel::info)) tell(LogLevel::info, "token", "renewed", {{"life_ms", life.count()}});
}

void Health::renewal_failed(const Error& error) {
  add(renewal_failures_);
  if (!log.wants(LogLevel::warning)) return;
  std::vector<LogEvent::Field> fields{{"reason", error.name()}};
  put_status(fields, error);
  tell(LogLevel::warning, "token", "failed", std::move(fields));
}

Metrics Health::metrics() const {
  const auto read = [](const Counter& counter) { return counter.load(std::memory_order_relaxed); };
  Metrics metrics;
  metrics.calls_ok = read(ok_);
  std::uint64_t ended = metrics.calls_ok;
  for (std::size_t i = 0; i < failed_.size(); ++i) ended += metrics.calls_failed[i] = read(failed_[i]);
  const auto begun = read(begun_);
  metrics.calls_under_way = begun > ended ? begun - ended : 0;
  metrics.fail_fast = read(fail_fast_);
  metrics.attempts = read(attempts_);
  metrics.retries = read(retries_);
  metrics.connections = read(connections_);
  metrics.token_renewals = read(renewals_);
  metrics.token_failures = read(renewal_failures_);
  metrics.circuit = circuit();
  metrics.circuit_openings = read(openings_);
  metrics.retry_budget = budget.left();
  metrics.log_events_dropped = log.dropped();
  metrics.clock_skew_ms = skew().value_or(milliseconds(0)).count();
  for (std::size_t i = 0; i < latency_.size(); ++i) {
    metrics.latency_count += metrics.latency_counts[i] = read(latency_[i]);
  }
  metrics.latency_sum_ms = static_cast<double>(read(latency_sum_us_)) / 1'000;
  return metrics;
}

}  // namespace bonin
