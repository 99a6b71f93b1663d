#include "web.hpp"

namespace web_functions {

std::string text_or_empty(const Info& info, std::size_t at, const char* parameter) {
  return is_given(info.Env(), info[at]) ? to_text(info.Env(), info[at], parameter) : std::string();
}

std::vector<std::string> header(const Info& info, std::size_t at, const char* parameter) {
  if (!is_given(info.Env(), info[at])) return {};
  return {to_text(info.Env(), info[at], parameter)};
}

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

Napi::Value pair_to_js(Napi::Env env, const std::pair<std::string, std::string>& header) {
  auto pair = Napi::Array::New(env, 2);
  pair.Set(0u, Napi::Value(env, to_js(env, header.first)));
  pair.Set(1u, Napi::Value(env, to_js(env, header.second)));
  return pair;
}

}  // namespace web_functions

void register_web(Napi::Env env, Napi::Object exports) {
  auto functions = Napi::Object::New(env);
  web_functions::define_request(functions);
  web_functions::define_subject(functions);
  web_functions::define_refusal(functions);
  web_functions::define_answer(functions);
  exports.Set("web", functions);
}
