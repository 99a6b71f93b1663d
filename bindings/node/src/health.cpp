// The metrics of a client, the state of its circuit, its log.

#include "portone.hpp"
#include "registers.hpp"

namespace health_functions {

template <class Numbers>
Napi::Array numbers(Napi::Env env, const Numbers& from) {
  auto array = Napi::Array::New(env, from.size());
  for (std::size_t i = 0; i < from.size(); ++i) array.Set(static_cast<std::uint32_t>(i), static_cast<double>(from[i]));
  return array;
}

Napi::Value metrics(const Info& info) {
  const auto env = info.Env();
  const auto metrics = client(info).metrics();
  const auto put = [](Napi::Object& into, const char* key, auto number) { into.Set(key, static_cast<double>(number)); };

  auto calls = Napi::Object::New(env);
  put(calls, "ok", metrics.calls_ok);
  for (std::size_t i = 0; i < metrics.calls_failed.size(); ++i) {
    if (metrics.calls_failed[i] == 0) continue;
    put(calls, std::string(bonin::info(static_cast<bonin::ErrorKind>(i)).name).c_str(), metrics.calls_failed[i]);
  }
  auto latency = Napi::Object::New(env);
  latency.Set("bounds", numbers(env, bonin::Metrics::latency_bounds_ms));
  latency.Set("counts", numbers(env, metrics.latency_counts));
  put(latency, "count", metrics.latency_count);
  put(latency, "sum", metrics.latency_sum_ms);

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
  all.Set("latencyMs", latency);
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
    all.Set(all.Length(), one);
  }
  return all;
}

}  // namespace health_functions

void register_health(Napi::Env env, Napi::Object exports) {
  using namespace health_functions;
  auto functions = Napi::Object::New(env);
  define<metrics>(functions, "metrics");
  define<circuit>(functions, "circuit");
  define<listen>(functions, "listen");
  define<take_log>(functions, "takeLog");
  exports.Set("health", functions);
}
