#include "bonin/bonin.hpp"
#include "decision.hpp"
#include "from_python.hpp"
#include "own_store.hpp"
#include "policy.hpp"
#include "registers.hpp"
#include "to_python.hpp"
#include "twins.hpp"
#include "verification.hpp"

using bonin::ErrorKind;
using bonin::Verifier;

namespace {

Verifier create_verifier(const py::args& args, const py::kwargs& kwargs) {
  Arguments arguments("Verifier", args, kwargs, {"portone", "policy"});
  const auto portone = arguments.need("portone");
  const auto policy = arguments.need("policy");
  const auto registry = arguments.find("registry");
  arguments.finish();
  if (!py::isinstance<bonin::PortOne>(portone)) {
    raise(ErrorKind::invalid_argument, "`portone` must be a PortOneV1 or a PortOneV2", "portone");
  }
  if (!py::isinstance<bonin::Policy>(policy)) {
    raise(ErrorKind::invalid_argument,
          "`policy` must be a Policy: make one with `Policy.preset(...)`, `Policy(...)` or `Policy.load(...)`",
          "policy");
  }
  if (registry && !py::isinstance<bonin::Registry>(registry)) {
    raise(ErrorKind::invalid_argument, "`registry` must be a Registry", "registry");
  }
  Verifier::Options options{.portone = portone.cast<std::shared_ptr<bonin::PortOne>>(),
                            .policy = policy.cast<bonin::Policy>()};
  if (registry) options.registry = registry.cast<bonin::Registry>();
  return take(Verifier::create(std::move(options)));
}

py::object begin(const Verifier& self, const py::args& args, const py::kwargs& kwargs) {
  Arguments arguments("begin", args, kwargs, {"subject"});
  const auto subject = to_text(arguments.need("subject"), "subject");
  bonin::FlowOptions options;
  arguments.fields(options);
  arguments.finish();
  const auto flow = take(self.begin(subject, options));
  py::dict request;
  for (const auto& [name, value] : flow.request) request[to_python(name)] = to_python(value);
  return py::module_::import("bonin._flow")
      .attr("Flow")(to_python(to_string(flow.api)), to_python(flow.id), to_python(flow.expires_at), request);
}

auto read_verify(const Verifier& self, Arguments& arguments) {
  auto id = arguments.id();
  Verifier::VerifyOptions options;
  arguments.text("subject", options.subject);
  options.expect = to_expect(arguments.given("expect"));
  arguments.boolean("begun", options.begun);
  arguments.duration("timeout_ms", options.timeout);
  serve_own_stores();
  return [self, id = std::move(id), options = std::move(options)](bonin::Callback<bonin::Decision> done) {
    return self.verify(id, options, std::move(done));
  };
}

py::object decision_to_python(bonin::Decision decision) { return to_python(std::move(decision)); }

py::object required(bonin::Decision decision) {
  if (decision.allowed()) return to_python(decision.verification());
  auto error = bonin::make_error(ErrorKind::denied, "denied by policy `" + std::string(decision.policy_name()) + "`");
  const char* separator = ": ";
  for (const auto& finding : decision.denials()) {
    error.message += separator + finding.code;
    if (!finding.reason.empty()) error.message += " (" + finding.reason + ")";
    separator = ", ";
  }
  raise(to_exception(error, to_python(std::move(decision))));
}

}  // namespace

void register_verifier(py::module_& m) {
  constexpr const char* signature = "id, *, subject=None, expect={}, begun=False, timeout_ms=None";
  py::class_<Verifier> cls(
      m, "Verifier", py::release_gil_before_calling_cpp_dtor(),
      "Looks an id up and judges it. Immutable, thread-safe.\n\n"
      "portone: a PortOneV1 or PortOneV2. policy: a Policy. registry: a Registry; a policy that asks "
      "about accounts, bans or single use needs one. Raises InvalidArgument.");
  cls.def(py::init(&create_verifier), "__init__($self, self, portone, policy, *, registry=None)\n--\n\n");
  cls.def(
      "begin", &begin,
      "begin($self, subject, *, channel_key=None, redirect_url=None)\n--\n\n"
      "Starts an identity verification that is to happen in a browser: a Flow. Sends nothing, stores nothing.\n\n"
      "subject: who asks, a session or user id of the application, 1 to 1,000 bytes. channel_key and redirect_url go "
      "into the flow's request as they are.");
  twins<bonin::Decision, Verifier>(
      cls, "verify", {"id"}, read_verify, decision_to_python, signature,
      "A verification id in, a Decision out: allowed or not.\n\n"
      "subject: who asks, a session or user id of the application; needed by a policy about accounts and with begun. "
      "expect: dict of what the verification must carry, none of it None: merchant_uid, custom_data, name, phone, "
      "birth_date (a date or YYYY-MM-DD). begun: True allows only what begin() started for the same subject within the "
      "hour; False by default. timeout_ms: the whole call, token and registry included; the client's by default.\n\n"
      "Raises a BoninError when nothing could be decided: InvalidId, InvalidArgument, NotFound, Unauthorized, "
      "TimedOut, "
      "Unavailable, StoreBusy, ... (docs/errors.md).");
  twins<bonin::Decision, Verifier>(
      cls, "require", {"id"}, read_verify, required, signature,
      "As verify(), with the same arguments and errors, but returns the Verification of a person who is allowed, and "
      "raises Denied, with its .decision, otherwise.");
  cls.def_property_readonly(
      "portone", [](const Verifier& self) { return std::const_pointer_cast<bonin::PortOne>(self.portone()); },
      "The client.");
  cls.def_property_readonly("policy", [](const Verifier& self) { return self.policy(); }, "The policy.");
  cls.def_property_readonly(
      "warnings",
      [](const Verifier& self) {
        py::list out;
        for (const auto& warning : self.warnings()) out.append(to_python(warning));
        return out;
      },
      "The policy's warnings, and what it asks that the registry's keys cannot tell; empty if there is nothing to "
      "say.");
  cls.def_property_readonly(
      "registry",
      [](const Verifier& self) -> py::object {
        if (!self.registry()) return py::none();
        return py::cast(*self.registry());
      },
      "The registry, or None. Another object of the same one.");
  cls.def("__repr__", [](const Verifier& self) {
    return to_python("Verifier(" + self.portone()->describe() + ", policy=" + std::string(self.policy().name()) + ")");
  });
  refuse_pickle(cls, "a Verifier is not pickled or copied: it holds credentials; make one in each process");
}
