#include "convert.hpp"
#include "convert_registry.hpp"
#include "environment.hpp"
#include "registers.hpp"

namespace {

using Info = Napi::CallbackInfo;

const bonin::Reservation& place(const Info& info) { return from_handle<bonin::Reservation>(info.Env(), info[0]); }

Napi::Value id(const Info& info) { return {info.Env(), to_js(info.Env(), place(info).id)}; }
Napi::Value expires_at(const Info& info) { return {info.Env(), to_js(info.Env(), place(info).expires_at)}; }

// The calls share their first arguments, reservation and slot, and the last, timeoutMs.
template <class T, class Start>
Napi::Value begin(const Info& info, Start start) {
  const bonin::CallOptions call{.timeout = to_timeout(info.Env(), info[info.Length() - 1])};
  Environment::of(info.Env()).begin<T>(info[1].As<Napi::Number>().Uint32Value(),
                                       [&](auto done) { return start(std::move(done), call); });
  return info.Env().Undefined();
}

/// …, account id, …
template <auto commit>
Napi::Value commit_by(const Info& info) {
  const auto account = to_text(info.Env(), info[2], "accountId");
  return begin<bonin::Claim>(
      info, [&](auto done, auto& call) { return (place(info).*commit)(account, std::move(done), call); });
}

Napi::Value cancel(const Info& info) {
  return begin<bool>(info, [&](auto done, auto& call) { return place(info).cancel(std::move(done), call); });
}

}  // namespace

void register_reservation(Napi::Env env, Napi::Object exports) {
  auto noun = Napi::Object::New(env);
  define<id>(noun, "id");
  define<expires_at>(noun, "expiresAt");
  define<commit_by<&bonin::Reservation::commit>>(noun, "commit");
  define<commit_by<&bonin::Reservation::try_commit>>(noun, "tryCommit");
  define<cancel>(noun, "cancel");
  exports.Set("reservation", noun);
}
