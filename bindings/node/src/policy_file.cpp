#include "bonin/bonin.hpp"
#include "convert.hpp"
#include "errors.hpp"
#include "registers.hpp"

namespace policy_file_functions {

using bonin::PolicyFile;
using PolicyFilePtr = std::shared_ptr<PolicyFile>;

PolicyFile& file(const Info& info) { return *self<PolicyFilePtr>(info); }

Napi::Value open(const Info& info) {
  const auto env = info.Env();
  return {env, to_handle(env, take(env, PolicyFile::open(to_text(env, info[0], "path"))))};
}

Napi::Value policy(const Info& info) { return {info.Env(), to_handle(info.Env(), file(info).policy())}; }

Napi::Value reload(const Info& info) {
  take(info.Env(), file(info).reload());
  return info.Env().Undefined();
}

}  // namespace policy_file_functions

void register_policy_file(Napi::Env env, Napi::Object exports) {
  using namespace policy_file_functions;
  auto functions = Napi::Object::New(env);
  define<open>(functions, "open");
  define<policy>(functions, "policy");
  define<reload>(functions, "reload");
  exports.Set("policyFile", functions);
}
