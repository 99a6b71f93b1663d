#include "environment.hpp"
#include "portone.hpp"
#include "registers.hpp"

namespace portone_v1_functions {

using bonin::PortOneV1;

/// options, client of V2 or undefined, clock or undefined
Napi::Value create(const Info& info) {
  const auto env = info.Env();
  PortOneV1::Options made;
  Options options(env, info[0], "options");
  options.fields(made);
  options.also({"v2", "clock", "onLog", "logLevel"});
  options.finish();
  if (is_given(env, info[1])) made.v2 = from_handle<PortOnePtr>(env, info[1]);
  made.clock = to_clock(env, info[2]);
  bring_certificates(env, made.connection);
  return {env, to_handle(env, PortOnePtr(take(env, PortOneV1::create(std::move(made)))))};
}

/// client, slot, request, timeoutMs
Napi::Value request_otp(const Info& info) {
  PortOneV1::OtpRequest request;
  Options options(info.Env(), info[2], "request");
  options.fields(request);
  options.finish();
  const auto call = call_options(info);
  Environment::of(info.Env()).begin<std::string>(slot_of(info), [&](auto done) {
    return client<PortOneV1>(info).request_otp(request, call, std::move(done));
  });
  return info.Env().Undefined();
}

/// client, slot, id, timeoutMs, otp
Napi::Value confirm_otp(const Info& info) {
  const auto id = id_of(info, "impUid");
  const auto options = call_options(info);
  const auto otp = is_given(info.Env(), info[4]) ? to_text(info.Env(), info[4], "otp") : std::string();
  Environment::of(info.Env()).begin<bonin::VerificationPtr>(slot_of(info), [&](auto done) {
    return client<PortOneV1>(info).confirm_otp(id, otp, options, std::move(done));
  });
  return info.Env().Undefined();
}

Napi::Value erase(const Info& info) {
  const auto id = id_of(info, "impUid");
  const auto options = call_options(info);
  Environment::of(info.Env()).begin<bonin::Done>(slot_of(info), [&](auto done) {
    return client<PortOneV1>(info).erase(id, options, std::move(done));
  });
  return info.Env().Undefined();
}

}  // namespace portone_v1_functions

void register_portone_v1(Napi::Env env, Napi::Object exports) {
  using namespace portone_v1_functions;
  auto functions = Napi::Object::New(env);
  define<create>(functions, "create");
  define<request_otp>(functions, "requestOtp");
  define<confirm_otp>(functions, "confirmOtp");
  define<erase>(functions, "erase");
  exports.Set("portoneV1", functions);
}
