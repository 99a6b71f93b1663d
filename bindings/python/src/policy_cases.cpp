// Examples that a policy must decide as written.

#include "arguments.hpp"
#include "errors.hpp"
#include "from_python.hpp"
#include "policy.hpp"
#include "registers.hpp"
#include "to_python.hpp"

using bonin::ErrorKind;
using bonin::PolicyCaseReport;
using bonin::PolicyCaseResult;

namespace {

PolicyCaseReport run(py::handle cases, const bonin::Policy* policy) {
  return take(bonin::run_policy_cases(to_json(cases, "cases", ErrorKind::invalid_argument), policy));
}

}  // namespace

void add_test(py::class_<bonin::Policy>& cls) {
  cls.def(
      "test",
      [](const bonin::Policy& self, const py::args& args, const py::kwargs& kwargs) {
        Arguments arguments("test", args, kwargs, {"cases"});
        const auto cases = arguments.need("cases");
        arguments.finish();
        return run(cases, &self);
      },
      "test($self, cases)\n--\n\nRuns examples against this policy, whatever policy they name. `cases`: a dict or JSON "
      "text; docs/policy.md describes it.");
}

void register_policy_cases(py::module_& m) {
  py::class_<PolicyCaseResult> result(m, "PolicyCaseResult", "How one example went.");
  result.attr("__module__") = "bonin";
  result.def_property_readonly(
      "name", [](const PolicyCaseResult& r) { return to_python(r.name); }, "Name of the case.");
  result.def_readonly("passed", &PolicyCaseResult::passed, "Decided as written?");
  result.def_property_readonly(
      "difference", [](const PolicyCaseResult& r) { return text_or_none(r.difference); },
      "What was expected and what was found, one line each; None if it passed.");
  result.def("__repr__", [](const PolicyCaseResult& r) {
    return to_python("PolicyCaseResult(" + r.name + (r.passed ? ": ok)" : ": FAILED)"));
  });

  py::class_<PolicyCaseReport> report(m, "PolicyCaseReport", "How all examples went; its text is a line a case.");
  report.attr("__module__") = "bonin";
  report.def_property_readonly("passed", &PolicyCaseReport::passed, "All decided as written?");
  report.def_readonly("failures", &PolicyCaseReport::failures, "How many were not.");
  report.def_property_readonly(
      "cases",
      [](const PolicyCaseReport& r) {
        py::list out;
        for (const auto& one : r.cases) out.append(py::cast(one));
        return out;
      },
      "One PolicyCaseResult a case.");
  report.def_property_readonly(
      "text", [](const PolicyCaseReport& r) { return to_python(r.text()); },
      "One line a case, the difference below each that failed, and a count.");
  report.def("__repr__", [](const PolicyCaseReport& r) {
    return to_python("PolicyCaseReport(" + std::to_string(r.cases.size()) + " cases, " + std::to_string(r.failures) +
                     " failed)");
  });

  m.def(
      "run_policy_cases",
      [](const py::args& args, const py::kwargs& kwargs) {
        Arguments arguments("run_policy_cases", args, kwargs, {"cases"});
        const auto cases = arguments.need("cases");
        arguments.finish();
        return run(cases, nullptr);
      },
      "run_policy_cases(cases)\n--\n\nRuns examples that name their own policy. `cases`: a dict or JSON text; "
      "docs/policy.md describes it.");

  m.def(
      "run_policy_cases_file",
      [](const py::args& args, const py::kwargs& kwargs) {
        Arguments arguments("run_policy_cases_file", args, kwargs, {"path"});
        std::string path;
        arguments.need("path");
        arguments.path("path", path);
        arguments.finish();
        return take(bonin::run_policy_cases_file(path));
      },
      "run_policy_cases_file(path)\n--\n\nAs run_policy_cases, from a file: a path in it is taken from its folder.");
}
