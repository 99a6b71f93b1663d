#include "lookup/ask.hpp"
#include "lookup/body.hpp"
#include "lookup/client.hpp"
#include "lookup/flow_request.hpp"
#include "lookup/record.hpp"
#include "lookup/refusal.hpp"
#include "model/joined_checks.hpp"
#include "model/steps.hpp"
#include "token/renewed_credential.hpp"

namespace bonin {

Result<std::shared_ptr<PortOneV1>> PortOneV1::create(Options options) {
  if (auto ok = check_credential(options.imp_key, "imp_key"); !ok) return std::move(ok.error());
  if (auto ok = check_credential(options.imp_secret, "imp_secret"); !ok) return std::move(ok.error());
  if (auto ok = check_token_text(options.tier, "tier"); !ok) return std::move(ok.error());
  auto attests = check_attests(options.attests);
  if (!attests) return std::move(attests.error());
  if (options.v2 && options.v2->api() != Api::v2) return invalid_argument("v2", "`v2` must be a PortOneV2");
  auto connection = check_connection(std::move(options.connection), "https://api.iamport.kr");
  if (!connection) return std::move(connection.error());
  if (auto ok = check_sandbox_credential(*connection.value(), options.imp_secret, "imp_secret"); !ok) {
    return std::move(ok.error());
  }

  FlowIds flow_ids(Api::v1, options.imp_secret);
  auto make_credential = [key = std::move(options.imp_key), secret = std::move(options.imp_secret),
                          tier = std::move(options.tier)](Transport& transport, const Session& session) {
    std::vector<std::string> extra;
    if (!tier.empty()) extra.push_back("Tier: " + tier);
    return std::make_shared<RenewedCredential>(
        session.clock, session.health, v1_token_source({transport, session.connection, session.health}, key, secret),
        std::move(extra));
  };
  auto impl = std::shared_ptr<Impl>(new Impl{Sessions(std::move(connection.value()), std::move(options.clock),
                                                      std::move(attests.value()), std::move(make_credential)),
                                             std::move(flow_ids)});
  return std::make_shared<PortOneV1>(std::move(impl), std::move(options.v2));
}

namespace {

/// The V1 verification with the channel that V2 tells of it. A test merchant that V1 shows stays one.
Result<VerificationPtr> with_mark(const Verification& v1, const Result<VerificationPtr>& v2) {
  auto marked = std::make_shared<Verification>(v1);
  const bool is_test = v1.channel.type == ChannelType::test;
  marked->channel = {};
  if (v2) {
    const Verification& told = *v2.value();
    if (!told.provider.empty() && told.provider != v1.provider) {
      return make_error(ErrorKind::mismatched_answer, "V1 and V2 name different providers for the same imp_uid");
    }
    marked->channel = told.channel;
  } else if (v2.error().kind != ErrorKind::not_found) {
    return v2.error();
  }
  if (is_test) marked->channel.type = ChannelType::test;
  return VerificationPtr(std::move(marked));
}

}  // namespace

template <class Ask>
Call PortOneV1::marked(const CallOptions& options, std::chrono::milliseconds timeout,
                       std::function<bool(const Verification&)> wanted, Callback<VerificationPtr> done,
                       const Ask& ask) const {
  if (!v2_) return ask(options, std::move(done));
  Entry place;
  if (!options.is_step) {
    auto entered = enter();
    if (!entered) return done(std::move(entered.error())), Call{};
    place = std::move(entered.value());
  }
  const auto steps =
      std::make_shared<Steps>(impl_->sessions.clock(), options.timeout.value_or(timeout), options.caller);
  auto read = [v2 = v2_, steps, place = std::move(place), wanted = std::move(wanted),
               done = std::move(done)](Result<VerificationPtr> found) {
    if (!found || found.value()->status != Status::verified) return done(std::move(found));
    if (wanted && !wanted(*found.value())) return done(std::move(found));
    const auto left = steps->left();
    if (!left) return done(left.error());
    auto mark = [v1 = found.value(), done](const Result<VerificationPtr>& told) { done(with_mark(*v1, told)); };
    steps->begin([&] { return v2->lookup(found.value()->id, left.value(), std::move(mark)); });
  };
  steps->begin(
      [&] { return ask(CallOptions{options.timeout.value_or(timeout), options.caller, true}, std::move(read)); });
  return Call(steps);
}

Call PortOneV1::lookup(std::string_view imp_uid, const CallOptions& options, const Settle& settle,
                       Callback<VerificationPtr> done) const {
  if (refused(Api::v1, imp_uid, options, done)) return {};
  Plan plan{&v1_refusal};
  plan.about = hash_of(imp_uid);
  plan.path = "/certifications/";
  plan.path += imp_uid;
  plan.name = "GET /certifications/{imp_uid}";
  plan.settle = settle;
  return marked(options, this->timeout(), settle.wants_channel, std::move(done),
                [&](const CallOptions& call, Callback<VerificationPtr> then) {
                  return ask(impl_->sessions, std::move(plan), call, std::move(then),
                             [id = std::string(imp_uid), attests = impl_->sessions.attests()](std::string body) {
                               return read_v1(std::move(body), id, attests);
                             });
                });
}

Call PortOneV1::check(const CallOptions& options, Callback<CheckReport> done) const {
  if (!v2_ || (options.timeout && !check_timeout(*options.timeout, "timeout_ms"))) {
    return PortOneClient::check(options, std::move(done));
  }
  const auto both = std::make_shared<JoinedChecks>(2, std::move(done));
  both->keep(PortOneClient::check(options, both->part(0)));
  both->keep(v2_->check(options, [part = both->part(1)](Result<CheckReport> report) {
    if (!report) return part(std::move(report));
    std::erase_if(report.value().checks, [](const Check& check) { return check.name != "credentials"; });
    for (auto& check : report.value().checks) check.name = "credentials_v2";
    part(std::move(report));
  }));
  return Call(both);
}

Call PortOneV1::request_otp(const OtpRequest& request, const CallOptions& options, Callback<std::string> done) const {
  const std::pair<const char*, const std::string*> required[] = {
      {"name", &request.name},       {"phone", &request.phone},
      {"birth", &request.birth},     {"gender_digit", &request.gender_digit},
      {"carrier", &request.carrier}, {"channel_key", &request.channel_key}};
  for (const auto& [parameter, text] : required) {
    if (text->empty()) return done(invalid_argument(parameter, std::string(parameter) + " is empty")), Call{};
  }
  if (refused(options, done)) return {};
  Body body{{"name", request.name},
            {"phone", request.phone},
            {"birth", request.birth},
            {"gender_digit", request.gender_digit},
            {"carrier", request.carrier == "LGU" ? "LGT" : request.carrier},
            {"is_mvno", request.is_mvno},
            {"channel_key", request.channel_key}};
  put(body, "company", request.company);
  put(body, "merchant_uid", request.merchant_uid);
  put(body, "pg", request.pg);
  put(body, "verification_method", request.verification_method);
  put(body, "ip", request.ip_address);
  if (!request.bypass.empty()) {
    if (auto bypass = parse_bypass(request.bypass); !bypass) return done(std::move(bypass.error())), Call{};
    body["bypass"] = request.bypass;  // V1 wants it as text
  }
  auto text = dump(body);
  if (!text) return done(std::move(text.error())), Call{};

  Plan plan{&v1_otp_refusal};
  plan.waits_for_provider = true;
  plan.about = hash_of(request.phone);
  plan.method = Method::post;
  plan.path = "/certifications/otp/request";
  plan.name = "POST /certifications/otp/request";
  plan.body = std::move(text.value());
  return ask(impl_->sessions, std::move(plan), options, std::move(done), &read_v1_imp_uid);
}

Call PortOneV1::confirm_otp(std::string_view imp_uid, std::string_view otp, const CallOptions& options,
                            Callback<VerificationPtr> done) const {
  if (refused(Api::v1, imp_uid, options, done)) return {};
  Body body = Body::object();
  put(body, "otp", std::string(otp));
  auto text = dump(body);
  if (!text) return done(std::move(text.error())), Call{};
  Plan plan{&v1_otp_refusal};
  plan.waits_for_provider = true;
  plan.about = hash_of(imp_uid);
  plan.method = Method::post;
  plan.path = "/certifications/otp/confirm/";
  plan.path += imp_uid;
  plan.name = "POST /certifications/otp/confirm/{imp_uid}";
  plan.body = std::move(text.value());
  const auto timeout = impl_->sessions.connection().provider_timeout;
  return marked(options, timeout, nullptr, std::move(done),
                [&](const CallOptions& call, Callback<VerificationPtr> then) {
                  return ask(impl_->sessions, std::move(plan), call, std::move(then),
                             [id = std::string(imp_uid), attests = impl_->sessions.attests()](std::string answer) {
                               return read_v1_confirmed(std::move(answer), id, attests);
                             });
                });
}

Call PortOneV1::erase(std::string_view imp_uid, const CallOptions& options, Callback<Done> done) const {
  if (refused(Api::v1, imp_uid, options, done)) return {};
  Plan plan{&v1_refusal};
  plan.about = hash_of(imp_uid);
  plan.method = Method::erase;
  plan.path = "/certifications/";
  plan.path += imp_uid;
  plan.name = "DELETE /certifications/{imp_uid}";
  return ask(impl_->sessions, std::move(plan), options, std::move(done), &read_v1_done);
}

Result<Flow> PortOneV1::begin(std::string_view subject, const FlowOptions& options, Moment now) const {
  if (options.bind_channel && !v2_) {
    return invalid_argument("bind_channel",
                            "a V1 answer does not tell its channel: give the client `v2`, or leave `bind_channel` out");
  }
  return with_v1_request(impl_->flow_ids.issue(who_begins(subject, options), now, new_id().substr(0, 8)), options);
}

Call PortOneV1::send_otp(const Flow& flow, const OtpPerson& person, const CallOptions& options,
                         Callback<std::string> done) const {
  constexpr std::string_view suffix = "_MVNO";
  OtpRequest request;
  request.name = person.name;
  request.phone = without_separators(person.phone);
  request.birth = person.identity_number.substr(0, 6);
  if (person.identity_number.size() == 7) request.gender_digit = person.identity_number.substr(6);
  request.is_mvno = person.carrier.ends_with(suffix);
  request.carrier = person.carrier.substr(0, person.carrier.size() - (request.is_mvno ? suffix.size() : 0));
  request.channel_key = person.channel_key;
  request.company = person.company;
  request.merchant_uid = flow.id;
  request.verification_method = person.method;
  request.ip_address = person.ip_address;
  request.bypass = person.bypass;
  return request_otp(request, options, std::move(done));
}

Call PortOneV1::resend_otp(std::string_view, const CallOptions&, Callback<Done> done) const {
  done(invalid_argument("id", "V1 does not send a code again: send one anew"));
  return {};
}

std::string PortOneV1::seal(std::string_view id, const FlowOwner& owner, Moment now) const {
  return impl_->flow_ids.seal(id, owner, now);
}

std::optional<std::string> PortOneV1::open(std::string_view sealed, const FlowOwner& owner, Moment now) const {
  return impl_->flow_ids.open(sealed, owner, now);
}

Begun PortOneV1::begun(const Verification& verification, const FlowOwner& owner, Moment now, bool looked_up) const {
  return impl_->flow_ids.judge(verification.merchant_uid, owner, now, looked_up ? &verification.channel.key : nullptr);
}

}  // namespace bonin
