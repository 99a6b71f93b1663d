#include "verifier.hpp"

#include "aio.hpp"
#include "bonin/bonin.hpp"
#include "decision.hpp"
#include "from_python.hpp"
#include "health.hpp"
#include "kept.hpp"
#include "own_store.hpp"
#include "policy.hpp"
#include "registers.hpp"
#include "to_python.hpp"
#include "twins.hpp"
#include "verification.hpp"

using bonin::ErrorKind;

namespace {

/// A path, or a function. A coroutine function would be called and never awaited.
std::shared_ptr<PyObject> read_records(Arguments& arguments, std::string& path) {
  const auto value = arguments.find("records");
  if (!value) return nullptr;
  if (PyCallable_Check(value.ptr()) == 0) {
    arguments.path("records", path);
    if (path.empty()) raise(ErrorKind::invalid_argument, "`records` must be a path or a function", "records");
    return nullptr;
  }
  PYBIND11_CONSTINIT static Kept kept;
  find_once(kept, "bonin._callbacks", "expect_sync")(value, "records",
                                                     "let it put the line into a queue that a task empties");
  return {value.inc_ref().ptr(), [](PyObject* held) { aio::free_later(held); }};
}

void hand_over_record(const Verifier& self, const bonin::Decision& decision) {
  if (self.takes_record) self.hand_over(decision.record());
}

bonin::OtpLimits to_otp_limits(py::handle value) {
  if (!PyDict_Check(value.ptr())) raise(ErrorKind::invalid_argument, "`otp_limits` must be a dict", "otp_limits");
  const py::args none;
  const auto given = py::reinterpret_borrow<py::kwargs>(value);
  Arguments arguments("otp_limits", none, given);
  bonin::OtpLimits limits;
  arguments.fields(limits);
  arguments.finish();
  return limits;
}

Verifier create_verifier(const py::args& args, const py::kwargs& kwargs) {
  Arguments arguments("Verifier", args, kwargs, {"portone", "policy"});
  const auto portone = arguments.need("portone");
  const auto policy = arguments.need("policy");
  const auto registry = arguments.find("registry");
  const auto limits = arguments.find("otp_limits");
  std::shared_ptr<const bonin::Clock> clock;
  arguments.clock("clock", clock);
  std::string records;
  auto takes_record = read_records(arguments, records);
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
  bonin::Verifier::Options options{.portone = portone.cast<std::shared_ptr<bonin::PortOne>>(),
                                   .policy = policy.cast<bonin::Policy>()};
  if (registry) options.registry = registry.cast<bonin::Registry>();
  options.clock = std::move(clock);
  if (limits) options.otp_limits = to_otp_limits(limits);
  options.records = std::move(records);
  return {take(bonin::Verifier::create(std::move(options))), std::move(takes_record)};
}

py::object begin(const Verifier& self, const py::args& args, const py::kwargs& kwargs) {
  Arguments arguments("begin", args, kwargs, {"subject"});
  const auto subject = to_own_id(arguments.need("subject"), "subject");
  bonin::FlowOptions options;
  arguments.fields(options);
  arguments.finish();
  const auto flow = take(self.begin(subject, options));
  return py::module_::import("bonin._flow")
      .attr("Flow")(to_python(to_string(flow.api)), to_python(flow.id), to_python(flow.expires_at),
                    py::module_::import("json").attr("loads")(to_python(flow.request)), to_list(flow.warnings));
}

py::object sent_to_python(const bonin::OtpSent& sent) {
  return py::module_::import("bonin._flow")
      .attr("OtpSent")(to_python(to_string(sent.api)), to_python(sent.id), to_python(sent.expires_at));
}

auto read_send_otp(const Verifier& self, Arguments& arguments) {
  auto subject = to_own_id(arguments.need("subject"), "subject");
  bonin::OtpPerson person;
  arguments.fields(person);
  return [self, subject = std::move(subject), person = std::move(person), call = read_call_options(arguments)](
             bonin::Callback<bonin::OtpSent> done) { return self.send_otp(subject, person, std::move(done), call); };
}

auto read_resend_otp(const Verifier& self, Arguments& arguments) {
  auto subject = to_own_id(arguments.need("subject"), "subject");
  auto id = arguments.id();
  return [self, subject = std::move(subject), id = std::move(id), call = read_call_options(arguments)](
             bonin::Callback<bonin::Done> done) { return self.resend_otp(subject, id, std::move(done), call); };
}

/// What `verify` and `confirm_otp` share.
Verifier::VerifyOptions read_options(Arguments& arguments) {
  Verifier::VerifyOptions options;
  arguments.own_id("subject", options.subject);
  options.expect = to_expect(arguments.given("expect"));
  arguments.text("guardian", options.guardian);
  arguments.duration("timeout_ms", options.timeout);
  options.caller = Caller::current();
  serve_own_stores();
  return options;
}

auto read_confirm_otp(const Verifier& self, Arguments& arguments) {
  auto id = arguments.id();
  std::string otp;
  arguments.text("otp", otp);
  return [self, id = std::move(id), otp = std::move(otp), options = read_options(arguments)](
             bonin::Callback<bonin::Decision> done) { return self.confirm_otp(id, otp, options, std::move(done)); };
}

auto read_verify(const Verifier& self, Arguments& arguments) {
  auto id = arguments.id();
  auto options = read_options(arguments);
  arguments.boolean("begun", options.begun);
  arguments.duration("settle_ms", options.settle, bonin::ErrorKind::invalid_argument);
  arguments.text("flow_id", options.flow_id);
  return [self, id = std::move(id), options = std::move(options)](bonin::Callback<bonin::Decision> done) {
    return self.verify(id, options, std::move(done));
  };
}

auto read_check(const Verifier& self, Arguments& arguments) {
  return [self, call = read_call_options(arguments)](bonin::Callback<bonin::CheckReport> done) {
    return self.check(std::move(done), call);
  };
}

auto read_drain(const Verifier& self, Arguments& arguments) {
  return [self, call = read_call_options(arguments)](bonin::Callback<std::int64_t> done) {
    return self.drain(call.timeout.value_or(self.portone()->timeout()), std::move(done));
  };
}

py::object report_to_python(const bonin::CheckReport& report) {
  const auto module = py::module_::import("bonin._check");
  py::list checks;
  for (const auto& check : report.checks) {
    checks.append(module.attr("Check")(to_python(check.name), check.ok, text_or_none(check.reason),
                                       to_python(check.detail), check.took.count()));
  }
  return module.attr("CheckReport")(report.ok(), checks);
}

py::object decision_to_python(const Verifier& self, bonin::Decision decision) {
  hand_over_record(self, decision);
  return to_python(std::move(decision));
}

py::object required(const Verifier& self, bonin::Decision decision) {
  hand_over_record(self, decision);
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

void Verifier::hand_over(const std::string& record) const {
  try {
    py::handle(takes_record.get())(to_python(record));
    count_record(true);
  } catch (py::error_already_set& error) {
    count_record(false);
    if (!error.matches(PyExc_Exception)) throw;  // Ctrl-C, or an exit
    error.discard_as_unraisable("bonin: handing over a record");
  }
}

void register_verifier(py::module_& m) {
  constexpr const char* signature =
      "id, *, subject=None, expect={}, begun=False, settle_ms=0, flow_id=None, guardian=None, timeout_ms=None";
  py::class_<Verifier> cls(
      m, "Verifier", py::release_gil_before_calling_cpp_dtor(),
      "Looks an id up and judges it. Immutable, thread-safe.\n\n"
      "portone: a PortOneV1 or PortOneV2. policy: a Policy. registry: a Registry; a policy that asks "
      "about accounts, bans or single use needs one. otp_limits: dict of how often within an hour, counted in this "
      "process: sends_per_subject (5), sends_per_phone (5), sends_per_address (25), codes_per_id (5). clock: "
      "a Sandbox, whose clock is followed; the client's by default. records: the path of a file that gets the record() "
      "of each decision as a line, or a function that takes it. Raises InvalidArgument.");
  cls.def(
      py::init(&create_verifier),
      "__init__($self, self, portone, policy, *, registry=None, otp_limits=None, clock=None, records=None)\n--\n\n");
  cls.def(
      "begin", &begin,
      "begin($self, subject, *, channel_key=None, redirect_url=None, customer=None, bypass=None, window_type=None, "
      "force_redirect=None, custom_data=None, iframe=None, pg=None, name=None, phone=None, carrier=None, min_age=None, "
      "company=None, popup=None, provider=None, bind_channel=False, guardian_of=None)\n--\n\n"
      "Starts an identity verification that is to happen in a browser: a Flow. Sends nothing, stores nothing.\n\n"
      "subject: who asks, a session or user id of the application, 1 to 1,000 bytes. channel_key: of the console; V2 "
      "needs it and the client's store_id, V1 it or pg. redirect_url: where a phone's browser comes back to. V2: "
      "customer, bypass, window_type, iframe and popup are dicts with PortOne's own names. V1: name, phone, carrier "
      "and min_age are DANAL's; popup is True or False. provider: whose channel it is, so that what this provider "
      "needs is asked for. bind_channel: what is finished on another channel is denied. guardian_of: the id of the "
      "child's "
      "verification, for a guardian's consent. Raises InvalidArgument, which names the option.");
  twins<bonin::Decision, Verifier>(
      cls, "verify", {"id"}, read_verify, decision_to_python, signature,
      "A verification id in, a Decision out: allowed or not.\n\n"
      "subject: who asks, a session or user id of the application; needed by a policy about accounts and with begun. "
      "expect: dict of what the verification must carry, none of it None: merchant_uid, custom_data, "
      "customer_id, name, phone, birth_date (a date or YYYY-MM-DD). begun: True allows only what begin() started for "
      "the same subject within the hour; False by default. settle_ms: with begun, how long a 404 or an unfinished "
      "verification is asked again, 0 to 60,000. flow_id: V1, the merchant_uid that the browser brought. guardian: the "
      "id of the guardian's verification. timeout_ms: the whole call, token and registry included; the client's by "
      "default.\n\n"
      "Raises a BoninError when nothing could be decided: InvalidId, InvalidArgument, NotFound, Unauthorized, "
      "TimedOut, "
      "Unavailable, StoreBusy, ... (docs/errors.md).");
  twins<bonin::Decision, Verifier>(
      cls, "require", {"id"}, read_verify, required, signature,
      "As verify(), with the same arguments and errors, but returns the Verification of a person who is allowed, and "
      "raises Denied, with its .decision, otherwise.");
  add_verify_many(cls);
  twins<bonin::OtpSent, Verifier>(
      cls, "send_otp", {"subject"}, read_send_otp, sent_to_python,
      "subject, *, channel_key, name, phone, identity_number, carrier, ip_address, method=None, company=None, "
      "customer_id=None, custom_data=None, bypass=None, timeout_ms=None",
      "Sends a code to a person, without a browser's script: an OtpSent. docs/otp.md.\n\n"
      "subject: who asks. identity_number: the first seven digits of the resident registration number. carrier: SKT, "
      "KT, LGU, SKT_MVNO, KT_MVNO, LGU_MVNO. ip_address: the person's own. method: SMS by default, APP with KCP alone. "
      "Raises Throttled, without an http_status, when the subject, the number or the address asked too often.");
  twins<bonin::Done, Verifier>(
      cls, "resend_otp", {"subject", "id"}, read_resend_otp, [](bonin::Done) -> py::object { return py::none(); },
      "subject, id, *, timeout_ms=None",
      "V2: sends the code again. id: of OtpSent. Raises NotFound for an id that was not sent for this subject.");
  twins<bonin::Decision, Verifier>(
      cls, "confirm_otp", {"id", "otp"}, read_confirm_otp, decision_to_python,
      "id, otp=None, *, subject, expect={}, guardian=None, timeout_ms=None",
      "Finishes what send_otp() began, and judges as verify() does with begun.\n\n"
      "otp: the code, left out for the APP method. Raises ProviderFailed when the provider refuses, as it does for a "
      "wrong code, and Throttled after too many tries.");
  twins<bonin::CheckReport, Verifier>(
      cls, "check", {}, read_check, report_to_python, "*, timeout_ms=None",
      "Looks at what a verification needs, for boot and readiness: a CheckReport. A bad state is an answer.\n\n"
      "Asks PortOne for an id that nobody has, and the registry for a read, at once.");
  twins<std::int64_t, Verifier>(
      cls, "drain", {}, read_drain, [](std::int64_t left) -> py::object { return py::int_(left); },
      "*, timeout_ms=None",
      "Takes no new verifications and codes: they raise Draining. Waits for those under way, and returns how many are "
      "left after timeout_ms. The client goes on for others.");
  cls.def(
      "metrics", [](const Verifier& self) { return to_python(self.metrics()); },
      "metrics($self)\n--\n\nWhat it has concluded in this process: a dict of plain numbers, see docs/operations.md.");
  cls.def_property_readonly(
      "portone", [](const Verifier& self) { return std::const_pointer_cast<bonin::PortOne>(self.portone()); },
      "The client.");
  cls.def_property_readonly("policy", [](const Verifier& self) { return self.policy(); }, "The policy.");
  cls.def_property_readonly(
      "warnings", [](const Verifier& self) { return to_list(self.warnings()); },
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
