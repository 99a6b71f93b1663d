#include "convert.hpp"
#include "options.hpp"
#include "registers.hpp"

namespace web_functions {

using namespace bonin::web;

bonin::Api api_of(const Info& info) {
  return to_text(info.Env(), info[0], "api") == "v1" ? bonin::Api::v1 : bonin::Api::v2;
}

std::string text_or_empty(const Info& info, std::size_t at, const char* parameter) {
  return is_given(info.Env(), info[at]) ? to_text(info.Env(), info[at], parameter) : std::string();
}

/// One header as Node has it: undefined is none.
std::vector<std::string> header(const Info& info, std::size_t at, const char* parameter) {
  if (!is_given(info.Env(), info[at])) return {};
  return {to_text(info.Env(), info[at], parameter)};
}

Napi::Value said_to_js(Napi::Env env, const Said& said) {
  auto out = Napi::Object::New(env);
  if (const auto* named = std::get_if<Named>(&said)) {
    out.Set("id", to_js(env, named->id));
    out.Set("flowId", text_or_undefined(env, named->flow_id));
    out.Set("guardianOf", text_or_undefined(env, named->guardian_of));
  } else {
    out.Set("code", to_js(env, bonin::web::info(std::get<RefusalCode>(said)).name));
  }
  return out;
}

Napi::Value findings_to_js(Napi::Env env, const std::vector<bonin::Finding>& findings) {
  return array_of(env, findings, [env](const bonin::Finding& finding) {
    auto one = Napi::Object::New(env);
    one.Set("code", to_js(env, finding.code));
    one.Set("reason", to_js(env, finding.reason));
    one.Set("ko", to_js(env, finding.ko));
    one.Set("en", to_js(env, finding.en));
    if (finding.until) one.Set("until", to_js(env, bonin::to_string(*finding.until)));
    return one;
  });
}

std::string_view body_of(const Info& info, std::size_t at) {
  if (!info[at].IsBuffer()) raise(info.Env(), bonin::ErrorKind::invalid_argument, "the body must be a Buffer", "body");
  const auto bytes = info[at].As<Napi::Uint8Array>();
  return {reinterpret_cast<const char*>(bytes.Data()), bytes.ByteLength()};
}

Napi::Value pair_to_js(Napi::Env env, const std::pair<std::string, std::string>& header) {
  auto pair = Napi::Array::New(env, 2);
  pair.Set(0u, Napi::Value(env, to_js(env, header.first)));
  pair.Set(1u, Napi::Value(env, to_js(env, header.second)));
  return pair;
}

Napi::Value headers_to_js(Napi::Env env, const Headers& headers) {
  return array_of(env, headers, [env](const auto& header) { return pair_to_js(env, header); });
}

/// Bytes of a body that is read.
Napi::Value body_limit(const Info& info) { return Napi::Number::New(info.Env(), bonin::web::max_body); }

/// The names of the options of `begin` that a router takes.
Napi::Value flow_options(const Info& info) {
  std::vector<std::string> names;
  bonin::FlowOptions options;
  bonin::each_field(options, [&](std::string_view name, auto&, auto) {
    if (name != "guardian_of") names.push_back(camel_case(name));  // which the request says
  });
  return array_of(info.Env(), names);
}

Napi::Value settle_ms(const Info& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(bonin::web::settle.count()));
}

/// api
Napi::Value path(const Info& info) { return {info.Env(), to_js(info.Env(), bonin::web::path(api_of(info)))}; }

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

/// api, query
Napi::Value read_query(const Info& info) {
  return said_to_js(info.Env(), bonin::web::read_query(api_of(info), to_text(info.Env(), info[1], "query")));
}

/// api, Content-Type, bytes
Napi::Value read_body(const Info& info) {
  const auto type = text_or_empty(info, 1, "type");
  return said_to_js(info.Env(), bonin::web::read_body(api_of(info), type, body_of(info, 2)));
}

/// query; answers an id, an empty text, or undefined when it cannot be an id
Napi::Value read_begin(const Info& info) {
  const auto env = info.Env();
  return {env, value_or_undefined(env, bonin::web::read_begin(to_text(env, info[0], "query")))};
}

/// Content-Type, bytes, the end user's address; answers {person} or {code, findings}
Napi::Value read_person(const Info& info) {
  const auto env = info.Env();
  auto said =
      bonin::web::read_person(text_or_empty(info, 0, "type"), body_of(info, 1), text_or_empty(info, 2, "address"));
  auto out = Napi::Object::New(env);
  if (const auto* refusal = std::get_if<Refusal>(&said)) {
    out.Set("code", to_js(env, bonin::web::info(refusal->code).name));
    out.Set("findings", findings_to_js(env, refusal->findings));
    return out;
  }
  auto person = Napi::Object::New(env);
  bonin::each_field(std::get<bonin::OtpPerson>(said), [&](std::string_view name, const std::string& text, auto) {
    if (!text.empty()) person.Set(camel_case(name), to_js(env, text));
  });
  out.Set("person", person);
  return out;
}

/// Content-Type, bytes; answers {id, otp} or {code}
Napi::Value read_code(const Info& info) {
  const auto env = info.Env();
  const auto said = bonin::web::read_code(text_or_empty(info, 0, "type"), body_of(info, 1));
  auto out = Napi::Object::New(env);
  if (const auto* refused = std::get_if<RefusalCode>(&said)) {
    out.Set("code", to_js(env, bonin::web::info(*refused).name));
  } else {
    const auto& code = std::get<Code>(said);
    out.Set("id", to_js(env, code.id));
    out.Set("otp", text_or_undefined(env, code.otp));
  }
  return out;
}

