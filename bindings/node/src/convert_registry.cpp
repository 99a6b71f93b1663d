#include "convert_registry.hpp"

#include "convert.hpp"

// Outside an anonymous namespace, because array_of() finds it by argument-dependent lookup.
static napi_value to_js(napi_env env, const bonin::PepperCount& count) {
  auto out = Napi::Object::New(env);
  out.Set("pepperId", to_js(env, count.pepper_id));
  out.Set("keys", to_js(env, count.keys));
  out.Set("writing", count.writing);
  out.Set("given", count.given);
  return out;
}

static napi_value to_js(napi_env env, const bonin::PersonRecord::Key& held) {
  Napi::Object out(env, to_js(env, held.key));
  out.Set("receivedAt", to_js(env, held.received_at));
  return out;
}

static napi_value to_js(napi_env env, const bonin::PersonRecord& record) {
  auto out = Napi::Object::New(env);
  out.Set("person", to_js(env, record.person));
  out.Set("accountId", text_or_undefined(env, record.account_id));
  out.Set("rejoinAt", value_or_undefined(env, record.rejoin_at));
  out.Set("banned", record.banned);
  out.Set("bannedUntil", value_or_undefined(env, record.banned_until));
  out.Set("banReason", text_or_undefined(env, record.ban_reason));
  out.Set("reservedUntil", value_or_undefined(env, record.reserved_until));
  out.Set("keys", array_of(env, record.keys));
  return out;
}

napi_value to_js(napi_env env, bonin::Done) { return undefined(env); }

napi_value to_js(napi_env env, std::int64_t number) {
  return Napi::Number::New(env, static_cast<double>(number));  // counts and row numbers: far below 2^53
}

napi_value to_js(napi_env env, const std::optional<std::string>& text) { return value_or_undefined(env, text); }

napi_value to_js(napi_env env, const bonin::Claim& claim) {
  auto out = Napi::Object::New(env);
  out.Set("outcome", to_js(env, bonin::to_string(claim.outcome)));
  out.Set("reason", text_or_undefined(env, claim.reason));
  out.Set("until", value_or_undefined(env, claim.until));
  out.Set("granted", claim.granted());
  return out;
}

napi_value to_js(napi_env env, const bonin::Standing& standing) {
  auto out = Napi::Object::New(env);
  out.Set("account", to_js(env, to_string(standing.account)));
  out.Set("reserved", standing.reserved);
  out.Set("use", to_js(env, standing.use));
  out.Set("banned", value_or_undefined(env, standing.banned));
  out.Set("bannedUntil", standing.banned_for_ever ? Napi::Value(Napi::Boolean::New(env, true))
                                                  : Napi::Value(env, value_or_undefined(env, standing.banned_until)));
  out.Set("rejoinPeriodOver", value_or_undefined(env, standing.rejoin_period_over));
  out.Set("rejoinAt", value_or_undefined(env, standing.rejoin_at));
  out.Set("place", to_js(env, to_string(standing.place)));
  return out;
}

napi_value to_js(napi_env env, bonin::Standing::Use use) { return to_js(env, to_string(use)); }

napi_value to_js(napi_env env, const bonin::Reservation& place) { return to_handle(env, place); }

napi_value to_js(napi_env env, const bonin::Admission& admission) {
  auto out = Napi::Object::New(env);
  out.Set("standing", to_js(env, admission.standing));
  out.Set("reservation", value_or_undefined(env, admission.reservation));
  return out;
}

napi_value to_js(napi_env env, const bonin::Reserved& reserved) {
  auto out = Napi::Object::New(env);
  out.Set("reservation", value_or_undefined(env, reserved.reservation));
  out.Set("reason", text_or_undefined(env, reserved.reason));
  return out;
}

napi_value to_js(napi_env env, const bonin::Counts& counts) {
  auto out = Napi::Object::New(env);
  out.Set("persons", to_js(env, counts.persons));
  out.Set("accounts", to_js(env, counts.accounts));
  out.Set("keys", to_js(env, counts.keys));
  out.Set("uses", to_js(env, counts.uses));
  return out;
}

napi_value to_js(napi_env env, const bonin::PersonKey& key) {
  auto out = Napi::Object::New(env);
  out.Set("kind", to_js(env, bonin::to_string(key.kind)));
  out.Set("pepperId", to_js(env, key.pepper_id));
  out.Set("hash", to_js(env, key.hash));
  out.Set("provider", text_or_undefined(env, key.provider));
  return out;
}

napi_value to_js(napi_env env, const bonin::PersonPage& page) {
  auto out = Napi::Object::New(env);
  out.Set("items", array_of(env, page.items));
  out.Set("next", to_js(env, page.next));
  return out;
}

napi_value to_js(napi_env env, const std::vector<bonin::PepperCount>& counts) { return array_of(env, counts); }
