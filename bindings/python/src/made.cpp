// Verifications and decisions made by hand; bonin.testing is the public face.

#include <optional>

#include "arguments.hpp"
#include "bonin/bonin.hpp"
#include "decision.hpp"
#include "errors.hpp"
#include "registers.hpp"
#include "sandbox/sandbox.hpp"
#include "to_python.hpp"
#include "verification.hpp"

using bonin::Made;

namespace {

/// What both decisions are made of.
struct Given {
  bonin::VerificationPtr verification;
  bonin::Moment at;
  std::optional<bonin::Policy> policy;

  const bonin::Policy* rules() const { return policy ? &*policy : nullptr; }
};

Given read(Arguments& arguments) {
  Given given{to_verification(arguments.need("verification"), "verification"), bonin::Clock::system()->now(), {}};
  const auto policy = arguments.find("policy");
  if (policy && !py::isinstance<bonin::Policy>(policy)) {
    raise(bonin::ErrorKind::invalid_argument, "`policy` must be a Policy", "policy");
  }
  if (policy) given.policy = policy.cast<bonin::Policy>();
  return given;
}

}  // namespace

void register_made(py::module_& m) {
  m.def("persona_facts",
        [](const std::string& persona) { return to_python(take(bonin::sandbox::persona_facts(persona))); });
  m.def("made_verification", [](const std::string& facts) { return to_python(take(Made::verification(facts))); });
  m.def("made_allowed", [](const py::args& args, const py::kwargs& kwargs) {
    Arguments arguments("allowed", args, kwargs, {"verification", "policy"});
    const auto given = read(arguments);
    arguments.finish();
    return to_python(take(Made::allowed(given.verification, given.at, given.rules())));
  });
  m.def("made_denied", [](const py::args& args, const py::kwargs& kwargs) {
    Arguments arguments("denied", args, kwargs, {"code", "reason", "verification", "policy"});
    const auto code = to_text(arguments.need("code"), "code");
    const auto reason = to_text(arguments.need("reason"), "reason");
    const auto given = read(arguments);
    arguments.finish();
    return to_python(take(Made::denied(given.verification, given.at, code, reason, given.rules())));
  });
}
