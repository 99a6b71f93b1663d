// What a notebook shows of the native nouns: the package bonin._faces draws it, as masked as `repr`.

#include "kept.hpp"
#include "registers.hpp"

namespace {

py::object draw(const py::object& self) {
  PYBIND11_CONSTINIT static Kept place;
  return find_once(place, "bonin._faces", "html")(self);
}

}  // namespace

void register_faces(py::module_& m) {
  for (const auto* const noun : {"Decision", "Finding", "Judged", "Person", "Policy", "PolicyCaseReport", "PolicyFile",
                                 "PortOneV1", "PortOneV2", "Registry", "Reservation", "Verification", "Verifier"}) {
    const py::object cls = m.attr(noun);
    cls.attr("_repr_html_") = py::cpp_function(&draw, py::name("_repr_html_"), py::is_method(cls));
  }
}
