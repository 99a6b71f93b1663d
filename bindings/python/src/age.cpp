// Ages, of one person and of a column of them.

#include "arguments.hpp"
#include "columns.hpp"
#include "errors.hpp"
#include "from_python.hpp"
#include "registers.hpp"
#include "to_python.hpp"

using bonin::ErrorKind;

namespace {

/// A date, its text, or a moment, whose day is Korea's.
bonin::Date to_day(py::handle value, const std::string& name) {
  if (PyObject_HasAttrString(value.ptr(), "utcoffset") == 0) return to_date(value, name);
  return bonin::date_in_korea(to_moment(value, name));
}

/// Gives the ages and a byte a row that says which of them are missing; or one age, where one birth was given.
py::object ages(py::handle births, py::handle on, py::handle by) {
  const auto day = to_day(on, "on");
  const auto how = to_word<bonin::AgeBy>(by, "by");
  Column column = to_column("births", births);
  ColumnReader reader{py::none()};
  const auto read = reader.dates("births", column);
  std::vector<std::int16_t> years;
  std::string gone;
  years.reserve(read.size()), gone.reserve(read.size());
  using std::chrono::days, std::chrono::sys_days, std::chrono::year, std::chrono::January;
  const auto first = sys_days{year{1900} / January / 1}.time_since_epoch(), last = sys_days{day}.time_since_epoch();
  for (const auto birth : read) {
    // Days beyond these are of years that a Date cannot hold.
    const bool in_range = days{birth} >= first && days{birth} <= last;
    const auto age = in_range ? bonin::age(bonin::Date{sys_days{days{birth}}}, day, how) : std::nullopt;
    years.push_back(static_cast<std::int16_t>(age.value_or(0)));
    gone.push_back(age ? 0 : 1);
  }
  if (!column.single) {
    return py::make_tuple(py::bytes(reinterpret_cast<const char*>(years.data()), years.size() * sizeof(std::int16_t)),
                          py::bytes(gone));
  }
  if (gone[0] != 0) {
    raise(ErrorKind::invalid_argument, "`births` must be a date from 1900 on that is not after `on`", "births");
  }
  return py::int_(years[0]);
}

}  // namespace

void register_age(py::module_& m) {
  m.def("ages", &ages, py::arg("births"), py::arg("on"), py::arg("by"), py::pos_only());
}
