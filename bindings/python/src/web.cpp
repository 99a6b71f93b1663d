#include <pybind11/stl.h>

#include "arguments.hpp"
#include "errors.hpp"
#include "from_python.hpp"
#include "registers.hpp"
#include "to_python.hpp"

namespace {

using namespace bonin::web;
using Texts = std::vector<std::string>;
using Told = std::vector<std::array<std::string, 5>>;  // of each denial: code, reason, ko, en, until or ""

bonin::Api api_of(const std::string& api) { return api == "v1" ? bonin::Api::v1 : bonin::Api::v2; }

py::str code_to_python(RefusalCode code) { return to_python(info(code).name); }

/// (id, flow id, whose guardian, None) or ("", "", "", code)
py::tuple said_to_python(const Said& said) {
  if (const auto* code = std::get_if<RefusalCode>(&said)) return py::make_tuple("", "", "", code_to_python(*code));
  const auto& named = std::get<Named>(said);
  return py::make_tuple(to_python(named.id), to_python(named.flow_id), to_python(named.guardian_of), py::none());
}

py::list told(const std::vector<bonin::Finding>& findings) {
  py::list out;
  for (const auto& one : findings) {
    out.append(py::make_tuple(to_python(one.code), to_python(one.reason), to_python(one.ko), to_python(one.en),
                              to_python(one.until ? bonin::to_string(*one.until) : "")));
  }
  return out;
}

std::vector<bonin::Finding> findings_of(const Told& denials) {
  std::vector<bonin::Finding> findings;
  for (const auto& [code, reason, ko, en, until] : denials)
    findings.push_back({code, bonin::Outcome::fail, reason, "", ko, en, bonin::parse_moment(until)});
  return findings;
}

Refusal refusal_from(const std::string& code, const Told& denials, std::optional<std::int64_t> retry_after,
                     const std::optional<std::string>& allow) {
  Refusal refusal;
  refusal.code = refusal_code(code).value_or(RefusalCode::internal);
  refusal.findings = findings_of(denials);
  refusal.retry_after_s = retry_after;
  refusal.allow = allow.value_or("");
  return refusal;
}

py::dict headers_to_python(const Headers& headers) {
  py::dict out;
  for (const auto& [name, value] : headers) out[to_python(name)] = to_python(value);
  return out;
}

py::tuple answer_to_python(const bonin::web::Answer& told) {
  return py::make_tuple(to_python(told.body), told.status, headers_to_python(told.headers));
}

/// A dict of same_site, secure, partitioned and domain, each or not there.
SubjectCookie cookie_of(const py::dict& given) {
  SubjectCookie cookie;
  Arguments arguments("cookie", py::args(), py::reinterpret_borrow<py::kwargs>(given));
  arguments.fields(cookie);
  arguments.finish();
  return cookie;
}

}  // namespace

