#include "bonin/verification.hpp"

#include "bonin/attributes.hpp"
#include "bonin/words.hpp"

namespace bonin {

std::string_view to_string(Api api) noexcept { return word(api); }
std::string_view to_string(Status status) noexcept { return word(status); }
std::string_view to_string(ChannelType type) noexcept { return word(type); }
std::string_view to_string(Attestation attestation) noexcept { return word(attestation); }
std::string_view to_string(Gender gender) noexcept { return word(gender); }
std::string_view to_string(Carrier carrier) noexcept { return word(carrier); }

namespace {

template <class T>
void show(std::string& text, std::string_view name, const Attribute<T>& attribute) {
  if (text.back() != '(') text += ", ";
  text += name;
  text += '=';
  text += attribute.masked();
  if (attribute.attestation() == Attestation::self_declared_possible) text += " (self-declared?)";
}

}  // namespace

std::string describe(const Person& person) {
  std::string text = "Person(";
  for (const AttributeInfo& info : attributes) {
    with_attribute(person, info.attribute, [&](const auto& attribute) { show(text, info.name, attribute); });
  }
  return text + ")";
}

std::string describe(const Verification& verification) {
  std::string text = "Verification(id=" + verification.id;
  const auto add = [&text](std::string_view name, std::string_view value) {
    text += ", ";
    text += name;
    text += '=';
    text += value;
  };
  add("api", to_string(verification.api));
  add("status", to_string(verification.status));
  add("channel", to_string(verification.channel.type));
  if (!verification.provider.empty()) add("provider", verification.provider);
  if (verification.verified_at) add("verified_at", to_string(*verification.verified_at));
  add("person", describe(verification.person));
  return text + ")";
}

}  // namespace bonin
