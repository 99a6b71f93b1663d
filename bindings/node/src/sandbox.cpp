#include "sandbox/sandbox.hpp"

#include <limits>

#include "convert.hpp"
#include "errors.hpp"
#include "options.hpp"
#include "registers.hpp"

namespace {

using bonin::sandbox::Sandbox;
using SandboxPtr = std::unique_ptr<Sandbox>;

}  // namespace

template <>
inline constexpr HandleKind handle_kind<SandboxPtr>{10, "Sandbox"};

namespace {

Sandbox& sandbox(const Info& info) { return *self<SandboxPtr>(info); }

Napi::Value start(const Info& info) {
  const auto env = info.Env();
  bonin::sandbox::Options made;
  int port = made.port;
  Options options(env, info[0], "options");
  options.text("host", made.host);
  options.integer("port", port);
  options.boolean("allowRemote", made.allow_remote);
  options.text("token", made.token);
  options.text("publicUrl", made.public_url);
  options.text("impKey", made.imp_key);
  options.text("impSecret", made.imp_secret);
  options.text("apiSecret", made.api_secret);
  options.text("apiKey", made.api_key);
  options.text("storeId", made.store_id);
  options.finish();
  if (port < 0 || port > std::numeric_limits<std::uint16_t>::max()) {
    raise(env, bonin::ErrorKind::invalid_argument, "`port` must lie between 0 and 65535", "port");
  }
  made.port = static_cast<std::uint16_t>(port);
  return {env, to_handle(env, take(env, Sandbox::start(std::move(made))))};
}

Napi::Value url(const Info& info) { return {info.Env(), to_js(info.Env(), sandbox(info).url())}; }

Napi::Value token(const Info& info) { return {info.Env(), text_or_undefined(info.Env(), sandbox(info).token())}; }

Napi::Value clock(const Info& info) { return {info.Env(), to_handle(info.Env(), sandbox(info).clock())}; }

/// sandbox, operation, json
Napi::Value control(const Info& info) {
  const auto env = info.Env();
  const auto operation = to_text(env, info[1], "operation");
  const auto json = to_text(env, info[2], "json");
  return {env, to_js(env, take(env, sandbox(info).control(operation, json)))};
}

Napi::Value stop(const Info& info) {
  sandbox(info).stop();
  return info.Env().Undefined();
}

}  // namespace

void register_sandbox(Napi::Env env, Napi::Object exports) {
  auto functions = Napi::Object::New(env);
  define<start>(functions, "start");
  define<url>(functions, "url");
  define<token>(functions, "token");
  define<clock>(functions, "clock");
  define<control>(functions, "control");
  define<stop>(functions, "stop");
  exports.Set("sandbox", functions);
}
