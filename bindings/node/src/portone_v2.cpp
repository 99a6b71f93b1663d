#include "environment.hpp"
#include "portone.hpp"
#include "registers.hpp"

namespace portone_v2_functions {

using bonin::PortOneV2;

/// options, clock or undefined
Napi::Value create(const Info& info) {
  const auto env = info.Env();
  PortOneV2::Options made;
  Options options(env, info[0], "options");
  options.fields(made);
  options.word("auth", made.auth);
  options.also({"clock", "onLog", "logLevel"});
  options.finish();
  made.clock = to_clock(env, info[1]);
  bring_certificates(env, made.connection);
  return {env, to_handle(env, PortOnePtr(take(env, PortOneV2::create(std::move(made)))))};
}

/// client, slot, query, timeoutMs
Napi::Value list_page(const Info& info) {
  PortOneV2::ListQuery query;
  Options options(info.Env(), info[2], "query");
  options.fields(query);
  options.finish();
  const auto call = call_options(info);
  Environment::of(info.Env()).begin<PortOneV2::Page>(slot_of(info), [&](auto done) {
    return client<PortOneV2>(info).list(query, call, std::move(done));
  });
  return info.Env().Undefined();
}

/// client, slot, id, timeoutMs, request
Napi::Value send(const Info& info) {
  const auto id = id_of(info, "id");
  const auto call = call_options(info);
  PortOneV2::SendRequest request;
  Options options(info.Env(), info[4], "request");
  options.fields(request);
  options.finish();
  Environment::of(info.Env()).begin<bonin::Done>(slot_of(info), [&](auto done) {
    return client<PortOneV2>(info).send(id, request, call, std::move(done));
  });
  return info.Env().Undefined();
}

Napi::Value resend(const Info& info) {
  const auto id = id_of(info, "id");
  const auto options = call_options(info);
  Environment::of(info.Env()).begin<bonin::Done>(slot_of(info), [&](auto done) {
    return client<PortOneV2>(info).resend(id, options, std::move(done));
  });
  return info.Env().Undefined();
}

/// client, slot, id, timeoutMs, otp
Napi::Value confirm(const Info& info) {
  const auto id = id_of(info, "id");
  const auto options = call_options(info);
  const auto otp = is_given(info.Env(), info[4]) ? to_text(info.Env(), info[4], "otp") : std::string();
  Environment::of(info.Env()).begin<bonin::VerificationPtr>(slot_of(info), [&](auto done) {
    return client<PortOneV2>(info).confirm(id, otp, options, std::move(done));
  });
  return info.Env().Undefined();
}

}  // namespace portone_v2_functions

void register_portone_v2(Napi::Env env, Napi::Object exports) {
  using namespace portone_v2_functions;
  auto functions = Napi::Object::New(env);
  define<create>(functions, "create");
  define<list_page>(functions, "listPage");
  define<send>(functions, "send");
  define<resend>(functions, "resend");
  define<confirm>(functions, "confirm");
  exports.Set("portoneV2", functions);
}
