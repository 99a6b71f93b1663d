// The rules of a policy as dicts, for somebody to draw.

#include "arguments.hpp"
#include "from_python.hpp"
#include "policy.hpp"
#include "to_python.hpp"

namespace {

py::list nodes_of_tree(const std::vector<bonin::PolicyNode>& rules) {
  py::list out;
  for (const bonin::PolicyNode& rule : rules) {
    py::dict node;
    node["code"] = to_python(rule.code);
    node["pointer"] = to_python(rule.pointer);
    node["phrase"] = to_python(rule.phrase);
    node["text"] = text_or_none(rule.text);
    node["base"] = text_or_none(rule.base);
    node["law"] = text_or_none(rule.law);
    node["parts"] = nodes_of_tree(rule.parts);
    out.append(node);
  }
  return out;
}

}  // namespace

void add_tree(py::class_<bonin::Policy>& cls) {
  cls.def(
      "tree",
      [](const bonin::Policy& policy, const py::args& args, const py::kwargs& kwargs) {
        Arguments arguments("tree", args, kwargs, {"language"});
        const auto language = to_word<bonin::Language>(arguments.need("language"), "language");
        arguments.finish();
        return nodes_of_tree(policy.tree(language));
      },
      "tree($self, language)\n--\n\nThe rules as nested dicts, for somebody to draw: bonin.types.PolicyNode. "
      "`language`: `ko` or `en`.");
}
