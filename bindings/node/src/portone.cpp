#include "portone.hpp"

#include "environment.hpp"
#include "registers.hpp"

namespace portone_noun {

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

Napi::Value describe(const Info& info) { return {info.Env(), to_js(info.Env(), client(info).describe())}; }

}  // namespace portone_noun

void register_portone(Napi::Env env, Napi::Object exports) {
  using namespace portone_noun;
  auto noun = Napi::Object::New(env);
  define<lookup>(noun, "lookup");
  define<close>(noun, "close");
  define<describe>(noun, "describe");
  exports.Set("portone", noun);
}
