// Proofs: a yes that lasts.

#include "convert.hpp"
#include "registers.hpp"

namespace proof_functions {

using bonin::Proofs;

/// keys, each a text; clock or undefined
Napi::Value create(const Info& info) {
  const auto env = info.Env();
  Proofs::Options options;
  const auto keys = info[0].As<Napi::Array>();
  for (std::uint32_t i = 0; i < keys.Length(); ++i) {
    const auto name = keys.Length() == 1 ? std::string("key") : "keys/" + std::to_string(i);
    options.keys.emplace_back(to_text(env, keys.Get(i), name.c_str(), bonin::ErrorKind::invalid_pepper));
  }
  options.clock = to_clock(env, info[1]);
  return {env, to_handle(env, take(env, Proofs::create(std::move(options))))};
}

/// proofs, decision, subject, days
Napi::Value issue(const Info& info) {
  const auto env = info.Env();
  const auto& decision = from_handle<bonin::Decision>(env, info[1]);
  const auto subject = to_own_id(env, info[2], "subject");
  const auto days = to_integer(env, info[3], "days");
  const int within = days < 0 || days > Proofs::most_days ? 0 : static_cast<int>(days);
  return {env, to_js(env, take(env, self<Proofs>(info).issue(decision, subject, within)))};
}

/// proofs, proof or undefined, subject, policy
Napi::Value check(const Info& info) {
  const auto env = info.Env();
  const auto text = is_given(env, info[1]) ? to_text(env, info[1], "proof") : std::string();
  const auto proof =
      self<Proofs>(info).check(text, to_own_id(env, info[2], "subject"), from_handle<bonin::Policy>(env, info[3]));
  auto out = Napi::Object::New(env);
  out.Set("valid", proof.state == bonin::ProofState::valid);
  out.Set("state", to_js(env, bonin::word(proof.state)));
  out.Set("at", value_or_undefined(env, proof.at));
  out.Set("until", value_or_undefined(env, proof.until));
  out.Set("policyName", text_or_undefined(env, proof.policy_name));
  out.Set("policyHash", text_or_undefined(env, proof.policy_hash));
  out.Set("idSha256", text_or_undefined(env, proof.id_sha256));
  out.Set("ko", to_js(env, proof.ko));
  out.Set("en", to_js(env, proof.en));
  return out;
}

}  // namespace proof_functions

void register_proof(Napi::Env env, Napi::Object exports) {
  using namespace proof_functions;
  auto functions = Napi::Object::New(env);
  define<create>(functions, "create");
  define<issue>(functions, "issue");
  define<check>(functions, "check");
  exports.Set("proof", functions);
}
