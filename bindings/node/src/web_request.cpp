// What a browser said.

#include "options.hpp"
#include "web.hpp"

namespace web_functions {
namespace {

bonin::Api api_of(const Info& info) {
  return to_text(info.Env(), info[0], "api") == "v1" ? bonin::Api::v1 : bonin::Api::v2;
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

std::string_view body_of(const Info& info, std::size_t at) {
  if (!info[at].IsBuffer()) raise(info.Env(), bonin::ErrorKind::invalid_argument, "the body must be a Buffer", "body");
  const auto bytes = info[at].As<Napi::Uint8Array>();
  return {reinterpret_cast<const char*>(bytes.Data()), bytes.ByteLength()};
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

}  // namespace

void define_request(Napi::Object functions) {
  define<body_limit>(functions, "maxBody");
  define<path>(functions, "path");
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
}

}  // namespace web_functions
