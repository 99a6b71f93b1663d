#include "begin.hpp"
#include "convert.hpp"
#include "convert_registry.hpp"
#include "registers.hpp"

namespace decision_functions {

const bonin::Decision& decision(const Info& info) { return self<bonin::Decision>(info); }

Napi::Value allowed(const Info& info) { return Napi::Boolean::New(info.Env(), decision(info).allowed()); }

Napi::Value verification(const Info& info) { return {info.Env(), to_js(info.Env(), decision(info).verification())}; }

Napi::Value to_array(Napi::Env env, const std::vector<bonin::Finding>& findings) {
  auto out = array_of(env, findings, [env](const bonin::Finding& finding) {
    auto row = Napi::Object::New(env);
    row.Set("code", to_js(env, finding.code));
    row.Set("outcome", to_js(env, bonin::to_string(finding.outcome)));
    row.Set("reason", text_or_undefined(env, finding.reason));
    row.Set("pointer", to_js(env, finding.pointer));
    row.Set("ko", to_js(env, finding.ko));
    row.Set("en", to_js(env, finding.en));
    if (finding.until) row.Set("until", to_js(env, *finding.until));
    row.Freeze();
    return row;
  });
  out.Freeze();
  return out;
}

Napi::Value findings(const Info& info) { return to_array(info.Env(), decision(info).findings()); }
Napi::Value denials(const Info& info) { return to_array(info.Env(), decision(info).denials()); }

Napi::Value shown(const Info& info) { return to_array(info.Env(), decision(info).shown()); }
Napi::Value needs_guardian(const Info& info) { return Napi::Boolean::New(info.Env(), decision(info).needs_guardian()); }

Napi::Value policy_name(const Info& info) { return {info.Env(), to_js(info.Env(), decision(info).policy_name())}; }
Napi::Value policy_hash(const Info& info) { return {info.Env(), to_js(info.Env(), decision(info).policy_hash())}; }
/// A handle or undefined.
Napi::Value reservation(const Info& info) {
  const auto& place = decision(info).reservation();
  return {info.Env(), place ? to_js(info.Env(), *place) : undefined(info.Env())};
}

Napi::Value at(const Info& info) { return {info.Env(), to_js(info.Env(), decision(info).at())}; }
Napi::Value audit_record(const Info& info) { return {info.Env(), to_js(info.Env(), decision(info).record())}; }

/// decision, slot, account id, timeoutMs
Napi::Value commit(const Info& info) {
  const auto account = to_own_id(info.Env(), info[2], "accountId");
  return begin<bonin::Claim>(
      info, [&](auto done, auto& call) { return decision(info).commit(account, std::move(done), call); });
}

}  // namespace decision_functions

void register_decision(Napi::Env env, Napi::Object exports) {
  using namespace decision_functions;
  auto functions = Napi::Object::New(env);
  define<allowed>(functions, "allowed");
  define<verification>(functions, "verification");
  define<findings>(functions, "findings");
  define<denials>(functions, "denials");
  define<shown>(functions, "shown");
  define<needs_guardian>(functions, "needsGuardian");
  define<policy_name>(functions, "policyName");
  define<policy_hash>(functions, "policyHash");
  define<reservation>(functions, "reservation");
  define<commit>(functions, "commit");
  define<at>(functions, "at");
  define<audit_record>(functions, "record");
  exports.Set("decision", functions);
}
