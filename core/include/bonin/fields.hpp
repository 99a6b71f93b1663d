#pragma once
// The fields of every request, once: a language's binding reads its arguments by them.
//
//   each_field(request, [&](std::string_view name, auto& field, FieldKind kind) { ... });
//
// The type of a field says what it takes; the kind says what its type cannot.

#include <string_view>

#include "bonin/otp.hpp"
#include "bonin/portone.hpp"
#include "bonin/web.hpp"
#include "bonin/words.hpp"

namespace bonin {

template <>
inline constexpr std::array<std::string_view, 3> words<PortOneV2::Auth>{"secret", "login", "api_key"};
static_assert(words<PortOneV2::Auth>.size() == static_cast<std::size_t>(PortOneV2::Auth::api_key) + 1);

enum class FieldKind : std::uint8_t {
  plain,
  json,  // a text that holds JSON: a language takes its own objects as well
  path,  // a text that names a file
};

template <class Visit>
void each_field(ConnectionOptions& options, const Visit& visit) {
  visit("base_url", options.base_url, FieldKind::plain);
  visit("timeout_ms", options.timeout, FieldKind::plain);
  visit("provider_timeout_ms", options.provider_timeout, FieldKind::plain);
  visit("connect_timeout_ms", options.connect_timeout, FieldKind::plain);
  visit("max_attempts", options.max_attempts, FieldKind::plain);
  visit("max_calls", options.max_calls, FieldKind::plain);
  visit("ca_file", options.ca_file, FieldKind::path);
  visit("proxy", options.proxy, FieldKind::plain);
  visit("allow_insecure_sandbox", options.allow_insecure_sandbox, FieldKind::plain);
}

/// All but `v2`, which is a client.
template <class Visit>
void each_field(PortOneV1::Options& options, const Visit& visit) {
  visit("imp_key", options.imp_key, FieldKind::plain);
  visit("imp_secret", options.imp_secret, FieldKind::plain);
  visit("tier", options.tier, FieldKind::plain);
  visit("attests", options.attests, FieldKind::plain);
  each_field(options.connection, visit);
}

/// All but `auth`, which is a word.
template <class Visit>
void each_field(PortOneV2::Options& options, const Visit& visit) {
  visit("api_secret", options.api_secret, FieldKind::plain);
  visit("api_key", options.api_key, FieldKind::plain);
  visit("store_id", options.store_id, FieldKind::plain);
  visit("attests", options.attests, FieldKind::plain);
  each_field(options.connection, visit);
}

template <class Visit>
void each_field(PortOneV1::OtpRequest& request, const Visit& visit) {
  visit("name", request.name, FieldKind::plain);
  visit("phone", request.phone, FieldKind::plain);
  visit("birth", request.birth, FieldKind::plain);
  visit("gender_digit", request.gender_digit, FieldKind::plain);
  visit("carrier", request.carrier, FieldKind::plain);
  visit("is_mvno", request.is_mvno, FieldKind::plain);
  visit("channel_key", request.channel_key, FieldKind::plain);
  visit("company", request.company, FieldKind::plain);
  visit("merchant_uid", request.merchant_uid, FieldKind::plain);
  visit("pg", request.pg, FieldKind::plain);
  visit("verification_method", request.verification_method, FieldKind::plain);
  visit("ip_address", request.ip_address, FieldKind::plain);
  visit("bypass", request.bypass, FieldKind::json);
}

template <class Visit>
void each_field(PortOneV2::SendRequest& request, const Visit& visit) {
  visit("channel_key", request.channel_key, FieldKind::plain);
  visit("carrier", request.carrier, FieldKind::plain);
  visit("method", request.method, FieldKind::plain);
  visit("name", request.name, FieldKind::plain);
  visit("phone_number", request.phone_number, FieldKind::plain);
  visit("ip_address", request.ip_address, FieldKind::plain);
  visit("identity_number", request.identity_number, FieldKind::plain);
  visit("customer_id", request.customer_id, FieldKind::plain);
  visit("custom_data", request.custom_data, FieldKind::plain);
  visit("bypass", request.bypass, FieldKind::json);
}

/// `from` is `from_` in Python, where `from` is a keyword.
template <class Visit>
void each_field(PortOneV2::ListQuery& query, const Visit& visit) {
  visit("from", query.from, FieldKind::plain);
  visit("until", query.until, FieldKind::plain);
  visit("time_range_field", query.time_range_field, FieldKind::plain);
  visit("statuses", query.statuses, FieldKind::plain);
  visit("pg_providers", query.pg_providers, FieldKind::plain);
  visit("pg_companies", query.pg_companies, FieldKind::plain);
  visit("carriers", query.carriers, FieldKind::plain);
  visit("is_test", query.is_test, FieldKind::plain);
  visit("identity_verification_id", query.identity_verification_id, FieldKind::plain);
  visit("identity_verification_tx_id", query.identity_verification_tx_id, FieldKind::plain);
  visit("pg_tx_id", query.pg_tx_id, FieldKind::plain);
  visit("pg_merchant_id", query.pg_merchant_id, FieldKind::plain);
  visit("version", query.version, FieldKind::plain);
  visit("customer_name", query.customer_name, FieldKind::plain);
  visit("customer_phone_number", query.customer_phone_number, FieldKind::plain);
  visit("customer_birth_year", query.customer_birth_year, FieldKind::plain);
  visit("customer_birth_month", query.customer_birth_month, FieldKind::plain);
  visit("customer_birth_day", query.customer_birth_day, FieldKind::plain);
  visit("customer_gender", query.customer_gender, FieldKind::plain);
  visit("sort_by", query.sort_by, FieldKind::plain);
  visit("sort_order", query.sort_order, FieldKind::plain);
  visit("page", query.page, FieldKind::plain);
  visit("page_size", query.page_size, FieldKind::plain);
}

template <class Visit>
void each_field(FlowOptions& options, const Visit& visit) {
  visit("channel_key", options.channel_key, FieldKind::plain);
  visit("redirect_url", options.redirect_url, FieldKind::plain);
  visit("customer", options.customer, FieldKind::json);
  visit("bypass", options.bypass, FieldKind::json);
  visit("window_type", options.window_type, FieldKind::json);
  visit("force_redirect", options.force_redirect, FieldKind::plain);
  visit("custom_data", options.custom_data, FieldKind::plain);
  visit("iframe", options.iframe, FieldKind::json);
  visit("pg", options.pg, FieldKind::plain);
  visit("name", options.name, FieldKind::plain);
  visit("phone", options.phone, FieldKind::plain);
  visit("carrier", options.carrier, FieldKind::plain);
  visit("min_age", options.min_age, FieldKind::plain);
  visit("company", options.company, FieldKind::plain);
  visit("popup", options.popup, FieldKind::json);
  visit("provider", options.provider, FieldKind::plain);
  visit("bind_channel", options.bind_channel, FieldKind::plain);
  visit("guardian_of", options.guardian_of, FieldKind::plain);
}

template <class Visit>
void each_field(OtpPerson& person, const Visit& visit) {
  visit("channel_key", person.channel_key, FieldKind::plain);
  visit("name", person.name, FieldKind::plain);
  visit("phone", person.phone, FieldKind::plain);
  visit("identity_number", person.identity_number, FieldKind::plain);
  visit("carrier", person.carrier, FieldKind::plain);
  visit("ip_address", person.ip_address, FieldKind::plain);
  visit("method", person.method, FieldKind::plain);
  visit("company", person.company, FieldKind::plain);
  visit("customer_id", person.customer_id, FieldKind::plain);
  visit("custom_data", person.custom_data, FieldKind::plain);
  visit("bypass", person.bypass, FieldKind::json);
}

template <class Visit>
void each_field(web::SubjectCookie& cookie, const Visit& visit) {
  visit("same_site", cookie.same_site, FieldKind::plain);
  visit("secure", cookie.secure, FieldKind::plain);
  visit("partitioned", cookie.partitioned, FieldKind::plain);
  visit("domain", cookie.domain, FieldKind::plain);
}

template <class Visit>
void each_field(OtpLimits& limits, const Visit& visit) {
  visit("sends_per_subject", limits.sends_per_subject, FieldKind::plain);
  visit("sends_per_phone", limits.sends_per_phone, FieldKind::plain);
  visit("sends_per_address", limits.sends_per_address, FieldKind::plain);
  visit("codes_per_id", limits.codes_per_id, FieldKind::plain);
}

}  // namespace bonin
