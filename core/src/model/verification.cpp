#include "bonin/verification.hpp"

namespace bonin {

std::string_view to_string(Api api) noexcept { return api == Api::v1 ? "v1" : "v2"; }

std::string_view to_string(Status status) noexcept {
  constexpr std::string_view names[] = {"unknown", "ready", "verified", "failed"};
  return names[static_cast<std::size_t>(status)];
}

std::string_view to_string(ChannelType type) noexcept {
  constexpr std::string_view names[] = {"missing", "unknown", "unmarked", "live", "test"};
  return names[static_cast<std::size_t>(type)];
}

std::string_view to_string(Attestation attestation) noexcept {
  constexpr std::string_view names[] = {"absent", "unreadable", "self_declared_possible", "attested"};
  return names[static_cast<std::size_t>(attestation)];
}

std::string_view to_string(Gender gender) noexcept {
  constexpr std::string_view names[] = {"male", "female", "other"};
  return names[static_cast<std::size_t>(gender)];
}

std::string_view to_string(Carrier carrier) noexcept {
  constexpr std::string_view names[] = {"SKT", "KT", "LGU"};
  return names[static_cast<std::size_t>(carrier)];
}

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
  show(text, "name", person.name);
  show(text, "birth_date", person.birth_date);
  show(text, "gender", person.gender);
  show(text, "foreigner", person.foreigner);
  show(text, "phone", person.phone);
  show(text, "carrier", person.carrier);
  show(text, "mvno", person.mvno);
  show(text, "ci", person.ci);
  show(text, "di", person.di);
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
