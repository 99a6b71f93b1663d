// Many at once: over verifications or columns.

#include <algorithm>
#include <map>

#include "arguments.hpp"
#include "arrow.hpp"
#include "columns.hpp"
#include "errors.hpp"
#include "from_python.hpp"
#include "gil.hpp"
#include "kept.hpp"
#include "policy.hpp"
#include "registers.hpp"
#include "to_python.hpp"
#include "verification.hpp"

using bonin::ErrorKind;
using bonin::Policy;

namespace {

constexpr std::size_t block_rows = 4096;

/// The argument `progress`: a function, True for a bar, or nothing.
class Progress {
 public:
  explicit Progress(Arguments& arguments) {
    const auto given = arguments.find("progress");
    if (!given || given.ptr() == Py_False) return;
    is_bar_ = given.ptr() == Py_True;
    if (!is_bar_ && PyCallable_Check(given.ptr()) == 0) {
      raise(ErrorKind::invalid_argument, "`progress` must be callable, or True for a bar", "progress");
    }
    PYBIND11_CONSTINIT static Kept kept;
    if (!is_bar_) find_once(kept, "bonin._callbacks", "expect_sync")(given, "progress");
    function_ =
        is_bar_ ? py::module_::import("bonin._progress").attr("Bar")() : py::reinterpret_borrow<py::object>(given);
  }

  /// Between blocks, with the GIL: hears Ctrl-C and tells the caller how far it is. False: a Python error waits.
  bool go_on(std::size_t done, std::size_t rows) noexcept {
    if (PyErr_CheckSignals() != 0) return going_on_ = false;
    if (!function_) return true;
    PyObject* answer =
        PyObject_CallFunction(function_.ptr(), "nn", static_cast<Py_ssize_t>(done), static_cast<Py_ssize_t>(rows));
    Py_XDECREF(answer);
    return going_on_ = answer != nullptr;
  }

  bool going_on() const noexcept { return going_on_; }

  /// After the work: raises what ended it.
  void finish() {
    if (going_on_) return close();
    const py::error_already_set error;
    close();
    throw error;
  }

 private:
  void close() {
    if (is_bar_) function_.attr("close")();
  }

  py::object function_;
  bool is_bar_ = false;
  bool going_on_ = true;
};

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
    decisions = {.allowed = span<std::uint8_t>(0),
                 .failed = span<std::uint64_t>(1),
                 .unknown = span<std::uint64_t>(2),
                 .reasons = &reasons};
  }

  template <class T>
  std::span<T> span(std::size_t i) {
    held.push_back(py::reinterpret_borrow<py::buffer>(arrays[i]).request(true));
    return {static_cast<T*>(held.back().ptr), static_cast<std::size_t>(held.back().size)};
  }

  py::object with(const Policy& policy, std::vector<bonin::RuleName> rules, const py::object& index) const {
    py::list of_rules;
    for (std::size_t i = 0; i < rules.size(); ++i) of_rules.append(py::dict());
    for (const auto& count : reasons) of_rules[count.rule][to_python(count.reason)] = count.rows;
    return python().attr("Decisions")(py::cast(&policy, py::return_value_policy::reference), to_list(std::move(rules)),
                                      arrays[0], arrays[1], arrays[2], of_rules, index);
  }

  static py::module_ python() { return py::module_::import("bonin._decisions"); }

  py::tuple arrays;
  std::vector<py::buffer_info> held;
  std::vector<bonin::ReasonCount> reasons;
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

py::object evaluate_many(const Policy& policy, const py::args& args, const py::kwargs& kwargs) {
  Arguments arguments("evaluate_many", args, kwargs, {"records"});
  const auto records = to_records(arguments.need("records"));
  const auto now = to_moment(arguments.need("now"), "now");
  const auto expect = to_expect(arguments.given("expect"));
  Progress progress(arguments);
  arguments.finish();
  Answer answer(records.size());
  std::map<std::pair<std::size_t, std::string_view>, std::size_t> reasons;
  {
    WithoutGil away;
    for (std::size_t i = 0; i < records.size() && progress.going_on(); ++i) {
      const auto decision = policy.evaluate(records[i], now, expect);
      answer.decisions.allowed[i] = decision.allowed() ? 1 : 0;
      answer.decisions.failed[i] = decision.failed();
      answer.decisions.unknown[i] = decision.unknown();
      decision.each_reason([&](std::size_t rule, std::string_view reason) { ++reasons[{rule, reason}]; });
      if ((i + 1) % block_rows != 0 && i + 1 != records.size()) continue;
      away.with_gil([&] { return progress.go_on(i + 1, records.size()); });
    }
  }
  progress.finish();
  for (const auto& [of, rows] : reasons) answer.reasons.push_back({of.first, of.second, rows});
  return answer.with(policy, rules_with(policy, now, expect), py::none());
}

/// Columns by name as somebody gave them, and what else lay beside them.
struct GivenTable {
  std::vector<std::pair<std::string, Column>> columns;
  std::vector<std::string> others;
  py::object index = py::none();

  bool has(std::string_view name) const {
    return std::any_of(columns.begin(), columns.end(), [&](const auto& column) { return column.first == name; });
  }
};

