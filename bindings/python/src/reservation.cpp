// Reservation: a place kept for a person whose account does not exist yet.

#include "convert_registry.hpp"
#include "from_python.hpp"
#include "own_store.hpp"
#include "registers.hpp"
#include "to_python.hpp"
#include "twins.hpp"

using bonin::Reservation;

namespace {

using Commit = bonin::Call (Reservation::*)(std::string_view, bonin::Callback<bonin::Claim>,
                                            const bonin::CallOptions&) const;

template <Commit commit>
void add(py::class_<Reservation>& cls, const char* name, const char* doc) {
  twins<bonin::Claim, Reservation>(
      cls, name, {"account_id"},
      [](const Reservation& self, Arguments& arguments) {
        auto account = to_own_id(arguments.need("account_id"), "account_id");
        const auto call = read_call_options(arguments);
        serve_own_stores();
        return [self, account = std::move(account), call](bonin::Callback<bonin::Claim> done) {
          return (self.*commit)(account, std::move(done), call);
        };
      },
      [](const bonin::Claim& claim) { return to_python(claim); }, "account_id, *, timeout_ms=None", doc);
}

}  // namespace

void register_reservation(py::module_& m) {
  py::class_<Reservation> cls(m, "Reservation", py::release_gil_before_calling_cpp_dtor(),
                              "A place kept for a person whose account does not exist yet. It lapses by itself.");
  cls.def_property_readonly(
      "id", [](const Reservation& self) { return to_python(self.id); },
      "Whoever knows it may commit it, so it is in nothing that is printed.");
  cls.def_property_readonly(
      "expires_at", [](const Reservation& self) { return to_python(self.expires_at); },
      "When it lapses, datetime in UTC.");
  add<&Reservation::commit>(cls, "commit",
                            "Turns it into an account: a Claim that is granted; saying it again answers `existing`. "
                            "Raises ClaimRefused when nothing was granted.");
  add<&Reservation::try_commit>(cls, "try_commit", "As commit(), and a refusal is an answer: ask `.granted`.");
  twins<bool, Reservation>(
      cls, "cancel", {},
      [](const Reservation& self, Arguments& arguments) {
        const auto call = read_call_options(arguments);
        return [self, call](bonin::Callback<bool> done) { return self.cancel(std::move(done), call); };
      },
      [](bool there) -> py::object { return py::bool_(there); }, "*, timeout_ms=None",
      "False: it was not there any more.");
  cls.def("__repr__", [](const Reservation& self) {
    return to_python("Reservation(expires_at=" + bonin::to_string(self.expires_at) + ")");
  });
  refuse_pickle(cls, "a Reservation is not pickled or copied: keep its .id and use Registry.commit");
}
