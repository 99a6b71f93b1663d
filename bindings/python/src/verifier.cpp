#include "bonin/bonin.hpp"
#include "convert.hpp"
#include "policy.hpp"
#include "registers.hpp"
#include "twins.hpp"
#include "verification.hpp"

using bonin::Decision;
using bonin::ErrorKind;
using bonin::Verifier;

namespace {

Verifier create(const py::args& args, const py::kwargs& kwargs) {
  Arguments arguments("Verifier", args, kwargs, {"portone", "policy"});
  const auto portone = arguments.need("portone");
  const auto policy = arguments.need("policy");
  arguments.finish();
  if (!py::isinstance<bonin::PortOne>(portone)) {
    raise(ErrorKind::invalid_argument, "`portone` must be a PortOneV1 or a PortOneV2", "portone");
  }
  if (!py::isinstance<bonin::Policy>(policy)) {
    raise(ErrorKind::invalid_argument, "`policy` must be a Policy", "policy");
  }
  return take(Verifier::create({.portone = portone.cast<std::shared_ptr<bonin::PortOne>>(),
                                .policy = policy.cast<bonin::Policy>(),
                                .clock = nullptr}));
}

auto read_verify(const Verifier& self, Arguments& arguments) {
  auto id = arguments.id();
  Verifier::VerifyOptions options;
  arguments.text("subject", options.subject);
  options.expect = to_expect(arguments.find("expect"));
  arguments.duration("timeout_ms", options.timeout);
  return [self, id = std::move(id), options = std::move(options)](bonin::Callback<Decision> done) {
    return self.verify(id, options, std::move(done));
  };
}

py::object decision_to_python(Decision decision) { return py::cast(std::move(decision)); }

py::object required(Decision decision) {
  if (decision.allowed()) return to_python(decision.verification());
  bonin::Error error;
  error.kind = ErrorKind::denied;
  error.message = "denied by policy `" + std::string(decision.policy_name()) + "`";
  const char* separator = ": ";
  for (const auto& finding : decision.denials()) {
    error.message += separator + finding.code;
    if (!finding.reason.empty()) error.message += " (" + finding.reason + ")";
    separator = ", ";
  }
  raise(to_exception(error, py::cast(std::move(decision))));
}

}  // namespace

void register_verifier(py::module_& m) {
  constexpr const char* signature = "id, *, subject=None, expect=None, timeout_ms=None";
  py::class_<Verifier> cls(m, "Verifier", py::release_gil_before_calling_cpp_dtor(),
                           "Looks an id up and judges it. Immutable, thread-safe.");
  cls.def(py::init(&create), "__init__($self, self, portone, policy)\n--\n\n");
  twins<Decision, Verifier>(
      cls, "verify", {"id"}, read_verify, decision_to_python, signature,
      "A verification id in, a Decision out: allowed or not. Raises when nothing could be decided.\n\n"
      "subject: who asks, a session or user id of the application. expect: dict of what the verification must carry: "
      "merchant_uid, custom_data, name, phone, birth_date (a date or YYYY-MM-DD).");
  twins<Decision, Verifier>(cls, "require", {"id"}, read_verify, required, signature,
                            "As verify(), but answers the Verification of somebody who is allowed and raises Denied, "
                            "with its .decision, otherwise.");
  cls.def_property_readonly(
      "portone", [](const Verifier& self) { return std::const_pointer_cast<bonin::PortOne>(self.portone()); },
      "The client.");
  cls.def_property_readonly(
      "policy", [](const Verifier& self) { return self.policy(); }, "The policy.");
  cls.def("__repr__", [](const Verifier& self) {
    return to_python("Verifier(" + self.portone()->describe() + ", policy=" + std::string(self.policy().name()) + ")");
  });
  refuse_pickle(cls, "a Verifier is not pickled or copied: it holds credentials; make one in each process");
}
