#pragma once
// Python objects that native code uses often.

#include <pybind11/gil_safe_call_once.h>
#include <pybind11/pybind11.h>

namespace py = pybind11;

/// A place for such an object: `PYBIND11_CONSTINIT static Kept place;`. It is filled at first use and never freed,
/// because at exit there may be no interpreter. It is no plain static: an import lets other threads run, which would
/// wait for the static with the GIL held.
using Kept = py::gil_safe_call_once_and_store<py::object>;

inline const py::object& find_once(Kept& place, const char* module, const char* name) {
  return place.call_once_and_store_result([&] { return py::object(py::module_::import(module).attr(name)); })
      .get_stored();
}

/// A text that is looked up often. Never freed.
inline PyObject* interned(const char* text) {
  PyObject* name = PyUnicode_InternFromString(text);
  if (name == nullptr) throw py::error_already_set();
  return name;
}
