// Two policies over the same columns: who changes sides.

#include "policy.hpp"

void add_compare(py::class_<bonin::Policy>& cls) {
  cls.def(
      "compare",
      [](const py::object& self, const py::args& args, const py::kwargs& kwargs) {
        return py::module_::import("bonin._compare").attr("compare")(self, *args, **kwargs);
      },
      "compare($self, other, columns, *, now, assume=None, time_zone=None, progress=None)\n--\n\n"
      "Who changes sides when `other` takes this policy's place: a Comparison. The others are those of "
      "evaluate_columns().");
}
