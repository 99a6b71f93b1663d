#include "policy/facts.hpp"

#include "bonin/words.hpp"

namespace bonin::policy_detail {
namespace {

void read_text(const Place& facts, const char* key, std::string& out) {
  if (facts.has(key)) out = facts.at(key).any_text(Expect::max_text);
}

template <class Enum>
void read_word(const Place& facts, const char* key, Enum& out) {
  if (facts.has(key)) out = static_cast<Enum>(facts.at(key).word(words<Enum>));
}

void read_flag(const Place& facts, const char* key, std::optional<bool>& out) {
  if (facts.has(key)) out = facts.at(key).boolean();
}

/// The attributes that are listed under `key`, as bits.
std::uint16_t read_names(const Place& person, const char* key) {
  if (!person.has(key)) return 0;
  const Place names = person.at(key);
  unsigned bits = 0;
  if (!names.array(0, SIZE_MAX, "an array of attributes")) return 0;
  for (std::size_t i = 0; i < names.size(); ++i) bits |= 1U << names.at(i).word(names_of(attributes));
  return static_cast<std::uint16_t>(bits);
}

void read_value(const Place& value, std::string& out) { out = value.any_text(Expect::max_text); }
void read_value(const Place& value, Date& out) { out = value.date(); }
void read_value(const Place& value, Gender& out) { out = static_cast<Gender>(value.word(words<Gender>)); }
void read_value(const Place& value, Carrier& out) { out = static_cast<Carrier>(value.word(words<Carrier>)); }
void read_value(const Place& value, bool& out) { out = value.boolean(); }

template <class T>
void read_attribute(const Place& value, std::uint16_t bit, std::uint16_t self_declared, std::uint16_t unreadable,
                    Attribute<T>& out) {
  if ((unreadable & bit) != 0) {
    out = Attribute<T>::unreadable();
  } else if (!value.json().is_null()) {
    T read{};
    read_value(value, read);
    const bool declared = (self_declared & bit) != 0;
    out = Attribute<T>(std::move(read), declared ? Attestation::self_declared_possible : Attestation::attested);
  }
}

void read_person(const Place& json, Person& out) {
  if (!json.object({"name", "birth_date", "gender", "foreigner", "phone", "carrier", "mvno", "ci", "di",
                    "self_declared", "unreadable"})) {
    return;
  }
  const auto self_declared = read_names(json, "self_declared"), unreadable = read_names(json, "unreadable");
  for (const AttributeInfo& info : attributes) {
    with_attribute(out, info.attribute, [&](auto& attribute) {
      read_attribute(json.at(info.name), bit(info.attribute), self_declared, unreadable, attribute);
    });
  }
}

void read_channel(const Place& json, Channel& out) {
  if (!json.object({"type", "key", "pg_merchant_id"})) return;
  read_word(json, "type", out.type);
  read_text(json, "key", out.key);
  read_text(json, "pg_merchant_id", out.pg_merchant_id);
}

}  // namespace

VerificationPtr read_verification(const Place& facts) {
  auto out = std::make_shared<Verification>();
  if (!facts.object({"id", "api", "status", "provider", "channel", "merchant_uid", "custom_data", "customer_id",
                     "verified_at", "person"})) {
    return out;
  }
  out->id = "case";
  read_text(facts, "id", out->id);
  read_text(facts, "provider", out->provider);
  read_text(facts, "merchant_uid", out->merchant_uid);
  read_text(facts, "custom_data", out->custom_data);
  read_text(facts, "customer_id", out->customer_id);
  read_word(facts, "api", out->api);
  read_word(facts, "status", out->status);
  if (facts.has("channel")) read_channel(facts.at("channel"), out->channel);
  if (facts.has("verified_at")) out->verified_at = facts.at("verified_at").moment();
  if (facts.has("person")) read_person(facts.at("person"), out->person);
  return out;
}

Expect read_expect(const Place& expect) {
  Expect out;
  if (!expect.object(names_of(expect_fields))) return out;
  for (const ExpectFieldInfo& field : expect_fields) {
    if (!expect.has(field.name)) continue;
    const Place value = expect.at(field.name);
    if (field.text != nullptr) {
      out.*field.text = value.any_text(field.max_bytes);
    } else {
      out.*field.date = value.date();
    }
  }
  return out;
}

Standing read_standing(const Place& standing) {
  Standing out;
  if (!standing.object(
          {"account", "reserved", "use", "banned", "banned_until", "rejoin_period_over", "rejoin_at", "place"})) {
    return out;
  }
  read_word(standing, "account", out.account);
  read_word(standing, "use", out.use);
  read_word(standing, "place", out.place);
  if (standing.has("reserved")) out.reserved = standing.at("reserved").boolean();
  read_flag(standing, "banned", out.banned);
  read_flag(standing, "rejoin_period_over", out.rejoin_period_over);
  if (standing.has("banned_until")) {
    const Place until = standing.at("banned_until");
    out.banned_for_ever = until.json() == true;
    if (!out.banned_for_ever) out.banned_until = until.moment();
  }
  if (standing.has("rejoin_at")) out.rejoin_at = standing.at("rejoin_at").moment();
  return out;
}

}  // namespace bonin::policy_detail
