#include "errors.hpp"

#include "convert.hpp"
#include "environment.hpp"
#include "options.hpp"
#include "registers.hpp"

namespace {

/// `is_ours`: the binding found the mistake, and the parameter is spelled as the caller wrote it. The core writes
/// snake_case.
napi_value make(napi_env env, const bonin::Error& error, bool is_ours) {
  auto fields = Napi::Object::New(env);
  const auto put = [&](const char* key, std::string_view text) {
    if (!text.empty()) fields.Set(key, to_js(env, text));
  };
  put("parameter", error.parameter);
  put("portoneCode", error.portone_code);
  put("portoneMessage", error.portone_message);
  put("pgCode", error.pg_code);
  put("pgMessage", error.pg_message);
  put("request", error.request);
  put("cause", error.cause);
  if (error.thrown) fields.Set("thrown", static_cast<const Napi::ObjectReference*>(error.thrown.get())->Value());
  put("outcome", error.outcome);
  put("reason", error.reason);
  if (error.until_ms) fields.Set("until", to_js(env, bonin::Moment{std::chrono::milliseconds(*error.until_ms)}));
  if (error.http_status != 0) fields.Set("httpStatus", error.http_status);
  if (error.attempts != 0) fields.Set("attempts", error.attempts);
  if (error.retry_after_ms) fields.Set("retryAfterMs", static_cast<double>(*error.retry_after_ms));
  // What the caller wrote may be repeated in a text of the binding's own.
  const std::string text = is_ours ? error.what() : in_camel_case(error.what(), bonin::names_in_texts);
  return Environment::of(env).make_error().Call(
      {to_js(env, error.name()), to_js(env, text), fields, to_js(env, is_ours)});
}

}  // namespace

napi_value to_js_error(napi_env env, const bonin::Error& error) { return make(env, error, false); }

void raise(napi_env env, const bonin::Error& error) { throw Napi::Error(env, to_js_error(env, error)); }

void raise(napi_env env, bonin::ErrorKind kind, std::string message, std::string parameter) {
  throw Napi::Error(env, make(env, bonin::make_error(kind, std::move(message), parameter), true));
}

namespace errors_functions {

/// The native table of kinds, for lib/errors.js and the test that compares the two.
Napi::Value error_kinds(const Info& info) {
  const auto env = info.Env();
  auto rows = Napi::Array::New(env, bonin::error_kind_count);
  for (std::size_t i = 0; i < bonin::error_kind_count; ++i) {
    const auto& kind = bonin::info(static_cast<bonin::ErrorKind>(i));
    auto row = Napi::Object::New(env);
    row.Set("name", to_js(env, kind.name));
    row.Set("className", to_js(env, kind.class_name));
    row.Set("base", to_js(env, kind.base));
    row.Set("retryable", kind.retryable);
    row.Set("hint", to_js(env, in_camel_case(std::string(kind.hint), bonin::names_in_texts)));
    rows.Set(static_cast<std::uint32_t>(i), row);
  }
  return rows;
}

}  // namespace errors_functions

void register_errors(Napi::Env, Napi::Object exports) { define<errors_functions::error_kinds>(exports, "errorKinds"); }
