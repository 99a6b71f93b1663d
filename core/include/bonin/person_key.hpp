#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace bonin {

/// What a person is known by. DI counts together with the provider and its merchant id.
enum class KeyKind : std::uint8_t { ci, di };
std::string_view to_string(KeyKind) noexcept;  // "ci", "di"

/// A key of a person as it is stored.
struct PersonKey {
  KeyKind kind = KeyKind::ci;
  std::string pepper_id;
  std::string hash;      // 64 lower-case hex characters
  std::string provider;  // who verified the person, such as DANAL

  std::array<std::uint8_t, 32> hash_bytes() const noexcept;
};

}  // namespace bonin
