#include "model/otp_person.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "model/invalid_argument.hpp"

namespace bonin {
namespace {

constexpr std::array<std::string_view, 6> carriers{"SKT", "KT", "LGU", "SKT_MVNO", "KT_MVNO", "LGU_MVNO"};
constexpr std::array<std::string_view, 3> methods{"", "SMS", "APP"};

template <class Words>
bool is_in(const Words& words, std::string_view text) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

std::string list_of_carriers() {
  std::string text;
  for (const auto carrier : carriers) text.append(text.empty() ? "" : ", ").append(carrier);
  return text;
}

int number(std::string_view two_digits) { return (two_digits[0] - '0') * 10 + (two_digits[1] - '0'); }

}  // namespace

std::string digits_of(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      digits += c;
    } else if (c != '-' && c != ' ') {
      return {};
    }
  }
  return digits;
}

bool is_mobile_phone(std::string_view phone) {
  const auto digits = digits_of(phone);
  return digits.size() >= 9 && digits.size() <= 11 && digits.starts_with("01");
}

bool is_identity_number(std::string_view number_of) {
  const auto digits = digits_of(number_of);
  if (digits.size() != 7) return false;
  const std::string_view text = digits;
  const int month = number(text.substr(2, 2)), day = number(text.substr(4, 2));
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

bool is_otp_carrier(std::string_view carrier) { return is_in(carriers, carrier); }

bool is_otp_method(std::string_view method) { return is_in(methods, method); }

std::optional<Error> check_otp_person(const OtpPerson& person) {
  const std::pair<const char*, const std::string*> required[] = {
      {"channel_key", &person.channel_key},         {"name", &person.name},       {"phone", &person.phone},
      {"identity_number", &person.identity_number}, {"carrier", &person.carrier}, {"ip_address", &person.ip_address}};
  for (const auto& [name, text] : required) {
    if (text->empty()) return invalid_argument(name, std::string("`") + name + "` is missing");
  }
  if (!is_mobile_phone(person.phone))
    return invalid_argument("phone", "`phone` must be a mobile number: 9 to 11 digits");
  if (!is_identity_number(person.identity_number)) {
    return invalid_argument("identity_number",
                            "`identity_number` must be the first seven digits of a resident registration number");
  }
  if (!is_otp_carrier(person.carrier)) return invalid_argument("carrier", "`carrier` must be " + list_of_carriers());
  if (!is_otp_method(person.method)) return invalid_argument("method", "`method` must be `SMS` or `APP`");
  if (person.method == "APP" && person.bypass.find("kcpV2") == std::string::npos) {
    return invalid_argument("method", "`APP` is a method of KCP_V2 alone, whose `bypass.kcpV2.media_type` is needed");
  }
  return std::nullopt;
}

}  // namespace bonin
