#include "model/otp_person.hpp"

#include <algorithm>
#include <array>

namespace bonin {
namespace {

constexpr std::array<std::string_view, 6> carriers{"SKT", "KT", "LGU", "SKT_MVNO", "KT_MVNO", "LGU_MVNO"};
constexpr std::array<std::string_view, 3> methods{"", "SMS", "APP"};

template <class Words>
bool is_in(const Words& words, std::string_view text) {
  return std::find(words.begin(), words.end(), text) != words.end();
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

std::string otp_carriers() {
  std::string text;
  for (const auto carrier : carriers) text.append(text.empty() ? "" : ", ").append(carrier);
  return text;
}

bool is_otp_method(std::string_view method) { return is_in(methods, method); }

}  // namespace bonin
