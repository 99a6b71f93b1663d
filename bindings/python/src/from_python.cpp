#include "from_python.hpp"

#include <datetime.h>

#include <algorithm>
#include <chrono>

#include "errors.hpp"
#include "to_python.hpp"

namespace {

using bonin::ErrorKind;

void need_datetime() {
  if (PyDateTimeAPI == nullptr) PyDateTime_IMPORT;
  if (PyDateTimeAPI == nullptr) throw py::error_already_set();
}

}  // namespace

std::string to_text(py::handle value, const std::string& parameter, ErrorKind kind) {
  if (!PyUnicode_Check(value.ptr())) raise(kind, "`" + parameter + "` must be text", parameter);
  Py_ssize_t size = 0;
  const char* text = PyUnicode_AsUTF8AndSize(value.ptr(), &size);
  if (text == nullptr) {
    PyErr_Clear();  // it would carry the text
    raise(kind, "`" + parameter + "` holds characters that are not valid Unicode", parameter);
  }
  return std::string(text, static_cast<std::size_t>(size));
}

std::string to_own_id(py::handle value, const std::string& parameter) {
  if (PyUnicode_Check(value.ptr())) return to_text(value, parameter);
  py::object text;
  if (PyLong_Check(value.ptr()) && !PyBool_Check(value.ptr())) {
    // Of a subclass as well, whose str() may be a name.
    text = py::reinterpret_steal<py::object>(PyNumber_ToBase(value.ptr(), 10));
  } else if (const auto uuid = py::module_::import("uuid").attr("UUID"); py::isinstance(value, uuid)) {
    text = py::reinterpret_steal<py::object>(PyObject_Str(value.ptr()));
  } else {
    raise(ErrorKind::invalid_argument,
          "`" + parameter + "` must be text, a whole number or a uuid.UUID: use `str(id)` for anything else",
          parameter);
  }
  if (!text) {
    PyErr_Clear();  // it would carry the id
    raise(ErrorKind::invalid_argument, "`" + parameter + "` has no text of its own", parameter);
  }
  return to_text(text, parameter);
}

std::int64_t to_integer(py::handle value, const std::string& parameter, ErrorKind kind) {
  if (!PyLong_Check(value.ptr()) || PyBool_Check(value.ptr())) {
    raise(kind, "`" + parameter + "` must be a whole number", parameter);
  }
  int overflow = 0;
  const long long number = PyLong_AsLongLongAndOverflow(value.ptr(), &overflow);
  if (overflow != 0) raise(kind, "`" + parameter + "` is out of range", parameter);
  return number;
}

bool to_bool(py::handle value, const std::string& parameter) {
  if (!PyBool_Check(value.ptr())) {
    raise(ErrorKind::invalid_argument, "`" + parameter + "` must be True or False", parameter);
  }
  return value.ptr() == Py_True;
}

bonin::Moment to_moment(py::handle value, const std::string& parameter) {
  using namespace std::chrono;
  need_datetime();
  PyObject* const given = value.ptr();
  const bool is_datetime = PyDateTime_Check(given);
  const auto* fields = reinterpret_cast<PyDateTime_DateTime*>(given);
  if (is_datetime && fields->hastzinfo && fields->tzinfo == PyDateTime_TimeZone_UTC) {  // spares all calls of Python
    const sys_days day{year{PyDateTime_GET_YEAR(given)} / static_cast<int>(PyDateTime_GET_MONTH(given)) /
                       static_cast<int>(PyDateTime_GET_DAY(given))};
    return bonin::Moment{day + hours{PyDateTime_DATE_GET_HOUR(given)} + minutes{PyDateTime_DATE_GET_MINUTE(given)} +
                         seconds{PyDateTime_DATE_GET_SECOND(given)} +
                         milliseconds{PyDateTime_DATE_GET_MICROSECOND(given) / 1000}};
  }
  if (!is_datetime || value.attr("utcoffset")().is_none()) {
    raise(ErrorKind::invalid_argument, "`" + parameter + "` must be a datetime with a time zone", parameter);
  }
  const py::object since = value - to_python(bonin::Moment{});
  return bonin::Moment{days{PyDateTime_DELTA_GET_DAYS(since.ptr())} +
                       seconds{PyDateTime_DELTA_GET_SECONDS(since.ptr())} +
                       milliseconds{PyDateTime_DELTA_GET_MICROSECONDS(since.ptr()) / 1000}};
}

bonin::Date to_date(py::handle value, const std::string& parameter) {
  need_datetime();
  std::optional<bonin::Date> date;
  if (PyUnicode_Check(value.ptr())) {
    date = bonin::parse_date(to_text(value, parameter));
  } else if (PyDate_Check(value.ptr()) && !PyDateTime_Check(value.ptr())) {
    date = bonin::parse_date(to_text(value.attr("isoformat")(), parameter));
  }
  if (!date) {
    raise(ErrorKind::invalid_argument, "`" + parameter + "` must be a date or its text `YYYY-MM-DD`", parameter);
  }
  return *date;
}

std::size_t to_word_index(py::handle value, const std::string& parameter, std::span<const std::string_view> words) {
  const std::string text = to_text(value, parameter);
  const auto found = std::find(words.begin(), words.end(), text);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  std::string known;
  for (const auto word : words) known.append(known.empty() ? "" : ", ").append(word);
  raise(ErrorKind::invalid_argument, "`" + parameter + "` must be one of " + known + bonin::did_you_mean(text, words),
        parameter);
}

std::string to_json(py::handle value, const std::string& parameter, ErrorKind kind) {
  if (PyUnicode_Check(value.ptr())) return to_text(value, parameter, kind);
  if (PyBool_Check(value.ptr())) return value.ptr() == Py_True ? "true" : "false";
  if (!PyDict_Check(value.ptr())) raise(kind, "`" + parameter + "` must be a dict or JSON text", parameter);
  try {
    return to_text(
        py::module_::import("json").attr("dumps")(value, py::arg("ensure_ascii") = false, py::arg("allow_nan") = false),
        parameter, kind);
  } catch (py::error_already_set& error) {
    if (!error.matches(PyExc_TypeError) && !error.matches(PyExc_ValueError) && !error.matches(PyExc_RecursionError)) {
      throw;
    }
  }
  raise(kind, "`" + parameter + "` holds something that JSON cannot carry", parameter);
}
