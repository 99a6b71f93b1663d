// Decision and Finding.

#include "decision.hpp"

#include "convert_registry.hpp"
#include "from_python.hpp"
#include "own_store.hpp"
#include "registers.hpp"
#include "shown.hpp"
#include "to_python.hpp"
#include "twins.hpp"
#include "verification.hpp"

using bonin::Decision;
using bonin::Finding;

namespace {

py::list findings_to_list(const std::vector<Finding>& findings) {
  py::list out;
  for (const auto& finding : findings) out.append(py::cast(finding));
  PYBIND11_CONSTINIT static Kept place;
  return shown(place, "Findings", out);
}

void register_finding(py::module_& m) {
  py::class_<Finding> cls(m, "Finding", "What one rule of a policy found. Carries no personal data.");
  cls.attr("__module__") = "bonin";
  cls.def_property_readonly(
      "code", [](const Finding& f) { return to_python(f.code); }, "Stable name of the rule, such as `age`.");
  cls.def_property_readonly(
      "outcome", [](const Finding& f) { return to_python(to_string(f.outcome)); },
      "`pass`, `fail` or `unknown`; anything but `pass` denies.");
  cls.def_property_readonly(
      "reason", [](const Finding& f) { return text_or_none(f.reason); },
      "Stable, why it did not pass, such as `too_young`; None on a pass.");
  cls.def_property_readonly(
      "pointer", [](const Finding& f) { return to_python(f.pointer); }, "JSON pointer of the rule in the policy.");
  cls.def_property_readonly("ko", [](const Finding& f) { return to_python(f.ko); }, "For an end user, in Korean.");
  cls.def_property_readonly("en", [](const Finding& f) { return to_python(f.en); }, "For an end user, in English.");
  cls.def_property_readonly(
      "until", [](const Finding& f) { return value_or_none(f.until); },
      "Of `banned` and `too_soon`: when it is over, datetime in UTC; None where that is not known or never is.");
  cls.def(
      "to_dict",
      [](const Finding& f) {
        py::dict out;
        out["code"] = to_python(f.code);
        out["outcome"] = to_python(to_string(f.outcome));
        out["reason"] = text_or_none(f.reason);
        out["pointer"] = to_python(f.pointer);
        out["ko"] = to_python(f.ko);
        out["en"] = to_python(f.en);
        out["until"] = f.until ? py::object(to_python(bonin::to_string(*f.until))) : py::none();
        return out;
      },
      "to_dict($self, /)\n--\n\nThe same as a dict, ready for JSON.");
  refuse_pickle(cls, "a Finding is not pickled or copied: keep its to_dict()");
  cls.def("__repr__", [](const Finding& f) {
    std::string text = "Finding(" + f.code + ": " + std::string(to_string(f.outcome));
    if (!f.reason.empty()) text += ", " + f.reason;
    return to_python(text + ")");
  });
}

}  // namespace

void register_decision(py::module_& m) {
  register_finding(m);

  py::class_<Decision> cls(m, "Decision", "The answer to \"may this person?\". No boolean: ask `.allowed`.");
  cls.def_property_readonly(
      "allowed", [](const Decision& d) { return d.allowed(); }, "True only when every rule passed.");
  cls.def_property_readonly(
      "findings", [](const Decision& d) { return findings_to_list(d.findings()); },
      "Every rule in the order of the policy, the baseline first (after documents that it extends). Built at each "
      "reading.");
  cls.def_property_readonly(
      "denials", [](const Decision& d) { return findings_to_list(d.denials()); }, "The findings that did not pass.");
  cls.def_property_readonly(
      "shown", [](const Decision& d) { return findings_to_list(d.shown()); },
      "The denials as the person should read them: an unfinished verification alone, nothing twice, and one sentence "
      "for what the application did not supply.");
  cls.def_property_readonly(
      "needs_guardian", [](const Decision& d) { return d.needs_guardian(); },
      "True when it denies and a guardian's consent alone is missing.");
  cls.def_property_readonly(
      "verification", [](const Decision& d) { return to_python(d.verification()); }, "What was judged.");
  cls.def_property_readonly(
      "policy_name", [](const Decision& d) { return to_python(d.policy_name()); }, "Name of the policy that decided.");
  cls.def_property_readonly(
      "policy_hash", [](const Decision& d) { return to_python(d.policy_hash()); },
      "SHA-256 of that policy, 64 hex characters.");
  cls.def_property_readonly(
      "at", [](const Decision& d) { return to_python(d.at()); }, "When it was decided, datetime in UTC.");
  cls.def_property_readonly(
      "reservation", [](const Decision& d) { return to_python(d.reservation().get()); },
      "The Reservation: there whenever a verifier's policy asks for a new account and lets the person in as one, else "
      "None. It lapses by itself.");
  twins<bonin::Claim, Decision>(
      cls, "commit", {"account_id"},
      [](const Decision& self, Arguments& arguments) {
        auto account = to_own_id(arguments.need("account_id"), "account_id");
        const auto call = read_call_options(arguments);
        serve_own_stores();
        return [self, account = std::move(account), call](bonin::Callback<bonin::Claim> done) {
          return self.commit(account, std::move(done), call);
        };
      },
      [](const bonin::Claim& claim) { return to_python(claim); }, "account_id, *, timeout_ms=None",
      "Turns the reservation into an account: a Claim that is granted. Raises ClaimRefused when nothing was granted, "
      "InvalidArgument when there is no reservation.");
  cls.def(
      "record", [](const Decision& d) { return to_python(d.record()); },
      "record($self, /)\n--\n\nAn audit line: JSON without personal data, the id hashed.");
  cls.def("__bool__",
          [](const Decision&) -> bool { throw py::type_error("a Decision is neither true nor false: use .allowed"); });
  cls.def("__repr__", [](const Decision& d) {
    std::string text = d.allowed() ? "Decision(allowed" : "Decision(denied";
    for (const auto& finding : d.denials()) {
      text += ", " + finding.code;
      if (!finding.reason.empty()) text += " (" + finding.reason + ")";
    }
    return to_python(text + ", policy=" + std::string(d.policy_name()) + ")");
  });
  refuse_pickle(cls, "a Decision is not pickled or copied: it holds personal data; keep .allowed or .record()");
}