/// Content-Type, Content-Encoding, Content-Length, whether somebody has read the body; answers a code or undefined
Napi::Value check_body(const Info& info) {
  const auto env = info.Env();
  const auto refused = bonin::web::check_body({text_or_empty(info, 0, "type"), text_or_empty(info, 1, "encoding"),
                                               header(info, 2, "length"), to_bool(env, info[3], "decoded")});
  return {env, refused ? to_js(env, bonin::web::info(*refused).name) : undefined(env)};
}

/// Sec-Fetch-Site, Origin, Host, further origins
Napi::Value is_cross_site(const Info& info) {
  const auto env = info.Env();
  const Origins said{header(info, 0, "site"), header(info, 1, "origin"), text_or_empty(info, 2, "host")};
  std::vector<std::string> allowed;
  const auto given = info[3].As<Napi::Array>();
  for (std::uint32_t i = 0; i < given.Length(); ++i) allowed.push_back(to_text(env, given.Get(i), "allowedOrigins"));
  return Napi::Boolean::New(env, bonin::web::is_cross_site(said, allowed));
}

/// any value
Napi::Value is_origin(const Info& info) {
  return Napi::Boolean::New(info.Env(), info[0].IsString() && bonin::web::is_origin(info[0].ToString().Utf8Value()));
}

/// {sameSite, secure, partitioned, domain}, each or undefined
SubjectCookie cookie_of(const Info& info, std::size_t at) {
  SubjectCookie cookie;
  Options options(info.Env(), info[at], "cookie", "cookie.");
  options.fields(cookie);
  options.finish();
  return cookie;
}

/// cookie; refuses what a browser would not keep
Napi::Value check_cookie(const Info& info) {
  take(info.Env(), check(cookie_of(info, 0)));
  return {info.Env(), undefined(info.Env())};
}

/// Bonin-Subject, Cookie, whether over https
Asker asker_of(const Info& info, std::size_t first) {
  return {header(info, first, "token"), header(info, first + 1, "cookie"),
          to_bool(info.Env(), info[first + 2], "secure")};
}

/// Bonin-Subject, Cookie, whether over https, cookie; answers the subject or undefined
Napi::Value subject(const Info& info) {
  return {info.Env(), text_or_undefined(info.Env(), subject_of(asker_of(info, 0), cookie_of(info, 3)))};
}

/// a new subject, then as `subject`; answers [name, value] of the header that hands it over
Napi::Value subject_header(const Info& info) {
  const auto env = info.Env();
  return pair_to_js(
      env, bonin::web::subject_header(to_text(env, info[0], "subject"), asker_of(info, 1), cookie_of(info, 4)));
}

/// an id of the application's; answers its text, or undefined for what is none
Napi::Value own_id(const Info& info) {
  const auto env = info.Env();
  try {
    return {env, text_or_undefined(env, to_own_id(env, info[0], "subject"))};
  } catch (const Napi::Error&) {
    return env.Undefined();
  }
}

Napi::Value token_header(const Info& info) { return {info.Env(), to_js(info.Env(), bonin::web::subject_header_name)}; }

/// the findings of a request that names no subject
Napi::Value no_cookie(const Info& info) { return findings_to_js(info.Env(), bonin::web::no_cookie().findings); }

std::vector<bonin::Finding> findings_of(napi_env env, Napi::Array given) {
  std::vector<bonin::Finding> findings;
  for (std::uint32_t i = 0; i < given.Length(); ++i) {
    const auto one = given.Get(i).As<Napi::Object>();
    const auto text = [&](const char* key) {
      const auto value = one.Get(key);
      return is_given(env, value) ? to_text(env, value, key) : std::string();
    };
    findings.push_back({text("code"), bonin::Outcome::fail, text("reason"), text("pointer"), text("ko"), text("en"),
                        bonin::parse_moment(text("until"))});
  }
  return findings;
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

/// any value
Napi::Value is_retry_url(const Info& info) {
  return Napi::Boolean::New(info.Env(), info[0].IsString() && bonin::web::is_retry_url(info[0].ToString().Utf8Value()));
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

}  // namespace web_functions

void register_web(Napi::Env env, Napi::Object exports) {
  using namespace web_functions;
  auto functions = Napi::Object::New(env);
  define<body_limit>(functions, "maxBody");
  define<path>(functions, "path");
  define<refusals>(functions, "refusals");
  define<read_query>(functions, "readQuery");
  define<read_body>(functions, "readBody");
  define<read_begin>(functions, "readBegin");
  define<read_person>(functions, "readPerson");
  define<read_code>(functions, "readCode");
  define<settle_ms>(functions, "settleMs");
  define<flow_options>(functions, "flowOptions");
  define<check_body>(functions, "checkBody");
  define<is_cross_site>(functions, "isCrossSite");
  define<is_origin>(functions, "isOrigin");
  define<subject>(functions, "subject");
  define<subject_header>(functions, "subjectHeader");
  define<own_id>(functions, "ownId");
  define<token_header>(functions, "tokenHeader");
  define<check_cookie>(functions, "checkCookie");
  define<no_cookie>(functions, "noCookie");
  define<is_foreign>(functions, "isForeign");
  define<is_again>(functions, "isAgain");
  define<hint_of>(functions, "hintOf");
  define<is_retry_url>(functions, "isRetryUrl");
  define<of_decision>(functions, "ofDecision");
  define<of_error>(functions, "ofError");
  define<headers_of_all>(functions, "headersOfAll");
  define<headers_of>(functions, "headersOf");
  define<answer>(functions, "answer");
  define<answer_again>(functions, "answerAgain");
  exports.Set("web", functions);
}
