// Registry: single use and sign-up in two phases.

#include <variant>

#include "registry.hpp"
#include "registry_operation.hpp"

namespace registry_methods {
namespace {

/// A reservation, or its id.
std::variant<bonin::Reservation, std::string> reservation(Arguments& arguments) {
  const auto given = arguments.need("reservation");
  if (py::isinstance<bonin::Reservation>(given)) return given.cast<const bonin::Reservation&>();
  return to_text(given, "reservation");
}

using CommitCall = Call (Registry::*)(std::string_view, std::string_view, Callback<Claim>, const CallOptions&) const;
using PlaceCall = Call (bonin::Reservation::*)(std::string_view, Callback<Claim>, const CallOptions&) const;
template <CommitCall by_id, PlaceCall by_place>
void add_commit(py::class_<Registry>& cls, const char* name, const char* doc) {
  operation<Claim>(
      cls, name, {"reservation", "account_id"},
      [](Arguments& a) {
        return [given = reservation(a), account = own_id(a, "account_id")](auto& r, auto done, auto& call) {
          if (const auto* place = std::get_if<0>(&given)) return (place->*by_place)(account, std::move(done), call);
          return (r.*by_id)(*std::get_if<1>(&given), account, std::move(done), call);
        };
      },
      in_python, "reservation, account_id, *, timeout_ms=None", doc);
}

}  // namespace

void add_sign_up(py::class_<Registry>& cls) {
  operation<bonin::Standing::Use>(
      cls, "consume", {"verification_id", "subject"},
      [](Arguments& a) {
        return [id = text(a, "verification_id"), subject = own_id(a, "subject")](auto& r, auto done, auto& call) {
          return r.consume(id, subject, std::move(done), call);
        };
      },
      in_python, "verification_id, subject, *, timeout_ms=None",
      "Uses an id up for one subject: `first`, `same_subject`, or `other_subject`, which must be refused.");
  operation<bonin::Standing>(
      cls, "standing", {"verification"},
      [](Arguments& a) {
        std::string subject;
        a.own_id("subject", subject);
        return [v = verification(a), subject](auto& r, auto done, auto& call) {
          return r.standing(*v, subject, std::move(done), call);
        };
      },
      in_python, "verification, *, subject=None, timeout_ms=None",
      "What a policy needs to know, as Policy.evaluate takes it. Read only.");
  operation<bonin::Admission>(
      cls, "admit", {"verification", "subject"},
      [](Arguments& a) {
        Registry::AdmitOptions options;
        a.boolean("consume", options.consume);
        a.boolean("reserve", options.reserve);
        a.boolean("accept_page_chosen_di", options.accept_page_chosen_di);
        return [v = verification(a), subject = own_id(a, "subject"), options](auto& r, auto done, auto& call) {
          return r.admit(*v, subject, options, std::move(done), call);
        };
      },
      in_python, "verification, subject, *, consume=False, reserve=False, accept_page_chosen_di=False, timeout_ms=None",
      "As standing(), and uses the id up and keeps a place in the same transaction: an Admission. Judge by its "
      "standing.");
  operation<bonin::Reserved>(
      cls, "reserve", {"verification", "subject"},
      [](Arguments& a) {
        return [v = verification(a), subject = own_id(a, "subject")](auto& r, auto done, auto& call) {
          return r.reserve(*v, subject, std::move(done), call);
        };
      },
      in_python, "verification, subject, *, timeout_ms=None",
      "Keeps a place for a person: Reserved, with a reservation or the reason why there is none. The same subject "
      "again "
      "gets the same one, renewed.");
  add_commit<&Registry::commit, &bonin::Reservation::commit>(
      cls, "commit",
      "Turns a reservation (or its id) into an account: a Claim that is granted; saying it again answers `existing`. "
      "Raises ClaimRefused when nothing was granted.");
  add_commit<&Registry::try_commit, &bonin::Reservation::try_commit>(
      cls, "try_commit", "As commit(), and a refusal is an answer: ask `.granted`.");
  operation<bool>(
      cls, "cancel", {"reservation"},
      [](Arguments& a) {
        return [given = reservation(a)](auto& r, auto done, auto& call) {
          if (const auto* place = std::get_if<0>(&given)) return place->cancel(std::move(done), call);
          return r.cancel(*std::get_if<1>(&given), std::move(done), call);
        };
      },
      as_it_is, "reservation, *, timeout_ms=None", "False: it was not there any more.");
}

}  // namespace registry_methods
