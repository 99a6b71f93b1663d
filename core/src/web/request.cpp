// What a request names. PortOne's V1 script tells `imp_uid` and `success`, its V2 script `identityVerificationId` and
// `code`. `guardianOf` is bonin's own.

#include <simdjson.h>

#include <algorithm>

#include "bonin/web.hpp"
#include "web/entries.hpp"
#include "web/text.hpp"

namespace bonin::web {
namespace {

std::string_view id_field(Api api) { return api == Api::v1 ? "imp_uid" : "identityVerificationId"; }
constexpr std::string_view guardian_field = "guardianOf";

bool is_utf8_text(const std::string& text) { return simdjson::validate_utf8(text.data(), text.size()); }

/// Does the script itself say that the verification was not finished? A claim of success does not count.
bool failed(Api api, const Entries& entries) {
  if (api == Api::v2) {
    // jQuery sends a field without a value as an empty one. An array counts by what it holds.
    return std::any_of(entries.begin(), entries.end(), [](const Entry& entry) {
      if (entry.name != "code" || entry.is_array) return false;
      return entry.kind != Entry::Kind::nothing && (entry.kind != Entry::Kind::text || !entry.text.empty());
    });
  }
  return std::any_of(entries.begin(), entries.end(), [](const Entry& entry) {
    return entry.name == "success" &&
           (entry.kind == Entry::Kind::no || (entry.kind == Entry::Kind::text && entry.text == "false"));
  });
}

/// The id of a guardian's ward; nullopt when the field cannot be one.
std::optional<std::string> guardian_of(const Entries& entries) {
  if (!is_given(entries, guardian_field)) return std::string();
  const std::string* text = only_text(entries, guardian_field);
  if (text == nullptr || !is_utf8_text(*text)) return std::nullopt;
  return *text;
}

Said said(Api api, const Entries& entries) {
  if (failed(api, entries)) return RefusalCode::not_finished;
  const std::string* id = only_text(entries, id_field(api));
  auto ward = guardian_of(entries);
  if (id == nullptr || !is_utf8_text(*id) || !ward) return RefusalCode::invalid_id;
  Named named{.id = *id, .guardian_of = std::move(*ward)};
  const std::string* flow = api == Api::v1 ? only_text(entries, "merchant_uid") : nullptr;
  if (flow != nullptr && is_utf8_text(*flow)) named.flow_id = *flow;
  return named;
}

constexpr std::string_view form_type = "application/x-www-form-urlencoded";
/// Without a charset it is UTF-8. The first charset counts, and may stand in quotes.
bool is_utf8(std::string_view content_type) {
  for (const auto part : split(content_type.substr(std::min(content_type.size(), content_type.find(';'))), ';')) {
    auto parameter = lower(trim(part));
    if (parameter.rfind("charset=", 0) != 0) continue;
    parameter.erase(0, 8);
    return parameter == "utf-8" || parameter == "\"utf-8\"";
  }
  return true;
}

}  // namespace

Said read_query(Api api, std::string_view query) { return said(api, entries_of_form(query)); }

Said read_body(Api api, std::string_view content_type, std::string_view body) {
  auto entries = entries_of_body(content_type, body);
  if (const auto* code = std::get_if<RefusalCode>(&entries)) return *code;
  return said(api, std::get<Entries>(entries));
}

std::optional<std::string> read_begin(std::string_view query) { return guardian_of(entries_of_form(query)); }

std::optional<RefusalCode> check_body(const BodyHeaders& headers) {
  const auto kind = kind_of(headers.content_type);
  if (kind != json_type && kind != form_type) return RefusalCode::unsupported_body;
  const bool plain = headers.content_encoding.empty() || lower(trim(headers.content_encoding)) == "identity";
  if (!headers.decoded && (!is_utf8(headers.content_type) || !plain)) return RefusalCode::unsupported_body;
  if (headers.content_lengths.empty()) return std::nullopt;
  const auto& length = headers.content_lengths[0];
  if (headers.content_lengths.size() != 1 || length.empty() ||
      length.find_first_not_of("0123456789") != std::string::npos) {
    return RefusalCode::invalid_body;
  }
  const auto digits = length.substr(std::min(length.find_first_not_of('0'), length.size() - 1));
  constexpr std::size_t most_digits = 9;  // a length of hundreds of digits is no number that can be compared
  if (digits.size() > most_digits || std::stoul(digits) > max_body) return RefusalCode::body_too_large;
  return std::nullopt;
}

std::string_view path(Api api) noexcept { return api == Api::v1 ? "/certifications" : "/identity-verifications"; }

}  // namespace bonin::web
