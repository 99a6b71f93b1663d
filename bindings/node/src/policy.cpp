#include "bonin/bonin.hpp"
#include "convert.hpp"
#include "convert_registry.hpp"
#include "errors.hpp"
#include "expect.hpp"
#include "options.hpp"
#include "registers.hpp"

namespace policy_functions {

using bonin::Policy;

Napi::Value parse(const Info& info) {
  const auto env = info.Env();
  const auto json = to_text(env, info[0], "document", bonin::ErrorKind::invalid_policy);
  return {env, to_handle(env, take(env, Policy::parse(json)))};
}

Napi::Value load(const Info& info) {
  const auto env = info.Env();
  return {env, to_handle(env, take(env, Policy::load(to_text(env, info[0], "path"))))};
}

Napi::Value preset(const Info& info) {
  const auto env = info.Env();
  const auto name = to_text(env, info[0], "name");
  std::optional<bonin::Date> election_day;
  Options options(env, info[1], "options");
  options.date("electionDay", election_day);
  options.finish();
  return {env, to_handle(env, take(env, Policy::preset(name, election_day)))};
}

Napi::Value preset_names(const Info& info) { return array_of(info.Env(), Policy::preset_names()); }

Napi::Value presets(const Info& info) {
  const auto env = info.Env();
  return array_of(env, Policy::presets(), [env](const bonin::PresetInfo& preset) {
    auto one = Napi::Object::New(env);
    one.Set("name", to_js(env, preset.name));
    one.Set("ko", to_js(env, preset.ko));
    one.Set("en", to_js(env, preset.en));
    one.Set("law", to_js(env, preset.law));
    one.Set("electionDay", preset.election_day);
    return one;
  });
}

Napi::Value rejoin_after_ms(const Info& info) {
  const auto period = self<Policy>(info).rejoin_after();
  if (!period) return info.Env().Undefined();
  return Napi::Number::New(info.Env(), static_cast<double>(period->count()));
}

template <auto read>
Napi::Value text(const Info& info) {
  return {info.Env(), text_or_undefined(info.Env(), (self<Policy>(info).*read)())};
}

Napi::Value warnings(const Info& info) { return array_of(info.Env(), self<Policy>(info).warnings()); }

Napi::Value needs_standing(const Info& info) {
  return Napi::Boolean::New(info.Env(), self<Policy>(info).needs_standing());
}

Napi::Value explain(const Info& info) {
  const auto language = to_word<bonin::Language>(info.Env(), info[1], "language");
  const auto text = self<Policy>(info).explain(language);
  return {info.Env(), to_js(info.Env(), text)};
}

Napi::Array nodes(Napi::Env env, const std::vector<bonin::PolicyNode>& rules) {
  return array_of(env, rules, [env](const bonin::PolicyNode& rule) {
    auto node = Napi::Object::New(env);
    node.Set("code", to_js(env, rule.code));
    node.Set("pointer", to_js(env, rule.pointer));
    node.Set("phrase", to_js(env, rule.phrase));
    node.Set("text", text_or_undefined(env, rule.text));
    node.Set("base", text_or_undefined(env, rule.base));
    node.Set("law", text_or_undefined(env, rule.law));
    node.Set("parts", nodes(env, rule.parts));
    return node;
  });
}

Napi::Value tree(const Info& info) {
  const auto language = to_word<bonin::Language>(info.Env(), info[1], "language");
  return nodes(info.Env(), self<Policy>(info).tree(language));
}

bonin::Standing to_standing(Napi::Env env, Napi::Value value) {
  bonin::Standing standing;
  Options options(env, value, "standing", "standing.");
  options.word("account", standing.account);
  options.boolean("reserved", standing.reserved);
  options.word("use", standing.use);
  options.word("place", standing.place);
  options.boolean("banned", standing.banned);
  options.moment_or_true("bannedUntil", standing.banned_until, standing.banned_for_ever);
  options.boolean("rejoinPeriodOver", standing.rejoin_period_over);
  options.moment("rejoinAt", standing.rejoin_at);
  options.finish();
  return standing;
}

/// policy, verification, now, standing, guardian, then what is expected.
Napi::Value evaluate(const Info& info) {
  const auto env = info.Env();
  const auto& verification = from_handle<bonin::VerificationPtr>(env, info[1]);
  const auto now = to_moment(env, info[2], "now");
  auto expect = to_expect(info, 5);
  if (is_given(env, info[4])) expect.guardian = from_handle<bonin::VerificationPtr>(env, info[4]);
  if (!is_given(env, info[3])) return {env, to_js(env, self<Policy>(info).evaluate(verification, now, expect))};
  const auto standing = to_standing(env, info[3]);
  return {env, to_js(env, self<Policy>(info).evaluate(verification, now, expect, &standing))};
}

}  // namespace policy_functions

void register_policy(Napi::Env env, Napi::Object exports) {
  using namespace policy_functions;
  auto functions = Napi::Object::New(env);
  define<parse>(functions, "parse");
  define<load>(functions, "load");
  define<preset>(functions, "preset");
  define<preset_names>(functions, "presetNames");
  define<presets>(functions, "presets");
  define<rejoin_after_ms>(functions, "rejoinAfterMs");
  define<text<&Policy::name>>(functions, "name");
  define<text<&Policy::description>>(functions, "description");
  define<text<&Policy::hash>>(functions, "hash");
  define<text<&Policy::law>>(functions, "law");
  define<text<&Policy::document>>(functions, "document");
  define<warnings>(functions, "warnings");
  define<needs_standing>(functions, "needsStanding");
  define<explain>(functions, "explain");
  define<tree>(functions, "tree");
  define<evaluate>(functions, "evaluate");
  exports.Set("policy", functions);
}
