#include "environment.hpp"
#include "expect.hpp"
#include "portone.hpp"
#include "registers.hpp"

namespace {

using Info = Napi::CallbackInfo;

/// portone, policy, registry or undefined
Napi::Value create(const Info& info) {
  const auto env = info.Env();
  bonin::Verifier::Options options{.portone = from_handle<PortOnePtr>(env, info[0]),
                                   .policy = from_handle<bonin::Policy>(env, info[1])};
  if (is_given(env, info[2])) options.registry = from_handle<bonin::Registry>(env, info[2]);
  return {env, to_handle(env, take(env, bonin::Verifier::create(std::move(options))))};
}

/// verifier, slot, id, timeoutMs, subject, then what is expected. The busiest call: plain arguments, no object to read.
Napi::Value verify(const Info& info) {
  const auto env = info.Env();
  const auto id = id_of(info, "id");
  bonin::Verifier::VerifyOptions options;
  options.timeout = to_timeout(env, info[3]);
  if (is_given(env, info[4])) options.subject = to_text(env, info[4], "subject");
  options.expect = to_expect(info, 5);
  Environment::of(env).begin<bonin::Decision>(slot_of(info), [&](auto done) {
    return from_handle<bonin::Verifier>(env, info[0]).verify(id, options, std::move(done));
  });
  return env.Undefined();
}

}  // namespace

void register_verifier(Napi::Env env, Napi::Object exports) {
  auto noun = Napi::Object::New(env);
  define<create>(noun, "create");
  define<verify>(noun, "verify");
  exports.Set("verifier", noun);
}
