#include "environment.hpp"
#include "portone.hpp"
#include "registers.hpp"

namespace portone_v2_noun {

using bonin::PortOneV2;

/// The credential says which it is; two of them do not.
PortOneV2::Auth to_auth(Napi::Env env, std::optional<std::size_t> given, const PortOneV2::Options& options) {
  if (given) return static_cast<PortOneV2::Auth>(*given);
  if (options.api_key.empty()) return options.auth;
  if (!options.api_secret.empty()) {
    raise(env, bonin::ErrorKind::invalid_argument, "name `auth`: both `apiSecret` and `apiKey` are given", "auth");
  }
  return PortOneV2::Auth::api_key;
}

Napi::Value create(const Info& info) {
  const auto env = info.Env();
  PortOneV2::Options made;
  std::optional<std::size_t> auth;
  Options options(env, info[0], "options");
  options.secret("apiSecret", made.api_secret);
  options.secret("apiKey", made.api_key);
  options.word("auth", {"secret", "login", "api_key"}, auth);
  options.text("storeId", made.store_id);
  read_connection(options, made.connection);
  options.finish();
  made.auth = to_auth(env, auth, made);
  return {env, to_handle(env, PortOnePtr(take(env, PortOneV2::create(std::move(made)))))};
}

/// client, slot, query, timeoutMs
Napi::Value list_page(const Info& info) {
  PortOneV2::ListQuery query;
  Options options(info.Env(), info[2], "query");
  options.moment("from", query.from);
  options.moment("until", query.until);
  options.text("timeRangeField", query.time_range_field);
  options.texts("statuses", query.statuses);
  options.texts("pgProviders", query.pg_providers);
  options.texts("carriers", query.carriers);
  options.boolean("isTest", query.is_test);
  options.text("identityVerificationId", query.identity_verification_id);
  options.text("pgTxId", query.pg_tx_id);
  options.text("pgMerchantId", query.pg_merchant_id);
  options.text("version", query.version);
  options.text("customerName", query.customer_name);
  options.text("customerPhoneNumber", query.customer_phone_number);
  options.text("sortBy", query.sort_by);
  options.text("sortOrder", query.sort_order);
  options.integer("page", query.page);
  options.integer("pageSize", query.page_size);
  options.finish();
  const auto call = call_options(info);
  Environment::of(info.Env()).begin<PortOneV2::Page>(slot_of(info), [&](auto done) {
    return client<PortOneV2>(info).list(query, call, std::move(done));
  });
  return info.Env().Undefined();
}

/// client, slot, id, timeoutMs, request
Napi::Value send(const Info& info) {
  const auto id = id_of(info, "id");
  const auto call = call_options(info);
  PortOneV2::SendRequest request;
  Options options(info.Env(), info[4], "request");
  options.text("channelKey", request.channel_key);
  options.text("carrier", request.carrier);
  options.text("method", request.method);
  options.text("name", request.name);
  options.text("phoneNumber", request.phone_number);
  options.text("ipAddress", request.ip_address);
  options.text("identityNumber", request.identity_number);
  options.text("customerId", request.customer_id);
  options.text("customData", request.custom_data);
  options.text("bypass", request.bypass);
  options.finish();
  Environment::of(info.Env()).begin<bonin::Done>(slot_of(info), [&](auto done) {
    return client<PortOneV2>(info).send(id, request, call, std::move(done));
  });
  return info.Env().Undefined();
}

Napi::Value resend(const Info& info) {
  const auto id = id_of(info, "id");
  const auto options = call_options(info);
  Environment::of(info.Env()).begin<bonin::Done>(slot_of(info), [&](auto done) {
    return client<PortOneV2>(info).resend(id, options, std::move(done));
  });
  return info.Env().Undefined();
}

/// client, slot, id, timeoutMs, otp
Napi::Value confirm(const Info& info) {
  const auto id = id_of(info, "id");
  const auto options = call_options(info);
  const auto otp = is_given(info.Env(), info[4]) ? to_text(info.Env(), info[4], "otp") : std::string();
  Environment::of(info.Env()).begin<bonin::VerificationPtr>(slot_of(info), [&](auto done) {
    return client<PortOneV2>(info).confirm(id, otp, options, std::move(done));
  });
  return info.Env().Undefined();
}

}  // namespace portone_v2_noun

void register_portone_v2(Napi::Env env, Napi::Object exports) {
  using namespace portone_v2_noun;
  auto noun = Napi::Object::New(env);
  define<create>(noun, "create");
  define<list_page>(noun, "listPage");
  define<send>(noun, "send");
  define<resend>(noun, "resend");
  define<confirm>(noun, "confirm");
  exports.Set("portoneV2", noun);
}
