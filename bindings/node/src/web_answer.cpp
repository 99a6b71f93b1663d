// What a browser is told.

#include "web.hpp"

namespace web_functions {
namespace {

Napi::Value headers_to_js(Napi::Env env, const Headers& headers) {
  return array_of(env, headers, [env](const auto& header) { return pair_to_js(env, header); });
}

/// {code, findings, retryAfter, allow} as a refusal has them
Refusal refusal_from(const Info& info) {
  const auto env = info.Env();
  const auto given = info[0].As<Napi::Object>();
  Refusal refusal;
  refusal.code = refusal_code(to_text(env, given.Get("code"), "code")).value_or(RefusalCode::internal);
  refusal.findings = findings_of(env, given.Get("findings").As<Napi::Array>());
  if (is_given(env, given.Get("retryAfter")))
    refusal.retry_after_s = to_integer(env, given.Get("retryAfter"), "retryAfter");
  if (is_given(env, given.Get("allow"))) refusal.allow = to_text(env, given.Get("allow"), "allow");
  return refusal;
}

/// any value
Napi::Value is_retry_url(const Info& info) {
  return Napi::Boolean::New(info.Env(), info[0].IsString() && bonin::web::is_retry_url(info[0].ToString().Utf8Value()));
}

/// What goes with every answer.
Napi::Value headers_of_all(const Info& info) { return headers_to_js(info.Env(), bonin::web::headers_of_all()); }

/// refusal
Napi::Value headers_of(const Info& info) {
  return headers_to_js(info.Env(), bonin::web::headers_of(refusal_from(info)));
}

/// method, Accept, Accept-Language, retryUrl, each or undefined
struct Wishes {
  Wishes(const Info& info, std::size_t first)
      : method(text_or_empty(info, first, "method")),
        accept(text_or_empty(info, first + 1, "accept")),
        language(text_or_empty(info, first + 2, "acceptLanguage")),
        retry_url(text_or_empty(info, first + 3, "retryUrl")) {}
  Asked asked() const { return {method, accept, language, retry_url}; }
  const std::string method, accept, language, retry_url;
};

Napi::Value answer_to_js(Napi::Env env, const bonin::web::Answer& told) {
  auto out = Napi::Object::New(env);
  out.Set("status", told.status);
  out.Set("headers", headers_to_js(env, told.headers));
  out.Set("body", to_js(env, told.body));
  return out;
}

/// refusal, then what the request asks for; answers {status, headers, body}
Napi::Value answer(const Info& info) {
  return answer_to_js(info.Env(), bonin::web::answer(refusal_from(info), Wishes(info, 1).asked()));
}

/// what the request asks for; answers {status, headers, body}
Napi::Value answer_again(const Info& info) {
  return answer_to_js(info.Env(), bonin::web::answer_again(Wishes(info, 0).asked()));
}

}  // namespace

void define_answer(Napi::Object functions) {
  define<is_retry_url>(functions, "isRetryUrl");
  define<headers_of_all>(functions, "headersOfAll");
  define<headers_of>(functions, "headersOf");
  define<answer>(functions, "answer");
  define<answer_again>(functions, "answerAgain");
}

}  // namespace web_functions
