#pragma once
// The identity providers: what each checks, what it takes on the user's word, what it never gives.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bonin/attributes.hpp"
#include "bonin/result.hpp"

namespace bonin {

struct Provider {
  std::string_view name;        // as V2 writes it
  std::uint16_t self_declared;  // bits of attributes that nobody may have checked
  std::uint16_t never_given;    // bits of attributes that it never gives
  bool page_chooses_di;         // the page passes the salt of the DI: who changes it has another DI
};

constexpr std::uint16_t bits(std::initializer_list<AttributeName> attributes) noexcept {
  unsigned all = 0;
  for (const auto attribute : attributes) all |= bit(attribute);
  return static_cast<std::uint16_t>(all);
}

/// Source: PortOne's documentation of each provider. Through INICIS_UNIFIED a Kakao user types in gender and
/// nationality, a Naver user nationality; the answer does not say which agency it was. PortOne's API document says that
/// it gives no DI; some of its certificates bring one all the same.
inline constexpr std::array<Provider, 4> providers{{
    {"DANAL", 0, 0, false},
    {"KCP_V2", 0, 0, true},  // bypass.kcpV2.web_siteid
    {"INICIS_UNIFIED", bits({AttributeName::gender, AttributeName::foreigner}),
     bits({AttributeName::carrier, AttributeName::mvno, AttributeName::di}), true},  // bypass.inicisUnified.DI_CODE
    {"INICIS", 0, 0, false},
}};

/// Providers that an operator vouches for: names as V2 writes them, of none that bonin knows.
using Attests = std::vector<std::string>;

/// Null when bonin does not know the provider.
const Provider* find_provider(std::string_view name) noexcept;

/// PortOne's provider names in one spelling: V1 `inicis_unified` is V2 `INICIS_UNIFIED`.
std::string provider_name(std::string_view pg_provider);

/// The name as a log and a label may show it: at most 40 capital letters, digits and `_`; "not a name" for anything
/// else.
std::string_view loggable_provider(std::string_view provider) noexcept;

/// Does this provider vouch for the attribute? A provider that neither bonin nor the operator knows vouches for
/// nothing.
Attestation attestation_of(std::string_view provider, AttributeName attribute, const Attests& attests) noexcept;

/// Is it neither bonin's nor the operator's?
bool is_unknown_provider(std::string_view provider, const Attests& attests) noexcept;

/// May the page have chosen the DI? Of a provider that bonin does not know nobody can tell.
bool page_chooses_di(std::string_view provider) noexcept;

/// The names in one spelling, or what is wrong with them. `invalid_argument`, parameter `attests`.
Result<Attests> check_attests(const Attests& names);

}  // namespace bonin
