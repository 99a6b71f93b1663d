#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace bonin {

/// Two lower-case hex characters a byte.
inline std::string to_hex(std::span<const unsigned char> bytes) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const unsigned char byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

/// Fills `into` with the bytes that `to_hex` wrote, as far as there are any.
inline void decode_hex(std::string_view hex, std::span<unsigned char> into) noexcept {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  for (std::size_t i = 0; i < into.size() && 2 * i + 1 < hex.size(); ++i) {
    into[i] = static_cast<unsigned char>((digit(hex[2 * i]) << 4 | digit(hex[2 * i + 1])) & 0xff);
  }
}

}  // namespace bonin
