// Reads one fact of a verification at a time, when JavaScript asks for it.

#include <type_traits>

#include "convert.hpp"
#include "registers.hpp"

namespace verification_functions {

using bonin::Verification;

const Verification& record(const Info& info) { return *self<bonin::VerificationPtr>(info); }

/// Throws unless it is the handle of a verification.
Napi::Value check(const Info& info) {
  record(info);
  return info.Env().Undefined();
}

template <std::string Verification::*field>
Napi::Value text(const Info& info) {
  return {info.Env(), text_or_undefined(info.Env(), record(info).*field)};
}

template <std::optional<bonin::Moment> Verification::*field>
Napi::Value moment(const Info& info) {
  return {info.Env(), value_or_undefined(info.Env(), record(info).*field)};
}

template <auto field>
Napi::Value word(const Info& info) {
  return {info.Env(), to_js(info.Env(), bonin::to_string(record(info).*field))};
}

Napi::Value channel(const Info& info) {
  const auto env = info.Env();
  const auto& channel = record(info).channel;
  auto out = Napi::Object::New(env);
  out.Set("type", to_js(env, bonin::to_string(channel.type)));
  out.Set("id", text_or_undefined(env, channel.id));
  out.Set("key", text_or_undefined(env, channel.key));
  out.Set("name", text_or_undefined(env, channel.name));
  out.Set("pgMerchantId", text_or_undefined(env, channel.pg_merchant_id));
  return out;
}

Napi::Value failure(const Info& info) {
  const auto env = info.Env();
  const auto& failure = record(info).failure;
  if (!failure) return env.Undefined();
  auto out = Napi::Object::New(env);
  out.Set("reason", text_or_undefined(env, failure->reason));
  out.Set("pgCode", text_or_undefined(env, failure->pg_code));
  out.Set("pgMessage", text_or_undefined(env, failure->pg_message));
  return out;
}

Napi::Value describe(const Info& info) { return {info.Env(), to_js(info.Env(), bonin::describe(record(info)))}; }

// ---- attributes of the person, by their place in the core's table --------------------------------

// The text of a value, to compare in constant time.
std::string as_text(const std::string& value) { return value; }
std::string as_text(bonin::Date value) { return bonin::to_string(value); }
std::string as_text(bonin::Gender value) { return std::string(bonin::to_string(value)); }
std::string as_text(bonin::Carrier value) { return std::string(bonin::to_string(value)); }
std::string as_text(bool value) { return value ? "true" : "false"; }

// The value to compare with. A value of another type is refused; it is not merely unequal.
template <class T>
std::string given_text(const Info& info, const bonin::Attribute<T>&) {
  if constexpr (std::is_same_v<T, bool>) return as_text(to_bool(info.Env(), info[2], "value"));
  if constexpr (std::is_same_v<T, bonin::Date>) return as_text(to_date(info.Env(), info[2], "value"));
  return to_text(info.Env(), info[2], "value");
}

/// What `visit` makes of the attribute whose place is the second argument.
template <class Visit>
auto with_attribute(const Info& info, const Visit& visit) {
  const auto place = info[1].As<Napi::Number>().Uint32Value();
  if (place >= bonin::attributes.size()) throw Napi::RangeError::New(info.Env(), "no such attribute");
  return bonin::with_attribute(record(info).person, static_cast<bonin::AttributeName>(place), visit);
}

Napi::Value attestation(const Info& info) {
  return with_attribute(info, [&](const auto& attribute) {
    return Napi::Value(info.Env(), to_js(info.Env(), bonin::to_string(attribute.attestation())));
  });
}

Napi::Value masked(const Info& info) {
  return with_attribute(
      info, [&](const auto& attribute) { return Napi::Value(info.Env(), to_js(info.Env(), attribute.masked())); });
}

Napi::Value reveal(const Info& info) {
  return with_attribute(info, [&](const auto& attribute) {
    const auto* value = attribute.reveal();
    return Napi::Value(info.Env(), value == nullptr ? undefined(info.Env()) : to_js(info.Env(), *value));
  });
}

/// An absent attribute matches nothing.
Napi::Value matches(const Info& info) {
  return with_attribute(info, [&](const auto& attribute) -> Napi::Value {
    const auto given = given_text(info, attribute);
    const auto* value = attribute.reveal();
    return Napi::Boolean::New(info.Env(), value != nullptr && bonin::equal_in_constant_time(as_text(*value), given));
  });
}

}  // namespace verification_functions

void register_verification(Napi::Env env, Napi::Object exports) {
  using namespace verification_functions;
  auto functions = Napi::Object::New(env);
  define<check>(functions, "check");
  define<text<&Verification::id>>(functions, "id");
  define<word<&Verification::api>>(functions, "api");
  define<word<&Verification::status>>(functions, "status");
  define<text<&Verification::provider>>(functions, "provider");
  define<channel>(functions, "channel");
  define<text<&Verification::merchant_uid>>(functions, "merchantUid");
  define<text<&Verification::custom_data>>(functions, "customData");
  define<text<&Verification::customer_id>>(functions, "customerId");
  define<text<&Verification::origin>>(functions, "origin");
  define<text<&Verification::pg_tx_id>>(functions, "pgTxId");
  define<moment<&Verification::requested_at>>(functions, "requestedAt");
  define<moment<&Verification::verified_at>>(functions, "verifiedAt");
  define<failure>(functions, "failure");
  define<text<&Verification::raw>>(functions, "raw");
  define<describe>(functions, "describe");
  exports.Set("verification", functions);

  auto attribute = Napi::Object::New(env);
  define<attestation>(attribute, "attestation");
  define<masked>(attribute, "masked");
  define<reveal>(attribute, "reveal");
  define<matches>(attribute, "matches");
  exports.Set("attribute", attribute);
}
