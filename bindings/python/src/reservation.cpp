// Reservation: a place kept for a person whose account does not exist yet.

#include "convert.hpp"
#include "convert_registry.hpp"
#include "own_store.hpp"
#include "registers.hpp"
#include "twins.hpp"

using Reservation = Of<bonin::Reservation>;

void register_reservation(py::module_& m) {
  py::class_<Reservation> cls(m, "Reservation",
                              "A place kept for a person whose account does not exist yet. It lapses by itself.");
  cls.def_property_readonly(
      "id", [](const Reservation& self) { return to_python(self.value.id); },
      "32 hex characters: whoever knows it may commit it, so it is in nothing that is printed.");
  cls.def_property_readonly(
      "expires_at", [](const Reservation& self) { return to_python(self.value.expires_at); },
      "When it lapses, datetime in UTC.");
  twins<bonin::Claim, Reservation>(
      cls, "commit", {"account_id"},
      [](const Reservation& self, Arguments& arguments) {
        return
            [self, account = to_text(arguments.need("account_id"), "account_id")](bonin::Callback<bonin::Claim> done) {
              return self.registry.commit(self.value.id, account, std::move(done));
            };
      },
      [](const bonin::Claim& claim) { return to_python(claim); }, "account_id",
      "Turns it into an account; saying it again answers `existing`.");
  twins<bool, Reservation>(
      cls, "cancel", {},
      [](const Reservation& self, Arguments&) {
        return [self](bonin::Callback<bool> done) { return self.registry.cancel(self.value.id, std::move(done)); };
      },
      [](bool there) -> py::object { return py::bool_(there); }, "/", "False: it was not there any more.");
  cls.def("__repr__", [](const Reservation& self) {
    return to_python("Reservation(expires_at=" + bonin::to_string(self.value.expires_at) + ")");
  });
  refuse_pickle(cls, "a Reservation is not pickled or copied: keep its .id and use Registry.commit");
}
