// Many at once: over verifications or columns.

#include "arguments.hpp"
#include "columns.hpp"
#include "errors.hpp"
#include "from_python.hpp"
#include "gil.hpp"
#include "policy.hpp"
#include "registers.hpp"
#include "to_python.hpp"
#include "verification.hpp"

using bonin::ErrorKind;
using bonin::Policy;

namespace {

constexpr std::size_t block_rows = 4096;

/// Between blocks, with the GIL: hears Ctrl-C and tells the caller how far it is. False: a Python error waits.
bool go_on(py::handle progress, std::size_t done, std::size_t rows) {
  if (PyErr_CheckSignals() != 0) return false;
  if (!progress) return true;
  PyObject* answer =
      PyObject_CallFunction(progress.ptr(), "nn", static_cast<Py_ssize_t>(done), static_cast<Py_ssize_t>(rows));
  Py_XDECREF(answer);
  return answer != nullptr;
}

std::vector<bonin::VerificationPtr> to_records(py::handle given) {
  if (PyObject_HasAttrString(given.ptr(), "__iter__") == 0) {
    raise(ErrorKind::invalid_argument, "`records` must be Verifications", "records");
  }
  std::vector<bonin::VerificationPtr> records;
  for (const auto item : py::iter(given)) {
    records.push_back(to_verification(item, "records/" + std::to_string(records.size())));
  }
  return records;
}

/// Arrays that Python made, written to while they are held.
struct Answer {
  explicit Answer(std::size_t rows) : arrays(python().attr("room")(rows)) {
    held.reserve(3);
    decisions = {.allowed = span<std::uint8_t>(0), .failed = span<std::uint64_t>(1), .unknown = span<std::uint64_t>(2)};
  }

  template <class T>
  std::span<T> span(std::size_t i) {
    held.push_back(py::reinterpret_borrow<py::buffer>(arrays[i]).request(true));
    return {static_cast<T*>(held.back().ptr), static_cast<std::size_t>(held.back().size)};
  }

  py::object with(std::vector<bonin::RuleName> rules) const {
    return python().attr("Decisions")(to_list(std::move(rules)), arrays[0], arrays[1], arrays[2]);
  }

  static py::module_ python() { return py::module_::import("bonin._columns"); }

  py::tuple arrays;
  std::vector<py::buffer_info> held;
  bonin::ColumnDecisions decisions;
};

/// The rule behind each bit, expectations included.
std::vector<bonin::RuleName> rules_with(const Policy& policy, bonin::Moment now, const bonin::Expect& expect) {
  std::vector<bonin::RuleName> rules;
  for (auto& finding : policy.evaluate(std::make_shared<const bonin::Verification>(), now, expect).findings()) {
    rules.push_back({std::move(finding.code), std::move(finding.pointer)});
  }
  return rules;
}

py::object read_progress(Arguments& arguments) {
  const auto progress = arguments.find("progress");
  if (progress && PyCallable_Check(progress.ptr()) == 0) {
    raise(ErrorKind::invalid_argument, "`progress` must be callable", "progress");
  }
  return py::reinterpret_borrow<py::object>(progress);
}

py::object evaluate_many(const Policy& policy, const py::args& args, const py::kwargs& kwargs) {
  Arguments arguments("evaluate_many", args, kwargs, {"records"});
  const auto records = to_records(arguments.need("records"));
  const auto now = to_moment(arguments.need("now"), "now");
  const auto expect = to_expect(arguments.given("expect"));
  const auto progress = read_progress(arguments);
  arguments.finish();
  const Answer answer(records.size());
  bool going_on = true;
  {
    WithoutGil away;
    for (std::size_t i = 0; i < records.size() && going_on; ++i) {
      const auto decision = policy.evaluate(records[i], now, expect);
      answer.decisions.allowed[i] = decision.allowed() ? 1 : 0;
      answer.decisions.failed[i] = decision.failed();
      answer.decisions.unknown[i] = decision.unknown();
      if ((i + 1) % block_rows != 0 && i + 1 != records.size()) continue;
      going_on = away.with_gil([&] { return go_on(progress, i + 1, records.size()); });
    }
  }
  if (!going_on) throw py::error_already_set();
  return answer.with(rules_with(policy, now, expect));
}

py::object evaluate_columns(const Policy& policy, const py::args& args, const py::kwargs& kwargs) {
  Arguments arguments("evaluate_columns", args, kwargs, {"columns"});
  const auto given = arguments.need("columns");
  if (PyObject_HasAttrString(given.ptr(), "keys") == 0) {
    raise(ErrorKind::invalid_argument, "`columns` must be a mapping of columns", "columns");
  }
  const ColumnReader reader(Answer::python().attr("prepare")(given));
  const auto now = to_moment(arguments.need("now"), "now");
  const auto progress = read_progress(arguments);
  arguments.finish();
  const auto& columns = reader.columns();
  const Answer answer(columns.rows);
  bool going_on = true;
  auto done = [&] {
    WithoutGil away;
    return policy.evaluate_columns(columns, now, answer.decisions, [&](std::size_t done, std::size_t rows) {
      going_on = away.with_gil([&] { return go_on(progress, done, rows); });
      return going_on;
    });
  }();
  if (!going_on) throw py::error_already_set();
  take(std::move(done));
  return answer.with(policy.rules());
}

}  // namespace

py::list to_list(std::vector<bonin::RuleName> rules) {
  py::list out;
  for (auto& rule : rules) out.append(py::cast(std::move(rule)));
  return out;
}

void add_evaluate_many(py::class_<Policy>& cls) {
  cls.def(
      "evaluate_many", &evaluate_many,
      "evaluate_many($self, records, *, now, expect={}, progress=None)\n--\n\n"
      "Decides over many Verifications, without the GIL: Decisions, which are arrays. `expect`, as in evaluate(), "
      "holds for all. `progress(done, rows)` is called on this thread every some thousand rows; what it raises ends "
      "the work.");
  cls.def("evaluate_columns", &evaluate_columns,
          "evaluate_columns($self, columns, *, now, progress=None)\n--\n\n"
          "Decides over columns, no object a row, without the GIL: Decisions, which are arrays. `columns`: a dict of "
          "arrays, a pandas DataFrame or another mapping; docs/policy.md lists the columns. One value stands for all "
          "rows, and a column that is not there is missing in every row. `progress`: as in evaluate_many().");
}

void register_columns(py::module_& m) {
  m.attr("NO_DATE") = bonin::Columns::no_date;
  m.attr("UNREADABLE_DATE") = bonin::Columns::unreadable_date;
  m.attr("NO_TIME") = bonin::Columns::no_time;
}
