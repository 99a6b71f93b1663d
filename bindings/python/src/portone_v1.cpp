#include "client.hpp"
#include "portone.hpp"
#include "runtime.hpp"

using bonin::PortOneV1;
using PortOneV1Ptr = std::shared_ptr<PortOneV1>;

namespace {

PortOneV1Ptr create_portone_v1(const py::args& args, const py::kwargs& kwargs) {
  Arguments arguments("PortOneV1", args, kwargs);
  PortOneV1::Options options;
  arguments.fields(options);
  arguments.clock("clock", options.clock);
  const auto v2 = arguments.find("v2");
  arguments.finish();
  if (v2) {
    if (!py::isinstance<bonin::PortOneV2>(v2)) {
      raise(bonin::ErrorKind::invalid_argument, "`v2` must be a PortOneV2", "v2");
    }
    options.v2 = v2.cast<std::shared_ptr<bonin::PortOneV2>>();
  }
  bring_certificates(options.connection);
  auto client = take(PortOneV1::create(std::move(options)));
  hook_the_end_of_the_process();
  return client;
}

}  // namespace

void register_portone_v1(py::module_& m) {
  ClientClass<PortOneV1> cls(
      m, "PortOneV1", py::release_gil_before_calling_cpp_dtor(),
      "PortOne V1 (api.iamport.kr). Making one sends nothing. Thread-safe; usable after a fork.\n\n"
      "tier: code of a sub-merchant. attests: providers that bonin does not know and you know to check what they give. "
      "v2: a PortOneV2, through which each verification is read as well for the mark that V1 lacks. "
      "base_url: PortOne's own by default; https, or http on loopback, such as the sandbox's. timeout_ms: the whole "
      "call, "
      "retries and token included, 10,000 by default. provider_timeout_ms: the same of a call that waits for an "
      "identity "
      "provider, 60,000. connect_timeout_ms: one connection, TLS included, 2,000. "
      "max_attempts: requests of a call that may be repeated, 3. max_calls: calls under way at once, 4,096. proxy: "
      "never "
      "taken from the environment.\n\n"
      "ca_file: a PEM bundle of the authorities to trust, in place of all others. Without it SSL_CERT_FILE and "
      "SSL_CERT_DIR, then what this machine has, then certifi's.\n\n"
      "allow_insecure_sandbox: base_url may be http to another machine, where a sandbox answers; nothing is sent to "
      "any "
      "other server, and only a sandbox's credentials are taken. clock: a Sandbox, whose clock is followed.\n\n"
      "Raises InvalidArgument and its subclasses MissingCredentials, InsecureUrl, InvalidTimeout.");
  cls.def(py::init(&create_portone_v1),
          "__init__($self, self, /, *, imp_key, imp_secret, tier=None, attests=None, v2=None, base_url=None, "
          "timeout_ms=None, provider_timeout_ms=None, connect_timeout_ms=None, max_attempts=None, max_calls=None, "
          "ca_file=None, proxy=None, allow_insecure_sandbox=False, clock=None)\n--\n\n");
  lookup_and_close(cls, "imp_uid");

  twins<std::string, PortOneV1Ptr>(
      cls, "request_otp", {},
      [](const PortOneV1Ptr& self, Arguments& arguments) {
        PortOneV1::OtpRequest request;
        arguments.fields(request);
        return [self, request = std::move(request), options = read_call_options(arguments)](
                   bonin::Callback<std::string> done) { return self->request_otp(request, options, std::move(done)); };
      },
      text_to_python,
      "*, name, phone, birth, gender_digit, carrier, channel_key, is_mvno=False, company=None, merchant_uid=None, "
      "pg=None, verification_method=None, ip_address=None, bypass=None, timeout_ms=None",
      "Asks the carrier to send a code to the person; answers the imp_uid. Never resent.\n\n"
      "birth: YYMMDD. gender_digit: seventh digit of the resident registration number. ip_address: the "
      "end user's. bypass: a dict or JSON text.");
  twins<bonin::VerificationPtr, PortOneV1Ptr>(
      cls, "confirm_otp", {"imp_uid", "otp"},
      [](const PortOneV1Ptr& self, Arguments& arguments) {
        std::string otp;
        auto id = arguments.id("imp_uid");
        arguments.text("otp", otp);
        return [self, id = std::move(id), otp = std::move(otp),
                options = read_call_options(arguments)](bonin::Callback<bonin::VerificationPtr> done) {
          return self->confirm_otp(id, otp, options, std::move(done));
        };
      },
      verification_to_python, "imp_uid, otp=None, *, timeout_ms=None",
      "Finishes what request_otp began. `otp`: six digits, left out for the APP method. Never resent.");
  twins<bonin::Done, PortOneV1Ptr>(
      cls, "erase", {"imp_uid"},
      [](const PortOneV1Ptr& self, Arguments& arguments) {
        return [self, id = arguments.id("imp_uid"), options = read_call_options(arguments)](
                   bonin::Callback<bonin::Done> done) { return self->erase(id, options, std::move(done)); };
      },
      done_to_python, "imp_uid, *, timeout_ms=None", "PortOne forgets the person. Never resent.");
}
