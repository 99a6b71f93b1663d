// Any bytes that a browser sends: an id or a refusal, and the id is the one that a document of the same bytes holds.
//
// An input is three lines and the rest: `POST v2` (or `GET`, `v1`), a Content-Type, a Cookie, and the body or the
// query.

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "bonin/web.hpp"
#include "require.hpp"

namespace {

using namespace bonin;
using namespace bonin::web;
using nlohmann::json;

std::string line_of(std::string& rest) {
  const auto end = std::min(rest.find('\n'), rest.size());
  auto line = rest.substr(0, end);
  rest.erase(0, std::min(end + 1, rest.size()));
  return line;
}

/// A document keeps the last of what comes twice, so it can only agree with an id or be refused for a reason of its
/// own.
void require_agreement(Api api, const std::string& body, const Said& said) {
  const auto document = json::parse(body, nullptr, false);
  const bool object = document.is_object() && body.rfind("\xEF\xBB\xBF", 0) != 0;
  const auto* code = std::get_if<RefusalCode>(&said);
  if (object) REQUIRE(code == nullptr || *code != RefusalCode::invalid_body);
  if (code != nullptr || !object) return;  // what is no document may be a form that is labelled JSON
  const auto& id = document.at(api == Api::v1 ? "imp_uid" : "identityVerificationId");
  REQUIRE(id.is_string() && id.get<std::string>() == std::get<Named>(said).id);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string rest(reinterpret_cast<const char*>(data), size);
  const auto first = line_of(rest);
  const auto type = line_of(rest);
  const auto cookie = line_of(rest);
  const Api api = first.size() >= 2 && first.compare(first.size() - 2, 2, "v1") == 0 ? Api::v1 : Api::v2;

  for (const Asker& asker : {Asker{{}, {cookie}, false}, Asker{{}, {cookie}, true}, Asker{{cookie}, {type}, true}}) {
    const auto subject = subject_of(asker, {.domain = type});
    REQUIRE(subject.empty() || (subject.size() == 32 && cookie.find(subject) != std::string::npos));
  }
  static_cast<void>(check({.same_site = type, .domain = cookie}));
  const std::string_view retry_url = is_retry_url(cookie) ? std::string_view(cookie) : std::string_view();
  static_cast<void>(is_origin(type));
  static_cast<void>(is_cross_site({{}, {type}, cookie}, {cookie}));

  Said said = RefusalCode::internal;
  if (first.rfind("GET", 0) == 0) {
    said = read_query(api, rest);
  } else if (const auto refused = check_body({type, "", {std::to_string(rest.size())}})) {
    said = *refused;
  } else {
    said = read_body(api, type, rest);
    const bool labelled_json = type.find("json") != std::string::npos || type.find("JSON") != std::string::npos;
    if (labelled_json) require_agreement(api, rest, said);
  }
  if (const auto* named = std::get_if<Named>(&said)) {
    REQUIRE(named->id.size() + named->flow_id.size() + named->guardian_of.size() <= rest.size());
  }
  if (const auto child = read_begin(rest)) REQUIRE(child->size() <= rest.size());
  const auto person = read_person(type, rest, cookie);
  if (const auto* refused = std::get_if<Refusal>(&person)) {
    for (const auto& finding : refused->findings) REQUIRE(finding.reason == "missing" || finding.reason == "malformed");
  } else {
    REQUIRE(std::get<OtpPerson>(person).identity_number.size() == 7);
  }
  const auto code = read_code(type, rest);
  if (const auto* given = std::get_if<Code>(&code)) REQUIRE(!given->id.empty());
  for (const char* method : {"GET", "POST"}) {
    const auto told = answer(refusal_of(make_error(ErrorKind::not_found, "none")), {method, type, cookie, retry_url});
    REQUIRE(told.status == 400 && !told.body.empty());
  }
  return 0;
}
