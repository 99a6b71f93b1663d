#include "callable.hpp"

#include <memory>
#include <utility>

#include "errors.hpp"
#include "plain_type.hpp"

namespace {

struct Function {
  PyMethodDef definition{};
  Body body;
};

Function* function_of(PyObject* capsule) { return static_cast<Function*>(PyCapsule_GetPointer(capsule, nullptr)); }

PyObject* call(PyObject* capsule, PyObject* const* values, Py_ssize_t places, PyObject* names) noexcept {
  try {
    return function_of(capsule)->body({values, static_cast<std::size_t>(places), names}).release().ptr();
  } catch (const std::exception&) {
    set_caught("the call got lost in bonin");
  }
  return nullptr;
}

}  // namespace

py::object to_callable(const char* name, const char* doc, Body body) {
  auto function = std::make_unique<Function>();
  function->definition = {name, as_function(&call), METH_FASTCALL | METH_KEYWORDS, doc};
  function->body = std::move(body);
  PyMethodDef* const definition = &function->definition;
  const auto capsule = py::reinterpret_steal<py::object>(
      PyCapsule_New(function.release(), nullptr, [](PyObject* object) { delete function_of(object); }));
  auto callable = py::reinterpret_steal<py::object>(PyCFunction_NewEx(definition, capsule.ptr(), nullptr));
  if (!callable) throw py::error_already_set();
  return callable;
}

void add_method(py::handle cls, const char* name, const char* doc, Body body) {
  const auto method =
      py::reinterpret_steal<py::object>(PyInstanceMethod_New(to_callable(name, doc, std::move(body)).ptr()));
  if (!method) throw py::error_already_set();
  py::setattr(cls, name, method);
}
