#include "bonin/bonin.hpp"
#include "convert.hpp"
#include "errors.hpp"
#include "registers.hpp"

namespace policy_cases_functions {

/// cases as JSON text, a policy that stands in for those of the cases or undefined
Napi::Value run(const Info& info) {
  const auto env = info.Env();
  const auto json = to_text(env, info[0], "cases");
  const auto* policy = is_given(env, info[1]) ? &from_handle<bonin::Policy>(env, info[1]) : nullptr;
  const auto report = take(env, bonin::run_policy_cases(json, policy));

  auto cases = Napi::Array::New(env, report.cases.size());
  for (std::size_t i = 0; i < report.cases.size(); ++i) {
    auto row = Napi::Object::New(env);
    row.Set("name", to_js(env, report.cases[i].name));
    row.Set("passed", report.cases[i].passed);
    row.Set("difference", text_or_undefined(env, report.cases[i].difference));
    cases.Set(static_cast<std::uint32_t>(i), row);
  }
  auto out = Napi::Object::New(env);
  out.Set("passed", report.passed());
  out.Set("failures", static_cast<double>(report.failures));
  out.Set("cases", cases);
  out.Set("text", to_js(env, report.text()));
  return out;
}

}  // namespace policy_cases_functions

void register_policy_cases(Napi::Env env, Napi::Object exports) {
  using namespace policy_cases_functions;
  auto functions = Napi::Object::New(env);
  define<run>(functions, "run");
  exports.Set("policyCases", functions);
}
