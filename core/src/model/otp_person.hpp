#pragma once
// What somebody says of themselves to get a code: which of it can be right.

#include <optional>
#include <string>
#include <string_view>

#include "bonin/error.hpp"
#include "bonin/otp.hpp"

namespace bonin {

/// Digits of a text that holds nothing but digits, blanks and hyphens; else empty.
std::string digits_of(std::string_view text);

/// A number of a mobile line, with or without separators.
bool is_mobile_phone(std::string_view phone);

/// The first seven digits of a resident registration number: a day, and the digit that stands for century and gender.
bool is_identity_number(std::string_view number);

bool is_otp_carrier(std::string_view carrier);

/// `SMS`, which may be left out, or `APP`.
bool is_otp_method(std::string_view method);

/// Why a code cannot be sent to this person, by field; nullopt when it can.
std::optional<Error> check_otp_person(const OtpPerson& person);

}  // namespace bonin
