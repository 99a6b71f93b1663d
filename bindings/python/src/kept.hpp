#pragma once
// What Python defines and native code calls again and again.

#include <pybind11/gil_safe_call_once.h>
#include <pybind11/pybind11.h>

namespace py = pybind11;

/// A place for such an object: `PYBIND11_CONSTINIT static Kept place;`. Filled at first use and kept for good: at exit
/// there may be no interpreter left to free it with. An import lets other threads run: a plain static would have them
/// wait for it, with the GIL.
using Kept = py::gil_safe_call_once_and_store<py::object>;

inline const py::object& find_once(Kept& place, const char* module, const char* name) {
  return place.call_once_and_store_result([&] { return py::object(py::module_::import(module).attr(name)); })
      .get_stored();
}
