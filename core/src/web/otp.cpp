// What a page says when it asks for a code, and when it brings one.

#include <simdjson.h>

#include "bonin/web.hpp"
#include "model/control.hpp"
#include "model/otp_person.hpp"
#include "web/entries.hpp"
#include "web/field.hpp"
#include "web/text.hpp"

namespace bonin::web {
namespace {

constexpr std::size_t longest_name = 200;

bool good_name(const std::string& name) {
  return !trim(name).empty() && name.size() <= longest_name && !has_control(name) &&
         simdjson::validate_utf8(name.data(), name.size());
}

/// Reads the fields, and gathers a finding for each that cannot be used.
class Reader {
 public:
  explicit Reader(const Entries& entries) : entries_(entries) {}

  std::string text(const char* name) const {
    const std::string* found = only_text(entries_, name);
    return found == nullptr ? std::string() : std::string(trim(*found));
  }

  void expect(bool good, const Field& field) {
    if (!good) refusal.findings.push_back(finding_of(field, text(field.name).empty()));
  }

  Refusal refusal{.code = RefusalCode::invalid_person, .findings = {}, .retry_after_s = {}, .allow = {}};

 private:
  const Entries& entries_;
};

}  // namespace

std::variant<OtpPerson, Refusal> read_person(std::string_view content_type, std::string_view body,
                                             std::string_view ip_address) {
  const auto entries = entries_of_body(content_type, body);
  if (const auto* code = std::get_if<RefusalCode>(&entries)) {
    Refusal refusal;
    refusal.code = *code;
    return refusal;
  }
  Reader reader(std::get<Entries>(entries));
  OtpPerson person;
  person.name = reader.text("name");
  person.phone = digits_of(reader.text("phone"));
  person.identity_number = digits_of(reader.text("identityNumber"));
  person.carrier = reader.text("carrier");
  person.method = reader.text("method");
  reader.expect(good_name(person.name), {"name", "이름을", "your name"});
  reader.expect(is_mobile_phone(person.phone), {"phone", "휴대전화 번호를", "your mobile phone number"});
  reader.expect(
      is_identity_number(person.identity_number),
      {"identityNumber", "주민등록번호 앞 7자리를", "the first seven digits of your resident registration number"});
  reader.expect(is_otp_carrier(person.carrier), {"carrier", "통신사를", "your carrier"});
  reader.expect(is_otp_method(person.method), method_field);
  if (!reader.refusal.findings.empty()) return std::move(reader.refusal);

  constexpr std::string_view mapped = "::ffff:";  // how a socket of both families writes an IPv4 address
  if (ip_address.starts_with(mapped) && ip_address.find('.') != std::string_view::npos) {
    ip_address.remove_prefix(mapped.size());
  }
  person.ip_address = ip_address;
  return person;
}

std::variant<Code, RefusalCode> read_code(std::string_view content_type, std::string_view body) {
  const auto entries = entries_of_body(content_type, body);
  if (const auto* code = std::get_if<RefusalCode>(&entries)) return *code;
  const auto& said = std::get<Entries>(entries);
  const std::string* id = only_text(said, "id");
  if (id == nullptr || id->empty() || !simdjson::validate_utf8(id->data(), id->size())) return RefusalCode::invalid_id;
  if (!is_given(said, "otp")) return Code{*id, {}};
  const std::string* otp = only_text(said, "otp");
  constexpr std::size_t longest_code = 10;
  if (otp == nullptr || otp->size() > longest_code || digits_of(*otp).empty()) return RefusalCode::invalid_body;
  return Code{*id, digits_of(*otp)};
}

}  // namespace bonin::web
