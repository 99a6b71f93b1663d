#pragma once
// A field that a person fills in, and what they are told of it.

#include <string>

#include "bonin/finding.hpp"

namespace bonin::web {

/// name: as the page sends it. ko, en: what the person knows it as.
struct Field {
  const char* name;
  const char* ko;
  const char* en;
};

inline constexpr Field method_field{"method", "인증 방법을", "how you want to verify"};
inline constexpr Field code_field{"otp", "인증번호를", "the code"};

/// Why a field cannot be used: it is missing, or malformed.
inline Finding finding_of(const Field& field, bool missing) {
  return {.code = field.name,
          .outcome = Outcome::fail,
          .reason = missing ? "missing" : "malformed",
          .pointer = "",
          .ko = std::string(field.ko) + (missing ? " 입력해 주세요." : " 다시 확인해 주세요."),
          .en = std::string(missing ? "Please enter " : "Please check ") + field.en + "."};
}

}  // namespace bonin::web
