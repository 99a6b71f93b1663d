#pragma once
// What somebody says of themselves to get a code: which of it can be right.

#include <string>
#include <string_view>

namespace bonin {

/// Digits of a text that holds nothing but digits, blanks and hyphens; else empty.
std::string digits_of(std::string_view text);

/// A number of a mobile line, with or without separators.
bool is_mobile_phone(std::string_view phone);

/// The first seven digits of a resident registration number: a day, and the digit that stands for century and gender.
bool is_identity_number(std::string_view number);

bool is_otp_carrier(std::string_view carrier);
/// The carriers there are, for a message.
std::string otp_carriers();

/// `SMS`, which may be left out, or `APP`.
bool is_otp_method(std::string_view method);

}  // namespace bonin
