#include "model/provider.hpp"

#include <algorithm>

#include "model/invalid_argument.hpp"

namespace bonin {
namespace {

bool contains(const Attests& names, std::string_view provider) noexcept {
  return std::find(names.begin(), names.end(), provider) != names.end();
}

}  // namespace

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

std::string_view loggable_provider(std::string_view provider) noexcept {
  constexpr std::size_t longest = 40;
  const bool plain = std::all_of(provider.begin(), provider.end(),
                                 [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; });
  return plain && provider.size() <= longest ? provider : std::string_view("not a name");
}

Attestation attestation_of(std::string_view provider, AttributeName attribute, const Attests& attests) noexcept {
  const Provider* const known = find_provider(provider);
  const bool checked = known != nullptr ? (known->self_declared & bit(attribute)) == 0 : contains(attests, provider);
  return checked ? Attestation::attested : Attestation::self_declared_possible;
}

bool is_unknown_provider(std::string_view provider, const Attests& attests) noexcept {
  return find_provider(provider) == nullptr && !contains(attests, provider);
}

bool page_chooses_di(std::string_view provider) noexcept {
  const Provider* const known = find_provider(provider);
  return known == nullptr || known->page_chooses_di;
}

Result<Attests> check_attests(const Attests& names) {
  constexpr std::size_t most = 20, longest = 40;
  if (names.size() > most) return invalid_argument("attests", "`attests` names more than 20 providers");
  Attests out;
  for (const auto& name : names) {
    const bool plain = !name.empty() && name.size() <= longest && std::all_of(name.begin(), name.end(), [](char c) {
      return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
    if (!plain) {
      return invalid_argument("attests", "`attests` must name providers as PortOne writes them, such as `NICE_V2`");
    }
    auto spelled = provider_name(name);
    if (find_provider(spelled) != nullptr) {
      return invalid_argument("attests", "`" + spelled + "` needs no mention in `attests`: bonin knows what it checks");
    }
    out.push_back(std::move(spelled));
  }
  return out;
}

}  // namespace bonin
