#include "portone.hpp"

#include "environment.hpp"
#include "registers.hpp"

namespace portone_functions {

Napi::Value lookup(const Info& info) {
  const auto id = id_of(info, id_name(client(info).api()));
  const auto options = call_options(info);
  Environment::of(info.Env()).begin<bonin::VerificationPtr>(slot_of(info), [&](auto done) {
    return client(info).lookup(id, options, std::move(done));
  });
  return info.Env().Undefined();
}

Napi::Value close(const Info& info) {
  client(info).close();
  return info.Env().Undefined();
}

/// client, slot, timeoutMs; answers how many calls are left
Napi::Value drain(const Info& info) {
  return begin<std::int64_t>(info, [&](auto done, auto& call) {
    return client(info).drain(call.timeout.value_or(client(info).timeout()), std::move(done));
  });
}

Napi::Value describe(const Info& info) { return {info.Env(), to_js(info.Env(), client(info).describe())}; }

}  // namespace portone_functions

void register_portone(Napi::Env env, Napi::Object exports) {
  using namespace portone_functions;
  auto functions = Napi::Object::New(env);
  define<lookup>(functions, "lookup");
  define<close>(functions, "close");
  define<drain>(functions, "drain");
  define<describe>(functions, "describe");
  exports.Set("portone", functions);
}
