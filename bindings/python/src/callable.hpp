#pragma once
// A function for Python during which greenlets may switch. pybind11's own dispatcher keeps a stack of calls for each
// thread; greenlets that return in another order than they entered would corrupt it.

#include <pybind11/pybind11.h>

#include <functional>

namespace py = pybind11;

/// With all arguments, `self` first where there is one.
using Body = std::function<py::object(const py::args&, const py::kwargs&)>;

/// `doc`: begins with the signature. Both texts must live as long as the function.
py::object to_callable(const char* name, const char* doc, Body body);

/// The same as a method of a class.
void add_method(py::handle cls, const char* name, const char* doc, Body body);

/// The `self` of a method, and what came after it.
template <class Self, class Class>
std::pair<Self, py::args> split_self(const char* name, const py::args& args) {
  if (args.empty() || !py::isinstance<Class>(args[0])) {
    throw py::type_error(std::string(name) + "() needs an object of its class");
  }
  return {args[0].template cast<Self>(),
          py::reinterpret_steal<py::args>(PyTuple_GetSlice(args.ptr(), 1, PyTuple_GET_SIZE(args.ptr())))};
}
