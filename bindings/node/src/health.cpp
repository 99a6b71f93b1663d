// The metrics of a client, the state of its circuit, its log.

#include <array>

#include "options.hpp"
#include "portone.hpp"
#include "registers.hpp"

// Outside an anonymous namespace, because array_of() finds it by argument-dependent lookup.
static napi_value to_js(napi_env env, const bonin::Check& check) {
  auto out = Napi::Object::New(env);
  out.Set("name", to_js(env, check.name));
  out.Set("ok", check.ok);
  out.Set("reason", text_or_undefined(env, check.reason));
  out.Set("detail", to_js(env, in_camel_case(check.detail, bonin::names_in_texts)));
  out.Set("durationMs", static_cast<double>(check.took.count()));
  return out;
}

napi_value to_js(napi_env env, const bonin::CheckReport& report) {
  auto out = Napi::Object::New(env);
  out.Set("ok", report.ok());
  out.Set("checks", array_of(env, report.checks));
  return out;
}

namespace health_functions {

template <class Numbers>
Napi::Array numbers(Napi::Env env, const Numbers& from) {
  auto array = Napi::Array::New(env, from.size());
  for (std::size_t i = 0; i < from.size(); ++i) array.Set(static_cast<std::uint32_t>(i), static_cast<double>(from[i]));
  return array;
}

template <class Number>
void put(Napi::Object& into, const char* key, Number number) {
  into.Set(key, static_cast<double>(number));
}

/// By the names of the kinds; those that never came up are not there.
void put_failed(Napi::Object& into, const std::array<std::uint64_t, bonin::error_kind_count>& failed) {
  for (std::size_t i = 0; i < failed.size(); ++i) {
    if (failed[i] == 0) continue;
    const std::string kind(bonin::info(static_cast<bonin::ErrorKind>(i)).name);
    put(into, kind.c_str(), failed[i]);
  }
}

/// Of a client or a registry.
template <class Counted>
Napi::Object latency_of(Napi::Env env, const Counted& metrics) {
  auto latency = Napi::Object::New(env);
  latency.Set("bounds", numbers(env, bonin::Metrics::latency_bounds_ms));
  latency.Set("counts", numbers(env, metrics.latency_counts));
  put(latency, "count", metrics.latency_count);
  put(latency, "sum", metrics.latency_sum_ms);
  return latency;
}

/// registry
Napi::Value metrics_of_registry(const Info& info) {
  const auto env = info.Env();
  const auto metrics = self<bonin::Registry>(info).metrics();
  auto calls = Napi::Object::New(env);
  for (std::size_t i = 0; i < metrics.calls.size(); ++i) {
    auto ends = Napi::Object::New(env);
    if (metrics.calls[i].ok != 0) put(ends, "ok", metrics.calls[i].ok);
    put_failed(ends, metrics.calls[i].failed);
    if (ends.GetPropertyNames().Length() == 0) continue;
    calls.Set(camel_case(bonin::registry_operations[i]), ends);
  }
  auto all = Napi::Object::New(env);
  all.Set("calls", calls);
  put(all, "callsUnderWay", metrics.calls_under_way);
  put(all, "waiting", metrics.waiting);
  put(all, "transactions", metrics.transactions);
  put(all, "transactionCalls", metrics.transaction_calls);
  put(all, "retries", metrics.retries);
  put(all, "connections", metrics.connections);
  all.Set("latencyMs", latency_of(env, metrics));
  return all;
}

/// verifier
Napi::Value metrics_of_verifier(const Info& info) {
  const auto env = info.Env();
  const auto metrics = self<bonin::Verifier>(info).metrics();
  auto decisions = Napi::Object::New(env);
  for (const auto& [provider, allowed, denied] : metrics.decisions) {
    auto ends = Napi::Object::New(env);
    put(ends, "allowed", allowed);
    put(ends, "denied", denied);
    decisions.Set(provider, ends);
  }
  auto denials = Napi::Object::New(env);
  for (const auto& [rule, reason, count] : metrics.denials) {
    if (!denials.Has(rule)) denials.Set(rule, Napi::Object::New(env));
    denials.Get(rule).As<Napi::Object>().Set(reason, static_cast<double>(count));
  }
  auto errors = Napi::Object::New(env);
  put_failed(errors, metrics.failed);
  auto records = Napi::Object::New(env);
  put(records, "written", metrics.records_written);
  put(records, "waiting", metrics.records_waiting);
  put(records, "lost", metrics.records_lost);
  auto all = Napi::Object::New(env);
  all.Set("decisions", decisions);
  all.Set("denials", denials);
  all.Set("errors", errors);
  all.Set("records", records);
  return all;
}

Napi::Value metrics(const Info& info) {
  const auto env = info.Env();
  const auto metrics = client(info).metrics();
  auto calls = Napi::Object::New(env);
  put(calls, "ok", metrics.calls_ok);
  put_failed(calls, metrics.calls_failed);

  auto all = Napi::Object::New(env);
  all.Set("calls", calls);
  put(all, "callsUnderWay", metrics.calls_under_way);
  put(all, "failFast", metrics.fail_fast);
  put(all, "attempts", metrics.attempts);
  put(all, "retries", metrics.retries);
  put(all, "retryBudget", metrics.retry_budget);
  put(all, "connections", metrics.connections);
  put(all, "tokenRenewals", metrics.token_renewals);
  put(all, "tokenFailures", metrics.token_failures);
  all.Set("circuit", to_js(env, to_string(metrics.circuit)));
  put(all, "circuitOpenings", metrics.circuit_openings);
  put(all, "logEventsDropped", metrics.log_events_dropped);
  put(all, "clockSkewMs", metrics.clock_skew_ms);
  all.Set("latencyMs", latency_of(env, metrics));
  return all;
}

Napi::Value circuit(const Info& info) { return {info.Env(), to_js(info.Env(), to_string(client(info).circuit()))}; }

/// client, level: its place in debug, info, warning
Napi::Value listen(const Info& info) {
  client(info).listen(static_cast<bonin::LogLevel>(info[1].As<Napi::Number>().Uint32Value()));
  return info.Env().Undefined();
}

/// An array of events, or undefined when there is none.
Napi::Value take_log(const Info& info) {
  const auto env = info.Env();
  if (!client(info).has_log_events()) return env.Undefined();
  auto all = Napi::Array::New(env);
  for (const auto& event : client(info).take_log_events()) {
    auto fields = Napi::Object::New(env);
    for (const auto& [name, value] : event.fields) {
      const auto key = Napi::String(env, to_js(env, name));
      if (const auto* text = std::get_if<std::string_view>(&value)) {
        fields.Set(key, to_js(env, *text));
      } else if (const auto* code = std::get_if<std::string>(&value)) {
        fields.Set(key, to_js(env, *code));
      } else {
        fields.Set(key, static_cast<double>(std::get<std::int64_t>(value)));
      }
    }
    auto one = Napi::Object::New(env);
    one.Set("level", to_js(env, to_string(event.level)));
    one.Set("name", to_js(env, std::string(event.area) + "." + std::string(event.name)));
    one.Set("at", to_js(env, event.at));
    one.Set("fields", fields);
    one.Set("caller", static_cast<double>(event.caller));
    all.Set(all.Length(), one);
  }
  return all;
}

}  // namespace health_functions

void register_health(Napi::Env env, Napi::Object exports) {
  using namespace health_functions;
  auto functions = Napi::Object::New(env);
  define<metrics>(functions, "metrics");
  define<metrics_of_registry>(functions, "metricsOfRegistry");
  define<metrics_of_verifier>(functions, "metricsOfVerifier");
  define<circuit>(functions, "circuit");
  define<listen>(functions, "listen");
  define<take_log>(functions, "takeLog");
  exports.Set("health", functions);
}
