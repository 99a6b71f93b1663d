#include "bonin/bonin.hpp"
#include "convert.hpp"
#include "errors.hpp"
#include "registers.hpp"

namespace policy_cases_functions {

Napi::Value to_object(Napi::Env env, const bonin::PolicyCaseReport& report) {
  const auto cases = array_of(env, report.cases, [env](const bonin::PolicyCaseResult& one) {
    auto row = Napi::Object::New(env);
    row.Set("name", to_js(env, one.name));
    row.Set("passed", one.passed);
    row.Set("difference", text_or_undefined(env, one.difference));
    return row;
  });
  auto out = Napi::Object::New(env);
  out.Set("passed", report.passed());
  out.Set("failures", static_cast<double>(report.failures));
  out.Set("cases", cases);
  out.Set("text", to_js(env, report.text()));
  return out;
}

/// cases as JSON text, a policy that stands in for those of the cases or undefined
Napi::Value run(const Info& info) {
  const auto env = info.Env();
  const auto json = to_text(env, info[0], "cases");
  const auto* policy = is_given(env, info[1]) ? &from_handle<bonin::Policy>(env, info[1]) : nullptr;
  return to_object(env, take(env, bonin::run_policy_cases(json, policy)));
}

Napi::Value run_file(const Info& info) {
  const auto env = info.Env();
  return to_object(env, take(env, bonin::run_policy_cases_file(to_text(env, info[0], "path"))));
}

/// before, after, cases as JSON text or undefined, path of a cases file or undefined; answers JSON text
Napi::Value diff(const Info& info) {
  const auto env = info.Env();
  const auto& before = from_handle<bonin::Policy>(env, info[0]);
  const auto& after = from_handle<bonin::Policy>(env, info[1]);
  const bool has_cases = is_given(env, info[2]), of_file = is_given(env, info[3]);
  const auto json = has_cases ? to_text(env, info[2], "cases") : std::string();
  const auto changes = take(env, of_file ? bonin::policy_diff_file(before, after, to_text(env, info[3], "casesFile"))
                                 : has_cases ? bonin::policy_diff(before, after, std::string_view(json))
                                             : bonin::policy_diff(before, after));
  return {env, to_js(env, changes.json())};
}

}  // namespace policy_cases_functions

void register_policy_cases(Napi::Env env, Napi::Object exports) {
  using namespace policy_cases_functions;
  auto functions = Napi::Object::New(env);
  define<run>(functions, "run");
  define<run_file>(functions, "runFile");
  define<diff>(functions, "diff");
  exports.Set("policyCases", functions);
}
