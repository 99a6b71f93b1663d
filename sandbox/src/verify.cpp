#include "verify.hpp"

#include <algorithm>

#include "arguments.hpp"
#include "bonin/words.hpp"

namespace bonin::sandbox {
namespace {

/// A persona made of `person`, not yet named. CI and DI are made up unless they are given or null.
Result<Persona> read_person(const Json& json) {
  if (!json.is_object()) return bad_parameter("person", "must be an object");
  Arguments in(json, "person.");
  Persona made;
  Person& p = made.person;
  p.name = in.text("name");
  if (const auto birth = in.text("birth_date")) {
    p.birth_date = read_day(*birth);
    if (!p.birth_date) in.fail("birth_date", "must be a real date, `YYYY-MM-DD`");
  }
  p.gender = in.text("gender");
  if (p.gender) {
    p.gender = lower(*p.gender);
    if (*p.gender != "male" && *p.gender != "female" && *p.gender != "other") {
      in.fail("gender", "must be male, female or other");
    }
  }
  p.foreigner = in.flag("foreigner");
  p.phone = in.text("phone");
  p.carrier = in.text("carrier");
  p.mvno = in.flag("mvno").value_or(false);
  if (p.carrier) {
    if (const auto tail = p.carrier->find("_MVNO"); tail != std::string::npos) {
      p.carrier->resize(tail);
      p.mvno = true;
    }
    if (*p.carrier == "LGT") p.carrier = "LGU";
    if (*p.carrier != "SKT" && *p.carrier != "KT" && *p.carrier != "LGU") in.fail("carrier", "must be SKT, KT or LGU");
  }
  bool ci_given = false, di_given = false;
  p.ci = in.text("ci", &ci_given);
  p.di = in.text("di", &di_given);
  made.has_ci = !ci_given;
  made.has_di = !di_given;
  if (in.error()) return *in.error();
  return made;
}

std::optional<State> read_state(const std::string& text) {
  for (const State state : {State::ready, State::verified, State::failed}) {
    if (text == state_text(state)) return state;
  }
  return std::nullopt;
}

/// `provider`, `channel_type` and `status`, which `verify` and `add_person` share.
void read_way(Arguments& in, Persona& persona) {
  if (const auto provider = in.text("provider")) {
    if (provider->empty()) in.fail("provider", "must not be empty");
    persona.provider = *provider;
    for (char& c : persona.provider) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    if (persona.provider == "INICIS_UNIFIED") {
      // This provider reports neither DI nor carrier. A DI that the caller gives for a person stays.
      persona.has_di = false;
      persona.person.carrier.reset();
    }
  }
  bool given = false;
  const auto type = in.text("channel_type", &given);
  if (given) persona.channel_type = type;
  if (const auto status = in.text("status")) {
    if (const auto state = read_state(*status))
      persona.state = *state;
    else
      in.fail("status", "must be READY, VERIFIED or FAILED");
  }
}

/// The seed of a caller's own person: the same name, birth date and gender are the same person.
std::string seed_of(const Person& p) {
  return "person:" + p.name.value_or("") + ":" + (p.birth_date ? day_text(*p.birth_date) : "") + ":" +
         p.gender.value_or("");
}

}  // namespace

std::string merchant_of(std::string_view provider, const std::optional<std::string>& channel_type) {
  for (const auto& channel : channels()) {
    if (channel.provider == provider && channel.type == channel_type.value_or("LIVE")) {
      return std::string(channel.pg_merchant_id);
    }
  }
  if (provider == "INICIS_UNIFIED") return "MIIiasTest";
  return "sandbox";
}

namespace {

/// The persona that `verify` is to verify, and whether it is the caller's own person.
struct Who {
  Persona persona;
  bool own = false;
};

Result<Who> read_who(const World& world, Arguments& in) {
  const auto name = in.text("persona");
  const Json* own = in.take("person");
  if (own && name) return bad_parameter("person", "must not be given together with `persona`");
  if (own) {
    auto read = read_person(*own);
    if (!read) return std::move(read).error();
    return Who{std::move(read).value(), true};
  }
  const Persona* known = world.persona(name.value_or("adult"));
  if (in.take("persona") && !name) return bad_parameter("persona", "must be a string");
  if (known) return Who{*known, false};
  std::vector<std::string_view> names;
  for (const Persona& one : world.personas) names.push_back(one.name);
  return bad_parameter("persona", unknown("persona", *name, names));
}

/// `overrides` and `omit`, which change the raw answer.
void read_changes(Arguments& in, Record& record) {
  if (const Json* overrides = in.take("overrides"); overrides && !overrides->is_null()) {
    if (!overrides->is_object()) in.fail("overrides", "must be an object");
    for (const auto& [field, value] : overrides->items()) {
      if (std::count(field.begin(), field.end(), '/') > 16) in.fail("overrides", "must not reach deeper than 16 steps");
    }
    record.overrides = *overrides;
  }
  if (const Json* omit = in.take("omit"); omit && !omit->is_null()) {
    if (!omit->is_array()) in.fail("omit", "must be an array of names");
    for (const auto& item : *omit) {
      if (item.is_string())
        record.omit.push_back(item.get<std::string>());
      else
        in.fail("omit", "must be an array of names");
    }
  }
}

/// The key of the sandbox's channel of this provider and type; another one when there is none.
std::string channel_key_of(const Record& record) {
  for (const auto& channel : channels()) {
    if (channel.provider == record.provider && channel.type == record.channel_type.value_or("LIVE")) {
      return std::string(channel.key);
    }
  }
  return "channel-key-00000000-0000-4000-8000-000000000009";
}

/// The person of the record. CI and DI are made up where the caller gave none.
Person person_for(const Who& who, std::int64_t now, const std::string& pg_merchant_id, bool v1) {
  Person person = who.own ? who.persona.person : person_of(who.persona, now, pg_merchant_id);
  if (who.own) {
    const auto seed = seed_of(person);
    if (who.persona.has_ci) person.ci = make_ci(seed);
    if (who.persona.has_di) person.di = make_di(seed, pg_merchant_id);
  }
  if (who.persona.bare && v1) person.name.reset();
  return person;
}

}  // namespace

Result<Json> verify(World& world, const Json& arguments) {
  Arguments in(arguments, "");
  auto who = read_who(world, in);
  if (!who) return std::move(who).error();
  Persona& persona = who->persona;
  read_way(in, persona);

  Record record;
  const auto api = in.text("api").value_or("v2");
  if (api != "v1" && api != "v2") return bad_parameter("api", "must be v1 or v2");
  record.v1 = api == "v1";
  const auto id = in.text("id");
  if (id && (id->empty() || id->size() > 200)) in.fail("id", "must be 1 to 200 characters");
  record.merchant_uid = in.text("merchant_uid");
  record.custom_data = in.text("custom_data");
  record.customer_id = in.text("customer_id");
  const auto channel_key = in.text("channel_key");
  bool origin_given = false;
  record.origin = in.text("origin", &origin_given);
  if (!origin_given && !persona.bare) record.origin = "http://localhost/";
  const auto merchant = in.text("pg_merchant_id"), tx = in.text("pg_tx_id");
  const auto verified = in.time("verified_at_ms"), requested = in.time("requested_at_ms");
  read_changes(in, record);
  if (in.error()) return *in.error();

  const auto now = world.clock.now_ms();
  record.state = persona.state;
  record.provider = persona.provider;
  record.channel_type = persona.channel_type;
  record.pg_merchant_id = merchant ? *merchant : merchant_of(persona.provider, persona.channel_type);
  record.channel_key = channel_key ? *channel_key : channel_key_of(record);
  record.changed_ms = verified.value_or(now);
  record.requested_ms = requested.value_or(std::max<std::int64_t>(record.changed_ms - 60'000, 0));
  record.id = id ? *id : record.v1 ? world.records.new_imp_uid() : world.records.new_id();
  const bool shows_tx = record.state == State::verified && !(persona.bare && record.v1);
  if (tx) {
    record.pg_tx_id = *tx;
  } else if (shows_tx) {
    record.pg_tx_id = world.records.new_pg_tx_id(record.v1, record.provider, record.channel_type == "TEST");
  }
  record.person = person_for(who.value(), now, record.pg_merchant_id, record.v1);
  return Json{{"id", world.records.put(std::move(record)).id}};
}

Result<Json> add_person(World& world, const Json& arguments) {
  Arguments in(arguments, "");
  const auto name = in.text("name");
  const Json* own = in.take("person");
  if (!name || name->empty() || name->size() > 100) return bad_parameter("name", "must be 1 to 100 characters");
  if (!own) return bad_parameter("person", "is required");
  auto read = read_person(*own);
  if (!read) return std::move(read).error();
  Persona persona = std::move(read).value();
  persona.name = *name;
  persona.ko = in.text("ko").value_or(*name);
  persona.en = in.text("en").value_or(*name);
  read_way(in, persona);
  if (in.error()) return *in.error();
  if (world.persona(*name)) return bad_parameter("name", "is the name of another persona");
  world.personas.push_back(std::move(persona));
  return Json{{"name", *name}};
}

}  // namespace bonin::sandbox
