#include "policy/facts.hpp"

#include <algorithm>

#include "policy/document.hpp"
#include "policy/program.hpp"

namespace bonin::policy_detail {
namespace {

std::string want_string(const Json& value, const std::string& pointer) {
  const auto* text = value.get_ptr<const std::string*>();
  if (text == nullptr || text->size() > Expect::max_text) {
    refuse(pointer, "a text of at most " + std::to_string(Expect::max_text) + " bytes was expected");
  }
  return *text;
}

void read_text(const Json& facts, const char* key, const std::string& pointer, std::string& out) {
  if (facts.contains(key)) out = want_string(facts[key], pointer_to(pointer, key));
}

/// Which attributes are listed under `key`.
std::uint16_t read_names(const Json& person, const char* key, const std::string& pointer) {
  if (!person.contains(key)) return 0;
  const std::string at = pointer_to(pointer, key);
  if (!person[key].is_array()) refuse(at, "an array of attributes was expected");
  unsigned bits = 0;
  for (std::size_t i = 0; i < person[key].size(); ++i) {
    bits |= 1U << want_word(person[key][i], pointer_to(at, std::to_string(i)),
                            {"name", "birth_date", "gender", "foreigner", "phone", "carrier", "mvno", "ci", "di"});
  }
  return static_cast<std::uint16_t>(bits);
}

struct PersonReader {
  const Json& person;
  const std::string& pointer;
  std::uint16_t self_declared;
  std::uint16_t unreadable;

  template <class T, class Read>
  void read(Attr attr, Attribute<T>& out, const Read& read_value) const {
    const std::string key(attr_names[static_cast<std::size_t>(attr)]);
    const unsigned bit = 1U << static_cast<unsigned>(attr);
    if ((unreadable & bit) != 0) {
      out = Attribute<T>::unreadable();
    } else if (person.contains(key) && !person[key].is_null()) {
      const bool declared = (self_declared & bit) != 0;
      out = Attribute<T>(read_value(person[key], pointer_to(pointer, key)),
                         declared ? Attestation::self_declared_possible : Attestation::attested);
    }
  }
};

void read_person(const Json& json, const std::string& pointer, Person& out) {
  want_object(json, pointer,
              {"name", "birth_date", "gender", "foreigner", "phone", "carrier", "mvno", "ci", "di", "self_declared",
               "unreadable"});
  const PersonReader reader{json, pointer, read_names(json, "self_declared", pointer),
                            read_names(json, "unreadable", pointer)};
  reader.read(Attr::name, out.name, want_string);
  reader.read(Attr::birth_date, out.birth_date, want_date);
  reader.read(Attr::gender, out.gender, [](const Json& value, const std::string& at) {
    return static_cast<Gender>(want_word(value, at, {"male", "female", "other"}));
  });
  reader.read(Attr::foreigner, out.foreigner, want_bool);
  reader.read(Attr::phone, out.phone, want_string);
  reader.read(Attr::carrier, out.carrier, [](const Json& value, const std::string& at) {
    return static_cast<Carrier>(want_word(value, at, {"SKT", "KT", "LGU"}));
  });
  reader.read(Attr::mvno, out.mvno, want_bool);
  reader.read(Attr::ci, out.ci, want_string);
  reader.read(Attr::di, out.di, want_string);
}

}  // namespace

Moment want_moment(const Json& value, const std::string& pointer) {
  const auto* text = value.get_ptr<const std::string*>();
  const auto moment = text == nullptr ? std::nullopt : parse_moment(*text);
  if (!moment) refuse(pointer, "a time was expected, such as `2026-01-01T09:00:00+09:00`");
  return *moment;
}

VerificationPtr read_verification(const Json& facts, const std::string& pointer) {
  want_object(facts, pointer,
              {"id", "api", "status", "provider", "channel", "merchant_uid", "custom_data", "verified_at", "person"});
  auto out = std::make_shared<Verification>();
  out->id = "case";
  read_text(facts, "id", pointer, out->id);
  read_text(facts, "provider", pointer, out->provider);
  read_text(facts, "merchant_uid", pointer, out->merchant_uid);
  read_text(facts, "custom_data", pointer, out->custom_data);
  if (facts.contains("api")) out->api = static_cast<Api>(want_word(facts["api"], pointer + "/api", {"v1", "v2"}));
  if (facts.contains("status")) {
    out->status = static_cast<Status>(
        want_word(facts["status"], pointer + "/status", {"unknown", "ready", "verified", "failed"}));
  }
  if (facts.contains("channel")) {
    const Json& channel = facts["channel"];
    const std::string at = pointer + "/channel";
    want_object(channel, at, {"type", "key", "pg_merchant_id"});
    if (channel.contains("type")) {
      out->channel.type = static_cast<ChannelType>(
          want_word(channel["type"], at + "/type", {"missing", "unknown", "unmarked", "live", "test"}));
    }
    read_text(channel, "key", at, out->channel.key);
    read_text(channel, "pg_merchant_id", at, out->channel.pg_merchant_id);
  }
  if (facts.contains("verified_at")) out->verified_at = want_moment(facts["verified_at"], pointer + "/verified_at");
  if (facts.contains("person")) read_person(facts["person"], pointer + "/person", out->person);
  return out;
}

Expect read_expect(const Json& expect, const std::string& pointer) {
  want_object(expect, pointer, {"merchant_uid", "custom_data", "name", "phone", "birth_date"});
  Expect out;
  const auto read = [&](const char* key, std::optional<std::string>& field) {
    if (expect.contains(key)) field = want_string(expect[key], pointer_to(pointer, key));
  };
  read("merchant_uid", out.merchant_uid);
  read("custom_data", out.custom_data);
  read("name", out.name);
  read("phone", out.phone);
  if (expect.contains("birth_date")) out.birth_date = want_date(expect["birth_date"], pointer + "/birth_date");
  if (out.name && out.name->size() > Expect::max_name) {
    refuse(pointer + "/name", "a text of at most " + std::to_string(Expect::max_name) + " bytes was expected");
  }
  return out;
}

Standing read_standing(const Json& standing, const std::string& pointer) {
  want_object(standing, pointer, {"account", "reserved", "use", "banned", "rejoin_period_over", "place"});
  Standing out;
  if (standing.contains("account")) {
    out.account = static_cast<Standing::Account>(
        want_word(standing["account"], pointer + "/account", {"unknown", "none", "same", "other"}));
  }
  if (standing.contains("use")) {
    out.use = static_cast<Standing::Use>(
        want_word(standing["use"], pointer + "/use", {"unknown", "first", "same_subject", "other_subject"}));
  }
  if (standing.contains("place")) {
    out.place = static_cast<Standing::Place>(
        want_word(standing["place"], pointer + "/place",
                  {"unknown", "free", "has_account", "reserved", "banned", "rejoin_period", "two_persons", "no_key"}));
  }
  if (standing.contains("reserved")) out.reserved = want_bool(standing["reserved"], pointer + "/reserved");
  if (standing.contains("banned")) out.banned = want_bool(standing["banned"], pointer + "/banned");
  if (standing.contains("rejoin_period_over")) {
    out.rejoin_period_over = want_bool(standing["rejoin_period_over"], pointer + "/rejoin_period_over");
  }
  return out;
}

}  // namespace bonin::policy_detail
