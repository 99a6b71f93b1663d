#pragma once
// The core's values as Python's.

#include <pybind11/pybind11.h>

#include <optional>
#include <string>
#include <string_view>

#include "bonin/bonin.hpp"

namespace py = pybind11;

/// Owns the new reference that a function of Python's C API returned, or throws the exception that it set.
inline py::object owned(PyObject* object) {
  if (object == nullptr) throw py::error_already_set();
  return py::reinterpret_steal<py::object>(object);
}

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

/// A list of what to_python() makes of each.
template <class Items>
py::list to_list(const Items& items) {
  py::list out;
  for (const auto& item : items) out.append(to_python(item));
  return out;
}

/// Refuses pickling and copying, which would carry personal data or secrets out of the process.
template <class Class>
void refuse_pickle(Class& cls, const char* why) {
  cls.def("__reduce_ex__", [why](const py::object&, const py::args&) -> py::object { throw py::type_error(why); });
  cls.attr("__module__") = "bonin";
}
