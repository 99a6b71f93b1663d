#include "environment.hpp"
#include "expect.hpp"
#include "portone.hpp"
#include "registers.hpp"

namespace verifier_functions {

/// portone, policy, registry or undefined
Napi::Value create(const Info& info) {
  const auto env = info.Env();
  bonin::Verifier::Options options{.portone = from_handle<PortOnePtr>(env, info[0]),
                                   .policy = from_handle<bonin::Policy>(env, info[1])};
  if (is_given(env, info[2])) options.registry = from_handle<bonin::Registry>(env, info[2]);
  return {env, to_handle(env, take(env, bonin::Verifier::create(std::move(options))))};
}

/// verifier, subject, options
Napi::Value begin(const Info& info) {
  const auto env = info.Env();
  const auto subject = to_text(env, info[1], "subject");
  bonin::FlowOptions options;
  Options read(env, info[2], "options");
  read.fields(options);
  read.finish();
  const auto flow = take(env, self<bonin::Verifier>(info).begin(subject, options));
  auto request = Napi::Object::New(env);
  for (const auto& [name, value] : flow.request) request.Set(name, to_js(env, value));
  auto out = Napi::Object::New(env);
  out.Set("api", to_js(env, to_string(flow.api)));
  out.Set("id", to_js(env, flow.id));
  out.Set("expiresAt", to_js(env, flow.expires_at));
  out.Set("request", request);
  return out;
}

/// verifier, slot, id, timeoutMs, subject, begun, then what is expected. It is the busiest call, so it takes plain
/// arguments and no object.
Napi::Value verify(const Info& info) {
  const auto env = info.Env();
  const auto id = id_of(info, "id");
  bonin::Verifier::VerifyOptions options;
  options.timeout = to_timeout(env, info[3]);
  if (is_given(env, info[4])) options.subject = to_text(env, info[4], "subject");
  if (is_given(env, info[5])) options.begun = to_bool(env, info[5], "begun");
  options.expect = to_expect(info, 6);
  Environment::of(env).begin<bonin::Decision>(
      slot_of(info), [&](auto done) { return self<bonin::Verifier>(info).verify(id, options, std::move(done)); });
  return env.Undefined();
}

Napi::Value warnings(const Info& info) {
  auto out = array_of(info.Env(), self<bonin::Verifier>(info).warnings());
  out.Freeze();
  return out;
}

}  // namespace verifier_functions

void register_verifier(Napi::Env env, Napi::Object exports) {
  using namespace verifier_functions;
  auto functions = Napi::Object::New(env);
  define<create>(functions, "create");
  define<begin>(functions, "begin");
  define<verify>(functions, "verify");
  define<warnings>(functions, "warnings");
  exports.Set("verifier", functions);
}
