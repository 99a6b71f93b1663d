#pragma once
// What PortOneV1 and PortOneV2 have in common on the way to Python.

#include <pybind11/pybind11.h>

#include <memory>
#include <string>

#include "arguments.hpp"
#include "blocking.hpp"
#include "caller.hpp"
#include "from_python.hpp"
#include "health.hpp"
#include "to_python.hpp"
#include "twins.hpp"
#include "verification.hpp"

namespace py = pybind11;

template <class Client>
using ClientClass = py::class_<Client, bonin::PortOne, std::shared_ptr<Client>>;

/// Where the client finds Python's own certificates, if it needs them.
void bring_certificates(bonin::ConnectionOptions& into);

inline const auto verification_to_python = [](const bonin::VerificationPtr& v) { return to_python(v); };
inline const auto text_to_python = [](const std::string& text) -> py::object { return to_python(text); };
inline const auto number_to_python = [](std::int64_t number) -> py::object { return py::int_(number); };
inline const auto done_to_python = [](bonin::Done) -> py::object { return py::none(); };

template <class Client>
void lookup_and_close(ClientClass<Client>& cls, const char* id) {
  using Self = std::shared_ptr<Client>;
  twins<bonin::VerificationPtr, Self>(
      cls, "lookup", {id},
      [id](const Self& self, Arguments& arguments) {
        return [self, id = arguments.id(id), options = read_call_options(arguments)](
                   bonin::Callback<bonin::VerificationPtr> done) { return self->lookup(id, options, std::move(done)); };
      },
      verification_to_python, id + std::string(", *, timeout_ms=None"),
      "Looks one verification up. A malformed id raises InvalidId and sends nothing.");
  cls.def(
      "close",
      [](const Client& self) {
        {
          const WithoutGil away;
          self.close();
        }
        hand_over_log(&self);
      },
      "close($self, /)\n--\n\nSettles every call under way with Closed and refuses new ones. Idempotent.");
  cls.def(
      "aclose", [](const py::object& self) { return py::module_::import("bonin._aio").attr("close")(self); },
      "aclose($self, /)\n--\n\nAs close(), to be awaited.");
  twins<std::int64_t, Self>(
      cls, "drain", {},
      [](const Self& self, Arguments& arguments) {
        return [self, options = read_call_options(arguments)](bonin::Callback<std::int64_t> done) {
          return self->drain(options.timeout.value_or(self->timeout()), std::move(done));
        };
      },
      number_to_python, "*, timeout_ms=None",
      "Takes no new calls: they raise Draining. Waits for those under way, verifications included, and returns how "
      "many "
      "are left after timeout_ms: 0 when all have ended; close() ends the others.");
  cls.def("__enter__", [](py::object self) { return self; });
  cls.def("__exit__", [](const py::object& self, const py::args&) { self.attr("close")(); });
  cls.def("__aenter__", [](const py::object& self) { return py::module_::import("bonin._aio").attr("itself")(self); });
  cls.def("__aexit__", [](const py::object& self, const py::args&) { return self.attr("aclose")(); });
  cls.def_property_readonly(
      "api", [](const Client& self) { return to_python(to_string(self.api())); }, "`v1` or `v2`.");
  cls.def_property_readonly(
      "circuit", [](const Client& self) { return to_python(to_string(self.circuit())); },
      "`closed`, `open` (PortOne has been failing, calls fail at once) or `half_open` (one call is finding out).");
  cls.def(
      "metrics", [](const Client& self) { return to_python(self.metrics()); },
      "metrics($self, /)\n--\n\n"
      "What this client has counted in this process, as a dict of plain values; docs/operations.md names them.");
  cls.def("__repr__", [](const Client& self) { return to_python(self.describe()); });
  refuse_pickle(cls, "a client is not pickled or copied: it holds credentials; make one in each process");
}
