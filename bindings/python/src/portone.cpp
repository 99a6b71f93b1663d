#include "portone.hpp"

#include "client.hpp"
#include "registers.hpp"

namespace {

/// What `certifi` holds; empty where it is not installed, or does not work.
std::string certificates_of_certifi() {
  try {
    return py::str(py::module_::import("certifi").attr("contents")());
  } catch (const py::error_already_set& error) {
    if (!error.matches(PyExc_Exception)) throw;  // Ctrl-C
    return {};
  }
}

}  // namespace

void bring_certificates(bonin::ConnectionOptions& into) { into.brought_certificates = &certificates_of_certifi; }

void register_portone(py::module_& m) {
  py::class_<bonin::PortOne, std::shared_ptr<bonin::PortOne>>(m, "PortOne", "What both APIs can do.")
      .attr("__module__") = "bonin";
  register_portone_v1(m);
  register_portone_v2(m);
}
