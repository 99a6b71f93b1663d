#include "portone.hpp"

#include "environment.hpp"
#include "registers.hpp"

namespace {

using Info = Napi::CallbackInfo;

const bonin::PortOne& any(const Info& info) { return *from_handle<PortOnePtr>(info.Env(), info[0]); }

Napi::Value lookup(const Info& info) {
  const auto id = id_of(info, id_name(any(info).api()));
  const auto options = call_options(info);
  Environment::of(info.Env()).begin<bonin::VerificationPtr>(slot_of(info), [&](auto done) {
    return any(info).lookup(id, options, std::move(done));
  });
  return info.Env().Undefined();
}

Napi::Value close(const Info& info) {
  any(info).close();
  return info.Env().Undefined();
}

Napi::Value describe(const Info& info) { return {info.Env(), to_js(info.Env(), any(info).describe())}; }

}  // namespace

void register_portone(Napi::Env env, Napi::Object exports) {
  auto noun = Napi::Object::New(env);
  define<lookup>(noun, "lookup");
  define<close>(noun, "close");
  define<describe>(noun, "describe");
  exports.Set("portone", noun);
}
