#pragma once
// The one door through which an Error becomes a Python exception.

#include <pybind11/pybind11.h>

#include "bonin/bonin.hpp"

namespace py = pybind11;

/// The exception for an error: an instance of the class of its kind in bonin.errors. Never throws C++ errors of its own
/// making. `decision` hangs on a `Denied`; `Error::thrown`, a Python exception, becomes the `__cause__`.
py::object to_exception(const bonin::Error& error, py::object decision = py::none());

/// Raises it.
[[noreturn]] void raise(const bonin::Error& error);
[[noreturn]] void raise(bonin::ErrorKind kind, std::string message, std::string parameter);

/// Raises an exception object.
[[noreturn]] void raise(const py::object& exception);

/// Within a handler of std::exception: sets what was thrown as Python's exception. `otherwise`: the text of a
/// RuntimeError for what is none of Python's, whose own words may hold anything.
void set_caught(const char* otherwise);

/// The value of a result, or its error raised.
template <class T>
T take(bonin::Result<T> result) {
  if (!result) raise(result.error());
  return std::move(result).value();
}
