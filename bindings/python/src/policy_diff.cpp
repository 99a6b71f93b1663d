// What changes from one policy to another.

#include "arguments.hpp"
#include "errors.hpp"
#include "from_python.hpp"
#include "policy.hpp"
#include "registers.hpp"
#include "to_python.hpp"

using bonin::ErrorKind;

namespace {

const bonin::Policy& compared(py::handle value, const char* name) {
  if (!py::isinstance<bonin::Policy>(value)) {
    raise(ErrorKind::invalid_argument, "`" + std::string(name) + "` must be a Policy", name);
  }
  return *value.cast<const bonin::Policy*>();
}

}  // namespace

void register_policy_diff(py::module_& m) {
  m.def(
      "policy_diff",
      [](const py::args& args, const py::kwargs& kwargs) {
        Arguments arguments("policy_diff", args, kwargs, {"before", "after"});
        const auto before = arguments.need("before"), after = arguments.need("after");
        const auto cases = arguments.find("cases");
        std::string path;
        const bool of_file = static_cast<bool>(arguments.find("cases_file"));
        arguments.path("cases_file", path);
        arguments.finish();
        const auto &a = compared(before, "before"), &b = compared(after, "after");
        if (cases && of_file) {
          raise(ErrorKind::invalid_argument, "either `cases` or `cases_file` was expected", "cases_file");
        }
        const auto json = cases ? to_json(cases, "cases", ErrorKind::invalid_argument) : std::string();
        const auto diff = take(of_file ? bonin::policy_diff_file(a, b, path)
                               : cases ? bonin::policy_diff(a, b, std::string_view(json))
                                       : bonin::policy_diff(a, b));
        return py::module_::import("json").attr("loads")(to_python(diff.json()));
      },
      "policy_diff(before, after, *, cases=None, cases_file=None)\n--\n\nWhat changes from one policy to another, as a "
      "dict: bonin.types.PolicyDiff. `cases`: a cases file as a dict or JSON text, or `cases_file`, its path: who is "
      "decided otherwise.");
}
