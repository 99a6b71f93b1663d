#pragma once
// Classes of Python's that pybind11 does not know: for what is made and freed with every call. They stand in no module.

#include <pybind11/pybind11.h>

namespace py = pybind11;

template <class Function>
PyCFunction as_function(Function* function) {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(function));
}

/// A class that Python code can neither call nor derive from, with the garbage collector's support. Never freed.
inline PyTypeObject* plain_type(const char* name, std::size_t size, PyType_Slot* slots) {
  unsigned flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC;
#if PY_VERSION_HEX >= 0x030A0000
  flags |= Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE;
#endif
  PyType_Spec spec{name, static_cast<int>(size), 0, flags, slots};
  auto* const type = reinterpret_cast<PyTypeObject*>(PyType_FromSpec(&spec));
  if (type == nullptr) throw py::error_already_set();
  type->tp_new = nullptr;
  return type;
}
