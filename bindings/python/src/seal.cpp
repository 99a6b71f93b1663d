// pybind11's answer to a call that fits no signature prints every argument, personal data and secrets included. Each
// function gets a last overload that fits whatever is left and prints nothing.

#include <string>

#include "registers.hpp"

namespace {

void add_last_overload(py::handle scope, const std::string& name, py::handle function, bool is_method) {
  const auto refuse = [name](const py::args&, const py::kwargs&) -> py::object {
    throw py::type_error(name + "() does not take these arguments");
  };
  if (is_method) {
    const py::cpp_function last(refuse, py::name(name.c_str()), py::is_method(scope), py::scope(scope),
                                py::sibling(function));
  } else {
    const py::cpp_function last(refuse, py::name(name.c_str()), py::scope(scope), py::sibling(function));
  }
}

// `Class.__new__(Class)` would give a Python object without a C++ object. Python refuses an inherited __new__ when the
// class has a tp_new of its own, and calling the class goes through that tp_new.
PyObject* new_by_call(PyTypeObject* type, PyObject* args, PyObject* kwargs) {
  PyTypeObject* base = type;  // pybind11's own, below every class of it
  while (base->tp_base != &PyBaseObject_Type) base = base->tp_base;
  return base->tp_new(type, args, kwargs);
}

void seal_class(py::handle cls) {
  reinterpret_cast<PyTypeObject*>(cls.ptr())->tp_new = &new_by_call;
  for (const auto item : py::dict(cls.attr("__dict__"))) {
    const auto name = item.first.cast<std::string>();
    const py::handle value = item.second;
    // A constructor takes all arguments and checks `self` itself.
    if (name == "__init__" || name.rfind("_pybind11", 0) == 0) continue;
    if (PyInstanceMethod_Check(value.ptr())) {
      add_last_overload(cls, name, PyInstanceMethod_GET_FUNCTION(value.ptr()), true);
    } else if (Py_TYPE(value.ptr()) == &PyStaticMethod_Type) {
      const py::object function = cls.attr(name.c_str());
      if (PyCFunction_Check(function.ptr())) add_last_overload(cls, name, function, false);
    } else if (Py_TYPE(value.ptr()) == &PyProperty_Type) {
      const py::object getter = value.attr("fget");
      if (PyCFunction_Check(getter.ptr())) add_last_overload(cls, name, getter, true);
    }
  }
}

}  // namespace

void seal(py::module_& m) {
  for (const auto item : py::dict(m.attr("__dict__"))) {
    const py::handle value = item.second;
    if (PyType_Check(value.ptr())) {
      seal_class(value);
    } else if (PyCFunction_Check(value.ptr())) {
      add_last_overload(m, item.first.cast<std::string>(), value, false);
    }
  }
}
