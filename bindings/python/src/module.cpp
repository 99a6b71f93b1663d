// bonin._native: converts, calls the core, converts back. One register_<noun> a file.

#include "registers.hpp"

PYBIND11_MODULE_EXEC(_native, m) {
  // Signatures stand in the docstrings in the form that inspect.signature() reads.
  py::options options;
  options.disable_function_signatures();
  options.disable_enum_members_docstring();

  m.doc() = "The native half of bonin. Use the names of the package `bonin` instead.";
  register_errors(m);
  register_runtime(m);
  register_verification(m);
  register_decision(m);
  register_judged(m);
  register_columns(m);
  register_age(m);
  register_policy_cases(m);
  register_policy(m);
  register_policy_diff(m);
  register_policy_file(m);
  register_own_question(m);
  register_own_queue(m);
  register_reservation(m);
  register_registry(m);
  register_import(m);
  register_portone(m);
  register_verifier(m);
  register_proof(m);
  register_sandbox(m);
  register_made(m);
  register_web(m);
  register_faces(m);
  seal(m);
}

namespace {

// pybind11 would hang here: its state hangs on the GIL of the main interpreter, and so do the threads of the core.
int enter(PyObject* module) {
  if (PyInterpreterState_Get() == PyInterpreterState_Main()) return pybind11_exec__native(module);
  PyErr_SetString(
      PyExc_ImportError,
      "bonin runs in the main interpreter of a process, not in a sub-interpreter; under mod_wsgi set "
      "`WSGIApplicationGroup %{GLOBAL}`, elsewhere import it in the main interpreter or in a process of its "
      "own");
  return -1;
}

}  // namespace

extern "C" PYBIND11_EXPORT PyObject* PyInit__native();
extern "C" PYBIND11_EXPORT PyObject* PyInit__native() {
  PYBIND11_CHECK_PYTHON_VERSION
  static PyModuleDef_Slot slots[] = {
      {Py_mod_exec, reinterpret_cast<void*>(&enter)},
#ifdef Py_mod_multiple_interpreters
      {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},  // so that it is enter() who says no
#endif
      {0, nullptr}};
  static PyModuleDef definition{
      PyModuleDef_HEAD_INIT, "_native", nullptr, 0, nullptr, slots, nullptr, nullptr, nullptr};
  return PyModuleDef_Init(&definition);
}
