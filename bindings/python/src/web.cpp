#include <pybind11/stl.h>

#include "from_python.hpp"
#include "registers.hpp"
#include "to_python.hpp"

namespace {

using namespace bonin::web;
using Texts = std::vector<std::string>;
using Told = std::vector<std::array<std::string, 4>>;  // of each denial: code, reason, ko, en

bonin::Api api_of(const std::string& api) { return api == "v1" ? bonin::Api::v1 : bonin::Api::v2; }

/// (id, None) or (None, code)
py::tuple said_to_python(const Said& said) {
  if (const auto* id = std::get_if<std::string>(&said)) return py::make_tuple(to_python(*id), py::none());
  return py::make_tuple(py::none(), to_python(info(std::get<RefusalCode>(said)).name));
}

std::vector<bonin::Finding> findings_of(const Told& denials) {
  std::vector<bonin::Finding> findings;
  for (const auto& [code, reason, ko, en] : denials)
    findings.push_back({code, bonin::Outcome::fail, reason, "", ko, en});
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

}  // namespace

/// Private functions for bonin/_web.py, which the adapters use.
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
  m.def("web_check_body", [](std::string type, std::string encoding, Texts lengths, bool decoded) -> py::object {
    const auto refused = check_body({std::move(type), std::move(encoding), std::move(lengths), decoded});
    if (!refused) return py::none();
    return to_python(info(*refused).name);
  });
  m.def("web_is_cross_site", [](Texts sites, Texts origins, std::string host, const Texts& allowed) {
    return is_cross_site({std::move(sites), std::move(origins), std::move(host)}, allowed);
  });
  m.def("web_is_origin", [](const std::string& text) { return is_origin(text); });
  m.def("web_subject", [](const Texts& cookies) { return text_or_none(subject_of(cookies)); });
  m.def("web_subject_cookie",
        [](const std::string& subject, bool secure) { return to_python(subject_cookie(subject, secure)); });
  m.def("web_is_foreign", [](const Told& denials) { return is_foreign(findings_of(denials)); });
  m.def("web_of_error", [](const std::string& kind, std::optional<std::int64_t> retry_after_ms) {
    const auto refusal = refusal_of(bonin::error_kind(kind).value_or(bonin::ErrorKind::internal), retry_after_ms);
    return py::make_tuple(to_python(info(refusal.code).name), py::cast(refusal.retry_after_s));
  });
  m.def("web_headers_of_all", [] { return headers_to_python(headers_of_all()); });
  m.def("web_headers_of", [](const std::string& code, const Told& denials, std::optional<std::int64_t> retry_after,
                             const std::optional<std::string>& allow) {
    return headers_to_python(headers_of(refusal_from(code, denials, retry_after, allow)));
  });
  m.def("web_answer", [](const std::string& code, const Told& denials, std::optional<std::int64_t> retry_after,
                         const std::optional<std::string>& allow, const std::string& method, const std::string& accept,
                         const std::string& accept_language) {
    const auto told = answer(refusal_from(code, denials, retry_after, allow), method, accept, accept_language);
    return py::make_tuple(to_python(told.body), told.status, headers_to_python(told.headers));
  });
}
