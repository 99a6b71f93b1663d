#include "begin.hpp"
#include "convert.hpp"
#include "convert_registry.hpp"
#include "registers.hpp"

namespace reservation_functions {

const bonin::Reservation& place(const Info& info) { return self<bonin::Reservation>(info); }

Napi::Value id(const Info& info) { return {info.Env(), to_js(info.Env(), place(info).id)}; }
Napi::Value expires_at(const Info& info) { return {info.Env(), to_js(info.Env(), place(info).expires_at)}; }

/// reservation, slot, account id, timeoutMs
template <auto commit>
Napi::Value commit_by(const Info& info) {
  const auto account = to_own_id(info.Env(), info[2], "accountId");
  return begin<bonin::Claim>(
      info, [&](auto done, auto& call) { return (place(info).*commit)(account, std::move(done), call); });
}

Napi::Value cancel(const Info& info) {
  return begin<bool>(info, [&](auto done, auto& call) { return place(info).cancel(std::move(done), call); });
}

}  // namespace reservation_functions

void register_reservation(Napi::Env env, Napi::Object exports) {
  using namespace reservation_functions;
  auto functions = Napi::Object::New(env);
  define<id>(functions, "id");
  define<expires_at>(functions, "expiresAt");
  define<commit_by<&bonin::Reservation::commit>>(functions, "commit");
  define<commit_by<&bonin::Reservation::try_commit>>(functions, "tryCommit");
  define<cancel>(functions, "cancel");
  exports.Set("reservation", functions);
}
