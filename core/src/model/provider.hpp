#pragma once
// The identity providers: what each checks, what it takes on the user's word, what it never gives.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "bonin/attributes.hpp"

namespace bonin {

struct Provider {
  std::string_view name;        // as V2 writes it
  std::uint16_t self_declared;  // bits of attributes that nobody may have checked
  std::uint16_t never_given;    // bits of attributes that it never gives
};

constexpr std::uint16_t bits(std::initializer_list<AttributeName> attributes) noexcept {
  unsigned all = 0;
  for (const auto attribute : attributes) all |= bit(attribute);
  return static_cast<std::uint16_t>(all);
}

/// Source: PortOne's documentation of each provider. Through INICIS_UNIFIED a Kakao user types in gender and
/// nationality, a Naver user nationality; the answer does not say which agency it was.
inline constexpr std::array<Provider, 4> providers{{
    {"DANAL", 0, 0},
    {"KCP_V2", 0, 0},
    {"INICIS_UNIFIED", bits({AttributeName::gender, AttributeName::foreigner}),
     bits({AttributeName::carrier, AttributeName::mvno, AttributeName::di})},
    {"INICIS", 0, 0},
}};

/// Null when bonin does not know the provider.
const Provider* find_provider(std::string_view name) noexcept;

/// PortOne's provider names in one spelling: V1 `inicis_unified` is V2 `INICIS_UNIFIED`.
std::string provider_name(std::string_view pg_provider);

/// Does this provider vouch for the attribute? A provider that bonin does not know vouches for nothing.
Attestation attestation_of(std::string_view provider, AttributeName attribute) noexcept;

}  // namespace bonin
