#pragma once
// What each identity provider checks, and what it takes on the user's word.

#include <string>
#include <string_view>

#include "bonin/verification.hpp"

namespace bonin {

/// PortOne's provider names in one spelling: V1 `inicis_unified` is V2 `INICIS_UNIFIED`.
std::string provider_name(std::string_view pg_provider);

enum class Trait : std::uint8_t { name, birth_date, gender, foreigner, phone, carrier, ci, di };

/// Does this provider vouch for what it says? A provider unknown to bonin vouches for nothing.
Attestation attestation_of(std::string_view provider, Trait trait) noexcept;

}  // namespace bonin
