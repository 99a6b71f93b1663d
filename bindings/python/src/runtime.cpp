#include "runtime.hpp"

#include "blocking.hpp"
#include "convert.hpp"
#include "registers.hpp"

void hook_the_end_of_the_process() {
  static bool hooked = false;  // a forked child inherits the hooks as well
  if (hooked) return;
  hooked = true;
  py::module_::import("atexit").attr("register")(py::cpp_function(&end_of_process));
  py::module_::import("os").attr("register_at_fork")(py::arg("after_in_child") =
                                                         py::cpp_function(&forget_waiting_threads));
}

void register_runtime(py::module_& m) {
  m.def(
      "new_id", [] { return to_python(bonin::new_id()); },
      "new_id()\n--\n\nA fresh V2 identity verification id: 32 lower-case hex characters, which every provider takes.");
  m.def("version", [] { return to_python(bonin::version()); }, "version()\n--\n\nVersion of bonin's core.");
  m.def(
      "runtime_versions", [] { return to_python(bonin::runtime_versions()); },
      "runtime_versions()\n--\n\nVersions of the libraries bonin runs with, one line.");
  m.def(
      "own_openssl", [] { return bonin::own_openssl(); },
      "own_openssl()\n--\n\nTrue when the OpenSSL that answers is the one bonin was built against.");
  m.def(
      "set_certificate_root", [](const std::string& root) { bonin::set_certificate_root(root); },
      "set_certificate_root(root)\n--\n\nFor tests, before a client is made: the folder that certificates lie below.");
}
