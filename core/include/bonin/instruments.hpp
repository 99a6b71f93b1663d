#pragma once
// What is counted, as instruments of OpenTelemetry: `bonin.<of>.<name>`. The values are those of metrics().

#include <array>
#include <string_view>

namespace bonin {

struct Instrument {
  std::string_view of;    // `client`, `registry` or `verifier`
  std::string_view kind;  // `counter`, `up_down_counter` or `gauge`
  std::string_view name;
  std::string_view unit;
  std::string_view description;
};

inline constexpr std::array instruments{
    Instrument{"client", "counter", "calls", "{call}", "Calls that ended, by outcome: ok, or the kind of the error."},
    Instrument{"client", "up_down_counter", "active_calls", "{call}", "Calls under way."},
    Instrument{"client", "counter", "fail_fast", "{call}", "Calls that the open circuit refused."},
    Instrument{"client", "counter", "attempts", "{request}", "Requests sent for calls."},
    Instrument{"client", "counter", "retries", "{request}", "Attempts after the first."},
    Instrument{"client", "gauge", "retry_budget", "{point}", "What is left of the retry budget of 500."},
    Instrument{"client", "counter", "connections", "{connection}", "Connections opened."},
    Instrument{"client", "counter", "token.renewals", "{renewal}", "Access tokens received."},
    Instrument{"client", "counter", "token.failures", "{renewal}", "Token requests that failed."},
    Instrument{"client", "gauge", "circuit.state", "{state}",
               "1 for the state that the circuit is in, 0 for the others."},
    Instrument{"client", "counter", "circuit.openings", "{opening}", "How often the circuit opened."},
    Instrument{"client", "counter", "log.dropped", "{event}", "Log events for which there was no room."},
    Instrument{"client", "gauge", "clock.skew", "s", "PortOne's clock minus this machine's."},
    Instrument{"client", "counter", "call.duration.count", "{call}", "Calls that were timed."},
    Instrument{"client", "counter", "call.duration.sum", "s", "Their time together."},
    Instrument{"client", "counter", "call.duration.bucket", "{call}", "Those that took at most `le` seconds."},
    Instrument{"registry", "counter", "calls", "{call}",
               "Calls that ended, by operation and outcome: ok, or the kind of the error."},
    Instrument{"registry", "up_down_counter", "active_calls", "{call}", "Calls under way."},
    Instrument{"registry", "up_down_counter", "waiting", "{call}", "Calls that wait for a transaction to begin."},
    Instrument{"registry", "counter", "transactions", "{transaction}", "Transactions that ended."},
    Instrument{"registry", "counter", "transaction_calls", "{call}", "Calls in them."},
    Instrument{"registry", "counter", "retries", "{transaction}", "Transactions that were tried again."},
    Instrument{"registry", "counter", "connections", "{connection}", "Connections opened."},
    Instrument{"registry", "counter", "call.duration.count", "{call}", "Calls that were timed."},
    Instrument{"registry", "counter", "call.duration.sum", "s", "Their time together."},
    Instrument{"registry", "counter", "call.duration.bucket", "{call}", "Those that took at most `le` seconds."},
    Instrument{"verifier", "counter", "verifications", "{verification}",
               "Verifications that ended, by outcome: allowed, denied, or the kind of the error; and by provider."},
    Instrument{"verifier", "counter", "denials", "{denial}",
               "Rules that did not pass in denied decisions, by rule and reason."},
    Instrument{"verifier", "counter", "records.written", "{record}", "Records of decisions that were written."},
    Instrument{"verifier", "up_down_counter", "records.waiting", "{record}", "Those that wait to be written."},
    Instrument{"verifier", "counter", "records.lost", "{record}", "Those that could not be written."},
};

}  // namespace bonin
