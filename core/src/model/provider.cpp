#include "model/provider.hpp"

#include <algorithm>

namespace bonin {

const Provider* find_provider(std::string_view name) noexcept {
  const auto* const found =
      std::find_if(providers.begin(), providers.end(), [name](const Provider& one) { return one.name == name; });
  return found == providers.end() ? nullptr : found;
}

std::string provider_name(std::string_view pg_provider) {
  std::string name(pg_provider);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return name;
}

Attestation attestation_of(std::string_view provider, AttributeName attribute) noexcept {
  const Provider* const known = find_provider(provider);
  const bool checked = known != nullptr && (known->self_declared & bit(attribute)) == 0;
  return checked ? Attestation::attested : Attestation::self_declared_possible;
}

}  // namespace bonin
