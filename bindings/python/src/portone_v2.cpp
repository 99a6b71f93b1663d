#include "client.hpp"
#include "portone.hpp"
#include "runtime.hpp"

using bonin::PortOneV2;
using PortOneV2Ptr = std::shared_ptr<PortOneV2>;
using Page = PortOneV2::Page;

namespace {

PortOneV2Ptr create_portone_v2(const py::args& args, const py::kwargs& kwargs) {
  Arguments arguments("PortOneV2", args, kwargs);
  PortOneV2::Options options;
  arguments.fields(options);
  arguments.clock("clock", options.clock);
  arguments.word("auth", options.auth);
  arguments.finish();
  bring_certificates(options.connection);
  auto client = take(PortOneV2::create(std::move(options)));
  hook_the_end_of_the_process();
  return client;
}

py::object page_to_python(const Page& page) { return py::cast(page); }

// Returns a function that starts the request for a page. Its argument counts pages from the first one that was asked
// for.
auto pages_of(const PortOneV2Ptr& self, const char* name, const py::args& args, const py::kwargs& kwargs) {
  Arguments arguments(name, args, kwargs);
  PortOneV2::ListQuery query;
  arguments.fields(query);
  auto options = read_call_options(arguments);
  arguments.finish();
  return [self, query = std::move(query), options](int number) {
    auto page = query;
    page.page += number;
    return [self, page = std::move(page), options](bonin::Callback<Page> done) {
      return self->list(page, options, std::move(done));
    };
  };
}

constexpr const char* query_signature =
    "($self, *, from_=None, until=None, time_range_field=None, statuses=None, pg_providers=None, pg_companies=None, "
    "carriers=None, is_test=None, identity_verification_id=None, identity_verification_tx_id=None, pg_tx_id=None, "
    "pg_merchant_id=None, version=None, customer_name=None, customer_phone_number=None, customer_birth_year=None, "
    "customer_birth_month=None, customer_birth_day=None, customer_gender=None, sort_by=None, sort_order=None, "
    "page=None, page_size=None, "
    "timeout_ms=None)\n--\n\n";

void register_list(py::module_& m, ClientClass<PortOneV2>& cls) {
  py::class_<Page> page(m, "Page", "One page of a list.");
  page.def_property_readonly("items", [](const Page& p) {
    py::list items;
    for (const auto& item : p.items) items.append(to_python(item));
    return items;
  });
  page.def_property_readonly("number", [](const Page& p) { return p.number; });
  page.def_property_readonly("size", [](const Page& p) { return p.size; });
  page.def_property_readonly("total_count", [](const Page& p) { return p.total_count; });
  refuse_pickle(page, "a Page is not pickled or copied");

  const std::string list =
      std::string("list") + query_signature +
      "Iterates over verifications, page by page; a page is asked for when its first item is "
      "wanted. `from_` (inclusive) and `until` (exclusive): aware datetimes. `page`: the first page, from "
      "0.";
  cls.def(
      "list",
      [](const PortOneV2Ptr& self, const py::args& args, const py::kwargs& kwargs) {
        auto fetch = [self, start = pages_of(self, "list", args, kwargs)](const Given& number) {
          if (number.places != 1) throw py::type_error("fetch() takes the number of a page");
          return page_to_python(blocked<Page>(self, start(py::handle(number.values[0]).cast<int>())));
        };
        return py::module_::import("bonin._pages").attr("walk")(to_callable("fetch", nullptr, std::move(fetch)));
      },
      list.c_str());
  const std::string alist = std::string("alist") + query_signature + "As list(), an asynchronous iterator.";
  cls.def(
      "alist",
      [](const PortOneV2Ptr& self, const py::args& args, const py::kwargs& kwargs) {
        auto fetch = [self, start = pages_of(self, "alist", args, kwargs)](int number) {
          return awaited_later<Page>("alist", self, start(number), page_to_python);
        };
        return py::module_::import("bonin._pages").attr("awalk")(py::cpp_function(std::move(fetch)));
      },
      alist.c_str());
}

}  // namespace

void register_portone_v2(py::module_& m) {
  ClientClass<PortOneV2> cls(
      m, "PortOneV2", py::release_gil_before_calling_cpp_dtor(),
      "PortOne V2 (api.portone.io). Making one sends nothing. Thread-safe; usable after a fork.\n\n"
      "auth: `secret` (the API secret with each request), `login` (an access token, renewed) or `api_key` (the early "
      "V2; "
      "taken when api_key is given). attests: providers that bonin does not know and you know to check what they give. "
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
  cls.def(py::init(&create_portone_v2),
          "__init__($self, self, /, *, api_secret=None, store_id=None, auth=None, api_key=None, attests=None, "
          "base_url=None, timeout_ms=None, provider_timeout_ms=None, "
          "connect_timeout_ms=None, max_attempts=None, max_calls=None, ca_file=None, proxy=None, "
          "allow_insecure_sandbox=False, clock=None)\n--\n\n");
  lookup_and_close(cls, "id");
  register_list(m, cls);

  twins<bonin::Done, PortOneV2Ptr>(
      cls, "send", {"id"},
      [](const PortOneV2Ptr& self, Arguments& arguments) {
        PortOneV2::SendRequest request;
        auto id = arguments.id();
        arguments.fields(request);
        return [self, id = std::move(id), request = std::move(request), options = read_call_options(arguments)](
                   bonin::Callback<bonin::Done> done) { return self->send(id, request, options, std::move(done)); };
      },
      done_to_python,
      "id, *, channel_key, carrier, method, name, phone_number, ip_address, identity_number=None, customer_id=None, "
      "custom_data=None, bypass=None, timeout_ms=None",
      "Sends a code to the person by SMS, or opens the carrier's app. Carries an idempotency key, so it is repeated as "
      "a "
      "lookup is; OutcomeUnknown means look the id up.\n\nmethod: `SMS` or `APP`. identity_number: first seven digits "
      "of the resident registration number. bypass: "
      "a dict or JSON text.");
  twins<bonin::Done, PortOneV2Ptr>(
      cls, "resend", {"id"},
      [](const PortOneV2Ptr& self, Arguments& arguments) {
        return [self, id = arguments.id(), options = read_call_options(arguments)](bonin::Callback<bonin::Done> done) {
          return self->resend(id, options, std::move(done));
        };
      },
      done_to_python, "id, *, timeout_ms=None",
      "Sends the SMS again. Carries an idempotency key, so it takes effect once.");
  twins<bonin::VerificationPtr, PortOneV2Ptr>(
      cls, "confirm", {"id", "otp"},
      [](const PortOneV2Ptr& self, Arguments& arguments) {
        std::string otp;
        auto id = arguments.id();
        arguments.text("otp", otp);
        return [self, id = std::move(id), otp = std::move(otp),
                options = read_call_options(arguments)](bonin::Callback<bonin::VerificationPtr> done) {
          return self->confirm(id, otp, options, std::move(done));
        };
      },
      verification_to_python, "id, otp=None, *, timeout_ms=None",
      "Finishes what send() began. `otp`: the code, left out for the APP method. Carries an idempotency key, so it "
      "takes effect once.");
}
