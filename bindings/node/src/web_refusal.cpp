// Why a request is not let through.

#include "web.hpp"

namespace web_functions {
namespace {

/// The table of refusals: {code: {status, ko, en}}.
Napi::Value refusals(const Info& info) {
  const auto env = info.Env();
  auto out = Napi::Object::New(env);
  for (std::size_t i = 0; i < refusal_count; ++i) {
    const auto& row = bonin::web::info(static_cast<RefusalCode>(i));
    auto one = Napi::Object::New(env);
    one.Set("status", row.status);
    one.Set("ko", to_js(env, row.ko));
    one.Set("en", to_js(env, row.en));
    out.Set(std::string(row.name), one);
  }
  return out;
}

/// denials
Napi::Value is_foreign(const Info& info) {
  return Napi::Boolean::New(info.Env(), bonin::web::is_foreign(findings_of(info.Env(), info[0].As<Napi::Array>())));
}

/// denials
Napi::Value is_again(const Info& info) {
  return Napi::Boolean::New(info.Env(), bonin::web::is_again(findings_of(info.Env(), info[0].As<Napi::Array>())));
}

/// what a decision shows, and whether a guardian's consent is missing; answers {code, findings}
Napi::Value of_decision(const Info& info) {
  const auto env = info.Env();
  const auto refusal = refusal_of(findings_of(env, info[0].As<Napi::Array>()), to_bool(env, info[1], "needsGuardian"));
  auto out = Napi::Object::New(env);
  out.Set("code", to_js(env, bonin::web::info(refusal.code).name));
  out.Set("findings", findings_to_js(env, refusal.findings));
  return out;
}

/// denials; answers a text for an operator, or undefined
Napi::Value hint_of(const Info& info) {
  const auto env = info.Env();
  return {env, text_or_undefined(env, bonin::web::hint_of(findings_of(env, info[0].As<Napi::Array>())))};
}

/// kind of an error, milliseconds, HTTP status, the provider's code, parameter, request, each or undefined; answers
/// {code, findings, retryAfter}
Napi::Value of_error(const Info& info) {
  const auto env = info.Env();
  bonin::Error error;
  error.kind = bonin::error_kind(to_text(env, info[0], "kind")).value_or(bonin::ErrorKind::internal);
  if (is_given(env, info[1])) error.retry_after_ms = to_integer(env, info[1], "retryAfterMs");
  if (is_given(env, info[2])) error.http_status = static_cast<int>(to_integer(env, info[2], "httpStatus"));
  error.pg_code = text_or_empty(info, 3, "pgCode");
  error.parameter = text_or_empty(info, 4, "parameter");
  error.request = text_or_empty(info, 5, "request");
  const auto refusal = refusal_of(error);
  auto out = Napi::Object::New(env);
  out.Set("code", to_js(env, bonin::web::info(refusal.code).name));
  out.Set("findings", findings_to_js(env, refusal.findings));
  if (refusal.retry_after_s) out.Set("retryAfter", static_cast<double>(*refusal.retry_after_s));
  return out;
}

}  // namespace

void define_refusal(Napi::Object functions) {
  define<refusals>(functions, "refusals");
  define<is_foreign>(functions, "isForeign");
  define<is_again>(functions, "isAgain");
  define<hint_of>(functions, "hintOf");
  define<of_decision>(functions, "ofDecision");
  define<of_error>(functions, "ofError");
}

}  // namespace web_functions