/// Private functions for the adapters of web frameworks.
void register_web(py::module_& m) {
  m.def("web_max_body", [] { return max_body; });
  m.def("web_path", [](const std::string& api) { return to_python(path(api_of(api))); });
  m.def("web_refusals", [] {
    py::dict out;
    for (std::size_t i = 0; i < refusal_count; ++i) {
      const auto& row = info(static_cast<RefusalCode>(i));
      out[to_python(row.name)] = py::make_tuple(row.status, to_python(row.ko), to_python(row.en));
    }
    return out;
  });
  m.def("web_read_query", [](const std::string& api, const py::bytes& query) {
    return said_to_python(read_query(api_of(api), std::string_view(query)));
  });
  m.def("web_read_body", [](const std::string& api, const std::string& type, const py::bytes& body) {
    return said_to_python(read_body(api_of(api), type, std::string_view(body)));
  });
  m.def("web_flow_options", [] {
    bonin::FlowOptions options;
    py::list names;
    bonin::each_field(options, [&](std::string_view name, auto&, bonin::FieldKind) {
      if (name != "guardian_of") names.append(to_python(name));  // which the request says
    });
    return py::tuple(names);
  });
  m.def("did_you_mean", [](const std::string& written, const Texts& known) {
    return to_python(bonin::did_you_mean(written, std::vector<std::string_view>(known.begin(), known.end())));
  });
  m.def("web_settle_ms", [] { return settle.count(); });
  m.def("web_read_begin", [](const py::bytes& query) -> py::object {
    const auto ward = read_begin(std::string_view(query));
    if (!ward) return py::none();
    return to_python(*ward);
  });
  // ({name, phone, ...}, None, []) or (None, code, findings)
  m.def("web_read_person", [](const std::string& type, const py::bytes& body, const std::string& address) -> py::tuple {
    const auto said = read_person(type, std::string_view(body), address);
    if (const auto* refusal = std::get_if<Refusal>(&said)) {
      return py::make_tuple(py::none(), code_to_python(refusal->code), told(refusal->findings));
    }
    auto person = std::get<bonin::OtpPerson>(said);
    py::dict out;
    bonin::each_field(person, [&](std::string_view name, const std::string& text, bonin::FieldKind) {
      if (!text.empty()) out[to_python(name)] = to_python(text);
    });
    return py::make_tuple(out, py::none(), py::list());
  });
  // (id, otp, None) or ("", "", code)
  m.def("web_read_code", [](const std::string& type, const py::bytes& body) -> py::tuple {
    const auto said = read_code(type, std::string_view(body));
    if (const auto* code = std::get_if<RefusalCode>(&said)) return py::make_tuple("", "", code_to_python(*code));
    const auto& code = std::get<Code>(said);
    return py::make_tuple(to_python(code.id), to_python(code.otp), py::none());
  });
  m.def("web_check_body", [](std::string type, std::string encoding, Texts lengths, bool decoded) -> py::object {
    const auto refused = check_body({std::move(type), std::move(encoding), std::move(lengths), decoded});
    if (!refused) return py::none();
    return to_python(info(*refused).name);
  });
  m.def("web_is_cross_site", [](Texts sites, Texts origins, std::string host, const Texts& allowed) {
    return is_cross_site({std::move(sites), std::move(origins), std::move(host)}, allowed);
  });
  m.def("web_is_origin", [](const std::string& text) { return is_origin(text); });
  m.def("web_check_cookie", [](const py::dict& cookie) { take(check(cookie_of(cookie))); });
  m.def("web_subject", [](Texts tokens, Texts cookies, bool secure, const py::dict& cookie) {
    return text_or_none(subject_of({std::move(tokens), std::move(cookies), secure}, cookie_of(cookie)));
  });
  m.def("web_subject_header",
        [](const std::string& subject, Texts tokens, Texts cookies, bool secure, const py::dict& cookie) {
          const auto [name, value] =
              subject_header(subject, {std::move(tokens), std::move(cookies), secure}, cookie_of(cookie));
          return py::make_tuple(to_python(name), to_python(value));
        });
  m.def("web_own_id", [](const py::object& id) -> py::object {
    try {
      return text_or_none(to_own_id(id, "subject"));
    } catch (const py::error_already_set&) {  // it is none
      return py::none();
    }
  });
  m.def("web_token_header", [] { return to_python(subject_header_name); });
  m.def("web_no_cookie", [] { return told(no_cookie().findings); });
  m.def("web_hint", [](const Told& denials) { return to_python(hint_of(findings_of(denials))); });
  // (code, findings, is it somebody else's, hint) of a decision that denies
  m.def("web_of_decision", [](const bonin::Decision& decision) {
    const auto shown = decision.shown();
    const auto refusal = refusal_of(shown, decision.needs_guardian());
    return py::make_tuple(code_to_python(refusal.code), told(refusal.findings), is_foreign(shown),
                          to_python(hint_of(shown)));
  });
  m.def("web_is_again", [](const Told& denials) { return is_again(findings_of(denials)); });
  m.def("web_is_retry_url", [](const std::string& text) { return is_retry_url(text); });
  m.def("web_of_error", [](const std::string& kind, std::optional<std::int64_t> retry_after_ms,
                           std::optional<int> http_status, const std::optional<std::string>& pg_code,
                           const std::optional<std::string>& parameter, const std::optional<std::string>& request) {
    bonin::Error error;
    error.kind = bonin::error_kind(kind).value_or(bonin::ErrorKind::internal);
    error.retry_after_ms = retry_after_ms;
    error.http_status = http_status.value_or(0);
    error.pg_code = pg_code.value_or("");
    error.parameter = parameter.value_or("");
    error.request = request.value_or("");
    const auto refusal = refusal_of(error);
    return py::make_tuple(code_to_python(refusal.code), py::cast(refusal.retry_after_s), told(refusal.findings));
  });
  m.def("web_headers_of_all", [] { return headers_to_python(headers_of_all()); });
  m.def("web_headers_of", [](const std::string& code, const Told& denials, std::optional<std::int64_t> retry_after,
                             const std::optional<std::string>& allow) {
    return headers_to_python(headers_of(refusal_from(code, denials, retry_after, allow)));
  });
  m.def("web_answer", [](const std::string& code, const Told& denials, std::optional<std::int64_t> retry_after,
                         const std::optional<std::string>& allow, const std::string& method, const std::string& accept,
                         const std::string& accept_language, const std::string& retry_url) {
    return answer_to_python(
        answer(refusal_from(code, denials, retry_after, allow), {method, accept, accept_language, retry_url}));
  });
  m.def("web_answer_again", [](const std::string& method, const std::string& accept, const std::string& accept_language,
                               const std::string& retry_url) {
    return answer_to_python(answer_again({method, accept, accept_language, retry_url}));
  });
}
