#include "lookup/provider.hpp"

#include <algorithm>

namespace bonin {

std::string provider_name(std::string_view pg_provider) {
  std::string name(pg_provider);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return name;
}

Attestation attestation_of(std::string_view provider, Trait trait) noexcept {
  // Through INICIS_UNIFIED a Kakao user types in gender and nationality, a Naver user nationality, and nobody checks
  // them; the answer does not say which agency it was.
  if (provider == "INICIS_UNIFIED" && (trait == Trait::gender || trait == Trait::foreigner)) {
    return Attestation::self_declared_possible;
  }
  const bool known =
      provider == "DANAL" || provider == "KCP_V2" || provider == "INICIS_UNIFIED" || provider == "INICIS";
  return known ? Attestation::attested : Attestation::self_declared_possible;
}

}  // namespace bonin
