// Verifications and decisions made by hand; bonin/testing is the public face.

#include "bonin/bonin.hpp"
#include "convert.hpp"
#include "errors.hpp"
#include "registers.hpp"
#include "sandbox/sandbox.hpp"

namespace made_functions {

using bonin::Made;

Napi::Value persona_facts(const Info& info) {
  const auto env = info.Env();
  return {env, to_js(env, take(env, bonin::sandbox::persona_facts(to_text(env, info[0], "persona"))))};
}

/// facts as JSON text
Napi::Value verification(const Info& info) {
  const auto env = info.Env();
  return {env, to_js(env, take(env, Made::verification(to_text(env, info[0], "facts"))))};
}

const bonin::Policy* policy_of(const Info& info, std::size_t at) {
  return is_given(info.Env(), info[at]) ? &from_handle<bonin::Policy>(info.Env(), info[at]) : nullptr;
}

/// verification, policy or undefined
Napi::Value allowed(const Info& info) {
  const auto env = info.Env();
  const auto& verification = from_handle<bonin::VerificationPtr>(env, info[0]);
  return {env, to_js(env, take(env, Made::allowed(verification, bonin::Clock::system()->now(), policy_of(info, 1))))};
}

/// verification, policy or undefined, code, reason
Napi::Value denied(const Info& info) {
  const auto env = info.Env();
  const auto& verification = from_handle<bonin::VerificationPtr>(env, info[0]);
  const auto code = to_text(env, info[2], "code");
  const auto reason = to_text(env, info[3], "reason");
  const auto* policy = policy_of(info, 1);
  return {env, to_js(env, take(env, Made::denied(verification, bonin::Clock::system()->now(), code, reason, policy)))};
}

}  // namespace made_functions

void register_made(Napi::Env env, Napi::Object exports) {
  using namespace made_functions;
  auto functions = Napi::Object::New(env);
  define<persona_facts>(functions, "personaFacts");
  define<verification>(functions, "verification");
  define<allowed>(functions, "allowed");
  define<denied>(functions, "denied");
  exports.Set("made", functions);
}
