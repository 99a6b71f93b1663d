#include "lookup/ask.hpp"
#include "lookup/body.hpp"
#include "lookup/client.hpp"
#include "lookup/flow_request.hpp"
#include "lookup/record.hpp"
#include "lookup/refusal.hpp"
#include "token/renewed_credential.hpp"
#include "transport/url.hpp"

namespace bonin {

namespace {

Body list_body(const PortOneV2::ListQuery& query, const std::string& store_id) {
  Body filter = Body::object();
  put(filter, "storeId", store_id);
  put(filter, "timeRangeField", query.time_range_field);
  if (query.from) filter["from"] = to_string(*query.from);
  if (query.until) filter["until"] = to_string(*query.until);
  put(filter, "identityVerificationId", query.identity_verification_id);
  put(filter, "identityVerificationTxId", query.identity_verification_tx_id);
  if (query.is_test) filter["isTest"] = *query.is_test;
  if (!query.statuses.empty()) filter["statuses"] = query.statuses;
  put(filter, "pgTxId", query.pg_tx_id);
  put(filter, "pgMerchantId", query.pg_merchant_id);
  if (!query.pg_providers.empty()) filter["pgProviders"] = query.pg_providers;
  if (!query.pg_companies.empty()) filter["pgCompanies"] = query.pg_companies;
  if (!query.carriers.empty()) filter["carriers"] = query.carriers;
  put(filter, "version", query.version);
  Body customer = Body::object();
  put(customer, "name", query.customer_name);
  put(customer, "phoneNumber", query.customer_phone_number);
  put(customer, "birthYear", query.customer_birth_year);
  put(customer, "birthMonth", query.customer_birth_month);
  put(customer, "birthDay", query.customer_birth_day);
  put(customer, "gender", query.customer_gender);
  if (!customer.empty()) filter["customer"] = customer;

  Body body{{"page", {{"number", query.page}, {"size", query.page_size}}}};
  Body sort = Body::object();
  put(sort, "by", query.sort_by);
  put(sort, "order", query.sort_order);
  if (!sort.empty()) body["sort"] = sort;
  if (!filter.empty()) body["filter"] = filter;
  return body;
}

/// A step of an OTP: a POST that takes effect once, and waits for the provider.
Plan step_plan(std::string_view id) {
  Plan plan{&v2_refusal};
  plan.about = hash_of(id);
  plan.method = Method::post;
  plan.waits_for_provider = true;
  plan.idempotency_key = new_id();
  return plan;
}

}  // namespace

Result<std::shared_ptr<PortOneV2>> PortOneV2::create(Options options) {
  if (!options.auth && !options.api_secret.empty() && !options.api_key.empty()) {
    return invalid_argument("auth", "name `auth`: both `api_secret` and `api_key` are given");
  }
  const Auth way = options.auth.value_or(options.api_key.empty() ? Auth::secret : Auth::api_key);
  const bool by_key = way == Auth::api_key;
  const Secret& credential = by_key ? options.api_key : options.api_secret;
  if (auto ok = check_credential(credential, by_key ? "api_key" : "api_secret"); !ok) return std::move(ok.error());
  if (auto ok = check_token_text(options.store_id, "store_id"); !ok) return std::move(ok.error());
  auto attests = check_attests(options.attests);
  if (!attests) return std::move(attests.error());
  auto connection = check_connection(std::move(options.connection), "https://api.portone.io");
  if (!connection) return std::move(connection.error());
  if (auto ok = check_sandbox_credential(*connection.value(), credential, by_key ? "api_key" : "api_secret"); !ok) {
    return std::move(ok.error());
  }

  auto make_credential = [way, credential](Transport& transport,
                                           const Session& session) -> std::shared_ptr<Credential> {
    if (way == Auth::secret) return std::make_shared<SecretCredential>(credential);
    const TokenRoute route{transport, session.connection, session.health};
    auto source = way == Auth::login ? v2_login_source(route, credential) : v2_api_key_source(route, credential);
    return std::make_shared<RenewedCredential>(session.clock, session.health, std::move(source));
  };
  auto impl = std::shared_ptr<Impl>(new Impl{Sessions(std::move(connection.value()), std::move(options.clock),
                                                      std::move(attests.value()), std::move(make_credential)),
                                             FlowIds(Api::v2, credential)});
  return std::make_shared<PortOneV2>(std::move(impl), std::move(options.store_id));
}

std::string PortOneV2::path(std::string_view id, std::string_view step) const {
  std::string path = "/identity-verifications/";
  path.reserve(path.size() + id.size() + step.size() + store_id_.size() + 9);
  path += percent_encode(id);
  path += step;
  return path;
}

std::string PortOneV2::path_with_store(std::string_view id, std::string_view step) const {
  auto text = path(id, step);
  if (!store_id_.empty()) text += "?storeId=" + store_id_;
  return text;
}

Call PortOneV2::lookup(std::string_view id, const CallOptions& options, const Settle& settle,
                       Callback<VerificationPtr> done) const {
  if (refused(Api::v2, id, options, done)) return {};
  Plan plan{&v2_refusal};
  plan.about = hash_of(id);
  plan.path = path_with_store(id);
  plan.name = "GET /identity-verifications/{id}";
  plan.settle = settle;
  return ask(impl_->sessions, std::move(plan), options, std::move(done),
             [id = std::string(id), attests = impl_->sessions.attests()](std::string body) {
               return read_v2(std::move(body), id, attests);
             });
}

Call PortOneV2::list(const ListQuery& query, const CallOptions& options, Callback<Page> done) const {
  if (refused(options, done)) return {};
  if (query.page < 0) return done(invalid_argument("page", "page is negative")), Call{};
  if (query.page_size < 1 || query.page_size > 1000) {
    return done(invalid_argument("page_size", "page_size is `" + std::to_string(query.page_size) + "`, not 1 to 1000")),
           Call{};
  }
  auto text = dump(list_body(query, store_id_));
  if (!text) return done(std::move(text.error())), Call{};
  Plan plan{&v2_refusal};
  plan.path = "/identity-verifications?requestBody=" + percent_encode(text.value());
  plan.name = "GET /identity-verifications";
  return ask(
      impl_->sessions, std::move(plan), options, std::move(done),
      [attests = impl_->sessions.attests()](std::string body) { return read_v2_page(std::move(body), attests); });
}

Call PortOneV2::send(std::string_view id, const SendRequest& request, const CallOptions& options,
                     Callback<Done> done) const {
  if (refused(Api::v2, id, options, done)) return {};
  const std::pair<const char*, const std::string*> required[] = {
      {"channel_key", &request.channel_key}, {"name", &request.name},       {"phone_number", &request.phone_number},
      {"ip_address", &request.ip_address},   {"carrier", &request.carrier}, {"method", &request.method}};
  for (const auto& [parameter, text] : required) {
    if (text->empty()) return done(invalid_argument(parameter, std::string(parameter) + " is empty")), Call{};
  }
  Body customer = Body::object();
  put(customer, "id", request.customer_id);
  put(customer, "name", request.name);
  put(customer, "phoneNumber", request.phone_number);
  put(customer, "identityNumber", request.identity_number);
  put(customer, "ipAddress", request.ip_address);
  Body body = Body::object();
  put(body, "storeId", store_id_);
  put(body, "channelKey", request.channel_key);
  body["customer"] = std::move(customer);
  put(body, "customData", request.custom_data);
  if (!request.bypass.empty()) {
    auto bypass = parse_bypass(request.bypass);
    if (!bypass) return done(std::move(bypass.error())), Call{};
    body["bypass"] = std::move(bypass.value());
  }
  put(body, "operator", request.carrier);
  put(body, "method", request.method);
  auto text = dump(body);
  if (!text) return done(std::move(text.error())), Call{};

  Plan plan = step_plan(id);
  plan.path = path(id, "/send");
  plan.name = "POST /identity-verifications/{id}/send";
  plan.body = std::move(text.value());
  return ask(impl_->sessions, std::move(plan), options, std::move(done), &read_v2_done);
}

Call PortOneV2::resend(std::string_view id, const CallOptions& options, Callback<Done> done) const {
  if (refused(Api::v2, id, options, done)) return {};
  Plan plan = step_plan(id);
  plan.path = path_with_store(id, "/resend");
  plan.name = "POST /identity-verifications/{id}/resend";
  plan.body = "{}";
  return ask(impl_->sessions, std::move(plan), options, std::move(done), &read_v2_done);
}

Call PortOneV2::confirm(std::string_view id, std::string_view otp, const CallOptions& options,
                        Callback<VerificationPtr> done) const {
  if (refused(Api::v2, id, options, done)) return {};
  Body body = Body::object();
  put(body, "otp", std::string(otp));
  put(body, "storeId", store_id_);
  auto text = dump(body);
  if (!text) return done(std::move(text.error())), Call{};
  Plan plan = step_plan(id);
  plan.path = path(id, "/confirm");
  plan.name = "POST /identity-verifications/{id}/confirm";
  plan.body = std::move(text.value());
  return ask(impl_->sessions, std::move(plan), options, std::move(done),
             [id = std::string(id), attests = impl_->sessions.attests()](std::string answer) {
               return read_v2_confirmed(std::move(answer), id, attests);
             });
}

Result<Flow> PortOneV2::begin(std::string_view subject, const FlowOptions& options, Moment now) const {
  return with_v2_request(impl_->flow_ids.issue(who_begins(subject, options), now, new_id().substr(0, 8)), store_id_,
                         options);
}

Call PortOneV2::send_otp(const Flow& flow, const OtpPerson& person, const CallOptions& options,
                         Callback<std::string> done) const {
  SendRequest request;
  request.channel_key = person.channel_key;
  request.carrier = person.carrier;
  request.method = person.method.empty() ? "SMS" : person.method;
  request.name = person.name;
  request.phone_number = without_separators(person.phone);
  request.ip_address = person.ip_address;
  request.identity_number = person.identity_number;
  request.customer_id = person.customer_id;
  request.custom_data = person.custom_data;
  request.bypass = person.bypass;
  auto sent = [id = flow.id, done = std::move(done)](Result<Done> result) {
    if (!result) return done(std::move(result.error()));
    done(id);
  };
  return send(flow.id, request, options, std::move(sent));
}

Call PortOneV2::resend_otp(std::string_view id, const CallOptions& options, Callback<Done> done) const {
  return resend(id, options, std::move(done));
}

Call PortOneV2::confirm_otp(std::string_view id, std::string_view otp, const CallOptions& options,
                            Callback<VerificationPtr> done) const {
  return confirm(id, otp, options, std::move(done));
}

// The id of a flow is signed for its owner already.
std::string PortOneV2::seal(std::string_view id, const FlowOwner&, Moment) const { return std::string(id); }

std::optional<std::string> PortOneV2::open(std::string_view sealed, const FlowOwner& owner, Moment now) const {
  return issued(sealed, owner, now) ? std::optional(std::string(sealed)) : std::nullopt;
}

Begun PortOneV2::begun(const Verification& verification, const FlowOwner& owner, Moment now, bool looked_up) const {
  return impl_->flow_ids.judge(verification.id, owner, now, looked_up ? &verification.channel.key : nullptr);
}

}  // namespace bonin
