#include "lookup/ask.hpp"
#include "lookup/body.hpp"
#include "lookup/client.hpp"
#include "lookup/record.hpp"
#include "lookup/refusal.hpp"
#include "token/renewed_credential.hpp"

namespace bonin {

Result<std::shared_ptr<PortOneV1>> PortOneV1::create(Options options) {
  if (auto ok = check_credential(options.imp_key, "imp_key"); !ok) return std::move(ok.error());
  if (auto ok = check_credential(options.imp_secret, "imp_secret"); !ok) return std::move(ok.error());
  if (auto ok = check_token_text(options.tier, "tier"); !ok) return std::move(ok.error());
  auto connection = check_connection(std::move(options.connection), "https://api.iamport.kr");
  if (!connection) return std::move(connection.error());

  FlowIds flow_ids(Api::v1, options.imp_secret);
  auto make_credential = [key = std::move(options.imp_key), secret = std::move(options.imp_secret),
                          tier = std::move(options.tier)](Transport& transport, const Session& session) {
    std::vector<std::string> extra;
    if (!tier.empty()) extra.push_back("Tier: " + tier);
    return std::make_shared<RenewedCredential>(
        session.clock, session.health, v1_token_source({transport, session.connection, session.health}, key, secret),
        std::move(extra));
  };
  return std::make_shared<PortOneV1>(std::shared_ptr<Impl>(
      new Impl{Sessions(std::move(connection.value()), std::move(options.clock), std::move(make_credential)),
               std::move(flow_ids)}));
}

Call PortOneV1::lookup(std::string_view imp_uid, const CallOptions& options, Callback<VerificationPtr> done) const {
  if (refused(Api::v1, imp_uid, options, done)) return {};
  Plan plan{&v1_refusal};
  plan.about = hash_of(imp_uid);
  plan.path = "/certifications/";
  plan.path += imp_uid;
  plan.name = "GET /certifications/{imp_uid}";
  return ask(impl_->sessions, std::move(plan), options, std::move(done),
             [id = std::string(imp_uid)](std::string body) { return read_v1(std::move(body), id); });
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
  if (!request.bypass.empty()) {
    if (auto bypass = parse_bypass(request.bypass); !bypass) return done(std::move(bypass.error())), Call{};
    body["bypass"] = request.bypass;  // V1 wants it as text
  }
  auto text = dump(body);
  if (!text) return done(std::move(text.error())), Call{};

  Plan plan{&v1_refusal};
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
  Plan plan{&v1_refusal};
  plan.about = hash_of(imp_uid);
  plan.method = Method::post;
  plan.path = "/certifications/otp/confirm/";
  plan.path += imp_uid;
  plan.name = "POST /certifications/otp/confirm/{imp_uid}";
  plan.body = std::move(text.value());
  return ask(impl_->sessions, std::move(plan), options, std::move(done),
             [id = std::string(imp_uid)](std::string answer) { return read_v1(std::move(answer), id); });
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

Flow PortOneV1::begin(std::string_view subject, const FlowOptions& options, Moment now) const {
  Flow flow = impl_->flow_ids.issue(subject, now, new_id().substr(0, 8));
  flow.request = {
      {"channelKey", options.channel_key}, {"merchant_uid", flow.id}, {"m_redirect_url", options.redirect_url}};
  std::erase_if(flow.request, [](const auto& field) { return field.second.empty(); });
  return flow;
}

Begun PortOneV1::begun(const Verification& verification, std::string_view subject, Moment now) const {
  return impl_->flow_ids.judge(verification.merchant_uid, subject, now);
}

}  // namespace bonin
