#pragma once
// Between Python's values and the core's.

#include <pybind11/pybind11.h>

#include <optional>
#include <string>
#include <string_view>

#include "bonin/bonin.hpp"

namespace py = pybind11;

/// A new reference that Python's own functions gave, or the exception that they left.
inline py::object owned(PyObject* object) {
  if (object == nullptr) throw py::error_already_set();
  return py::reinterpret_steal<py::object>(object);
}

// ---- to Python ----------------------------------------------------------------------------------
py::str to_python(std::string_view text);
py::object to_python(bonin::Moment moment);  // datetime, aware, UTC
py::object to_python(bonin::Date date);      // datetime.date

inline py::object text_or_none(std::string_view text) {
  if (text.empty()) return py::none();
  return to_python(text);
}

template <class T>
py::object value_or_none(const std::optional<T>& value) {
  if (!value) return py::none();
  return to_python(*value);
}

// ---- from Python: a value of the wrong kind raises InvalidArgument (or `kind`) naming the parameter
std::string to_text(py::handle value, const std::string& parameter,
                    bonin::ErrorKind kind = bonin::ErrorKind::invalid_argument);
std::int64_t to_integer(py::handle value, const std::string& parameter,
                        bonin::ErrorKind kind = bonin::ErrorKind::invalid_argument);
bool to_bool(py::handle value, const std::string& parameter);
bonin::Moment to_moment(py::handle value, const std::string& parameter);  // an aware datetime
bonin::Date to_date(py::handle value, const std::string& parameter);      // a date, or its text YYYY-MM-DD

/// JSON text of a dict, or the text itself.
std::string to_json(py::handle value, const std::string& parameter, bonin::ErrorKind kind);

// ---- classes ------------------------------------------------------------------------------------
/// Pickling or copying would carry personal data or secrets to places that nobody watches.
template <class Class>
void refuse_pickle(Class& cls, const char* why) {
  cls.def("__reduce_ex__", [why](const py::object&, const py::args&) -> py::object { throw py::type_error(why); });
  cls.attr("__module__") = "bonin";
}
