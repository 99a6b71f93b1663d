// bonin._native: converts, calls the core, converts back. One register_<noun> a file.

#include "registers.hpp"

PYBIND11_MODULE(_native, m, py::multiple_interpreters::not_supported()) {
  // Signatures stand in the docstrings in the form that inspect.signature() reads.
  py::options options;
  options.disable_function_signatures();
  options.disable_enum_members_docstring();

  m.doc() = "The native half of bonin. Use the names of the package `bonin` instead.";
  register_errors(m);
  register_runtime(m);
  register_aio(m);
  register_verification(m);
  register_decision(m);
  register_columns(m);
  register_policy_cases(m);
  register_policy(m);
  register_policy_file(m);
  register_own_store(m);
  register_reservation(m);
  register_registry(m);
  register_portone(m);
  register_verifier(m);
  register_sandbox(m);
  seal(m);
}
