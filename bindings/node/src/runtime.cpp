#include "convert.hpp"
#include "registers.hpp"

namespace runtime_noun {

Napi::Value version(const Info& info) { return {info.Env(), to_js(info.Env(), bonin::version())}; }
Napi::Value versions(const Info& info) { return {info.Env(), to_js(info.Env(), bonin::runtime_versions())}; }
Napi::Value own_openssl(const Info& info) { return Napi::Boolean::New(info.Env(), bonin::own_openssl()); }
Napi::Value new_id(const Info& info) { return {info.Env(), to_js(info.Env(), bonin::new_id())}; }

/// For tests: as bonin/runtime.hpp says.
Napi::Value set_certificate_root(const Info& info) {
  bonin::set_certificate_root(info[0].ToString());
  return info.Env().Undefined();
}

Napi::Value shutdown(const Info& info) {
  bonin::shutdown();
  return info.Env().Undefined();
}

}  // namespace runtime_noun

void register_runtime(Napi::Env env, Napi::Object exports) {
  using namespace runtime_noun;
  auto noun = Napi::Object::New(env);
  define<version>(noun, "version");
  define<versions>(noun, "versions");
  define<own_openssl>(noun, "ownOpenssl");
  define<new_id>(noun, "newId");
  define<set_certificate_root>(noun, "setCertificateRoot");
  define<shutdown>(noun, "shutdown");
  exports.Set("runtime", noun);
}
