// Registry: what an operator looks at and clears.

#include "registry.hpp"
#include "registry_operation.hpp"

namespace registry_methods {

void add_housekeeping(py::class_<Registry>& cls) {
  operation<bonin::Counts>(
      cls, "count", {},
      [](Arguments&) { return [](auto& r, auto done, auto& call) { return r.count(std::move(done), call); }; },
      in_python, "*, timeout_ms=None", "How many persons, accounts, keys and uses: Counts. Reads whole tables.");
  operation<bonin::PersonPage>(
      cls, "export_page", {"after", "limit"},
      [](Arguments& a) {
        const auto after = to_integer(a.need("after"), "after");
        int limit = 0;
        a.need("limit");
        a.integer("limit", limit);
        return [after, limit](auto& r, auto done, auto& call) {
          return r.export_page(after, limit, std::move(done), call);
        };
      },
      in_python, "after, limit, *, timeout_ms=None",
      "Persons with a number above `after`, at most `limit` (1 to 10,000) of them: a PersonPage.");
  operation<std::vector<bonin::PepperCount>>(
      cls, "rotate", {},
      [](Arguments&) { return [](auto& r, auto done, auto& call) { return r.rotate(std::move(done), call); }; },
      in_python, "*, timeout_ms=None",
      "Removes what has lapsed and tells how many keys are left under which pepper: a list of PepperCount. Reads whole "
      "tables.");
  operation<std::int64_t>(
      cls, "forget_uses", {"before"},
      [](Arguments& a) {
        return [before = to_moment(a.need("before"), "before")](auto& r, auto done, auto& call) {
          return r.forget_uses(before, std::move(done), call);
        };
      },
      as_it_is, "before, *, timeout_ms=None",
      "Forgets ids that were used up before a moment (an aware datetime). Answers how many.");
  const auto python = [](const char* name) { return py::module_::import("bonin._registry").attr(name); };
  cls.def(
      "export",
      [python](const py::object& self, const py::args& args, const py::kwargs& kwargs) {
        return python("export")(self, *args, **kwargs);
      },
      "export($self, *, after=0, limit=1000, timeout_ms=None)\n--\n\nEvery person in the order of their numbers: an "
      "iterator over PersonRecord, asking for `limit` at a time.");
  cls.def(
      "aexport",
      [python](const py::object& self, const py::args& args, const py::kwargs& kwargs) {
        return python("aexport")(self, *args, **kwargs);
      },
      "aexport($self, *, after=0, limit=1000, timeout_ms=None)\n--\n\nAs export(), for `async for`.");
}

}  // namespace registry_methods