GivenTable read_table(py::handle table, const std::vector<std::string_view>& names) {
  GivenTable given;
  if (PyObject_HasAttrString(table.ptr(), "keys") != 0) {
    const py::tuple prepared = py::module_::import("bonin._columns").attr("prepare")(table, to_list(names));
    for (const auto item : py::dict(prepared[0])) {
      const std::string name = to_text(item.first, "columns");
      given.columns.emplace_back(name, to_column(name, item.second));
    }
    for (const auto other : py::list(prepared[1])) given.others.push_back(to_text(other, "columns"));
    given.index = prepared[2];
  } else if (speaks_arrow(table)) {
    auto read = table_from_arrow(table, names);
    given.columns = std::move(read.columns);
    given.others = std::move(read.others);
  } else {
    raise(ErrorKind::invalid_argument,
          "`columns` must be a mapping of columns, a DataFrame or a table that speaks the Arrow C data interface",
          "columns");
  }
  return given;
}

/// Values that the caller says hold for every row.
void assume(GivenTable& given, py::handle values, const std::vector<std::string_view>& names) {
  if (!PyDict_Check(values.ptr())) raise(ErrorKind::invalid_argument, "`assume` must be a dict", "assume");
  for (auto& [name, column] : read_table(values, names).columns) {
    if (!column.single) refuse_column(name, "is assumed, and so must be one value");
    if (given.has(name)) refuse_column(name, "is a column, and assumed as well");
    given.columns.emplace_back(name, std::move(column));
  }
  for (const auto item : py::reinterpret_borrow<py::dict>(values)) {
    const std::string name = to_text(item.first, "assume");
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    refuse_column(name, "is no column of a verification" + bonin::did_you_mean(name, names));
  }
}

/// What columns say that makes rules of this policy unknown, as warnings.
void warn(const Policy& policy, const ColumnReader& reader, const GivenTable& given, bonin::Moment now) {
  py::list needs, states;
  for (const auto& need : policy.column_needs())
    needs.append(py::make_tuple(need.code, need.pointer, to_list(need.columns)));
  for (const auto& state : bonin::inspect(reader.columns(), now)) {
    states.append(py::make_tuple(state.name, state.missing, state.unreadable, state.first_unreadable,
                                 reader.has(state.name) ? reader.kind_of(state.name) : std::string_view()));
  }
  py::module_::import("bonin._column_warnings")
      .attr("warn")(to_python(policy.name()), reader.columns().rows, needs, states, to_list(given.others));
}

py::object evaluate_columns(const Policy& policy, const py::args& args, const py::kwargs& kwargs) {
  Arguments arguments("evaluate_columns", args, kwargs, {"columns"});
  const auto names = bonin::column_names();
  GivenTable given = read_table(arguments.need("columns"), names);
  if (given.columns.empty()) {
    std::string text = "`columns` holds no column of a verification: one of ";
    for (const auto& name : names) text.append(&name == names.data() ? "`" : ", `").append(name).append("`");
    text += " was expected";
    for (const auto& other : given.others) {
      if (const auto hint = bonin::did_you_mean(other, names); !hint.empty()) {
        text += hint;
        break;
      }
    }
    raise(ErrorKind::invalid_argument, text, "columns");
  }
  if (const auto assumed = arguments.find("assume")) assume(given, assumed, names);
  const auto now = to_moment(arguments.need("now"), "now");
  py::object time_zone = py::none();
  if (const auto zone = arguments.find("time_zone"))
    time_zone = py::module_::import("bonin._time_zone").attr("offset")(zone);
  Progress progress(arguments);
  arguments.finish();

  ColumnReader reader(std::move(time_zone));
  for (auto& [name, column] : given.columns) reader.read(name, std::move(column));
  warn(policy, reader, given, now);
  const auto& columns = reader.columns();
  const Answer answer(columns.rows);
  auto done = [&] {
    WithoutGil away;
    return policy.evaluate_columns(columns, now, answer.decisions, [&](std::size_t done, std::size_t rows) {
      return away.with_gil([&] { return progress.go_on(done, rows); });
    });
  }();
  progress.finish();
  take(std::move(done));
  return answer.with(policy, policy.rules(), given.index);
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
      "the work. `progress=True` shows a bar.");
  cls.def("evaluate_columns", &evaluate_columns,
          "evaluate_columns($self, columns, *, now, assume=None, time_zone=None, progress=None)\n--\n\n"
          "Decides over columns, no object a row, without the GIL: Decisions, which are arrays. `columns`: a dict of "
          "arrays or lists, a DataFrame of pandas or polars, a table of pyarrow or of anything that speaks the Arrow C "
          "data interface; docs/policy.md lists the columns, and others are let be. A column that is not there is "
          "missing in every row. `assume`: a dict of values that hold for every row. `time_zone`: of times that have "
          "none, which are refused without it. `progress`: as in evaluate_many(). Warns (ColumnsWarning) of what makes "
          "a rule unknown.");
}

void register_columns(py::module_& m) {
  m.attr("NO_DATE") = bonin::Columns::no_date;
  m.attr("UNREADABLE_DATE") = bonin::Columns::unreadable_date;
  m.attr("NO_TIME") = bonin::Columns::no_time;
}
