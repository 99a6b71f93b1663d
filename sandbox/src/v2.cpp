// V2: one verification at a time, and logins. The list is in v2_list.cpp.

#include "v2.hpp"

#include <algorithm>

namespace bonin::sandbox {
namespace {

constexpr int most_sends = 5;        // attempts an id, then MAX_TRANSACTION_COUNT_REACHED
constexpr int most_wrong_codes = 5;  // in one attempt, then it has failed

Answer provider_refusal(const char* code, const char* message) {
  Answer answer;
  answer.status = 502;
  answer.body = write_json(
      Json{{"type", "PG_PROVIDER"}, {"message", "the provider refused"}, {"pgCode", code}, {"pgMessage", message}});
  return answer;
}

Answer nothing() {
  Answer answer;
  answer.body = "{}";
  return answer;
}

Answer v2_not_found() { return v2_error(404, "IDENTITY_VERIFICATION_NOT_FOUND", "no such identity verification"); }
Answer not_sent() {
  return v2_error(404, "IDENTITY_VERIFICATION_NOT_SENT", "this identity verification was not sent by the API");
}
Answer already_verified() {
  return v2_error(409, "IDENTITY_VERIFICATION_ALREADY_VERIFIED", "this identity verification is finished");
}
Answer invalid(const std::string& message) { return v2_error(400, "INVALID_REQUEST", message); }

bool is_id(std::string_view id) noexcept {
  return !id.empty() && id.size() <= 200 && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
  });
}

bool digits(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// The JSON object of a body, its storeId checked; or the refusal.
struct Body {
  Json json;
  std::optional<Answer> refusal;
};

Body read_body(const World& world, const Request& request) {
  auto json = read_json(request.body.empty() ? std::string_view("{}") : request.body);
  if (!json || !json->is_object()) return {{}, invalid("the body is no JSON object")};
  if (const auto store = json->find("storeId"); store != json->end()) {
    if (!store->is_string()) return {{}, invalid("storeId must be a string")};
    if (!v2_own_store(world, store->get<std::string>())) return {{}, v2_forbidden()};
  }
  return {std::move(*json), std::nullopt};
}

Answer tokens(const V2Tokens::Pair& pair) {
  Answer answer;
  answer.body = write_json(Json{{"accessToken", pair.access}, {"refreshToken", pair.refresh}});
  return answer;
}

/// One required string of a login body.
struct Field {
  std::string value;
  std::optional<Answer> refusal;
};

Field login_field(const Request& request, const char* name) {
  const auto json = read_json(request.body);
  const auto value = json ? string_at(*json, name) : std::nullopt;
  if (!value || value->empty()) return {{}, invalid(std::string(name) + " is required")};
  return {*value, std::nullopt};
}

Answer bad_login() { return v2_error(401, "UNAUTHORIZED", "these credentials are not known"); }

}  // namespace

Answer v2_error(unsigned status, const char* type, const std::string& message) {
  Answer answer;
  answer.status = status;
  answer.body = write_json(Json{{"type", type}, {"message", message}});
  return answer;
}

Answer v2_forbidden() { return v2_error(403, "FORBIDDEN", "these credentials may not use this store"); }

bool v2_own_store(const World& world, std::string_view store_id) {
  return store_id.empty() || store_id == world.options.store_id;
}

std::optional<Answer> v2_refused(const World& world, const Request& request) {
  auto given = request.authorization;
  bool known = false;
  if (given.substr(0, 8) == "PortOne ") {
    known = given.substr(8) == world.options.api_secret;
  } else if (given.substr(0, 7) == "Bearer ") {
    known = world.v2_tokens.accepts(given.substr(7), world.clock.now_ms());
  }
  if (!known) return v2_error(401, "UNAUTHORIZED", "the authorization is missing or not known");
  if (!request.query.empty() && !v2_own_store(world, query_value(request.query, "storeId"))) return v2_forbidden();
  return std::nullopt;
}

Answer v2_lookup(World& world, const Request& request, std::string_view id) {
  if (auto refused = v2_refused(world, request)) return std::move(*refused);
  const Record* record = world.records.find(id);
  if (!record) return v2_not_found();
  Answer answer;
  answer.shared = record->v2_text();
  return answer;
}

Answer v2_send(World& world, const Request& request, std::string_view id) {
  if (auto refused = v2_refused(world, request)) return std::move(*refused);
  const Body body = read_body(world, request);
  if (body.refusal) return *body.refusal;
  if (!is_id(id)) return invalid("the id must be letters, digits, `-` or `_`, 200 at most");
  const auto channel_key = string_at(body.json, "channelKey"), carrier = string_at(body.json, "operator"),
             method = string_at(body.json, "method");
  if (!channel_key) return invalid("channelKey is required");
  if (!carrier) return invalid("operator is required");
  if (!method || (*method != "SMS" && *method != "APP")) return invalid("method must be SMS or APP");
  const bool mvno = carrier->size() > 5 && carrier->substr(carrier->size() - 5) == "_MVNO";
  const auto plain = mvno ? carrier->substr(0, carrier->size() - 5) : *carrier;
  if (plain != "SKT" && plain != "KT" && plain != "LGU") return invalid("operator is not known");
  const auto customer = body.json.find("customer");
  if (customer == body.json.end() || !customer->is_object()) return invalid("customer is required");
  const auto name = string_at(*customer, "name"), phone = string_at(*customer, "phoneNumber"),
             address = string_at(*customer, "ipAddress"), number = string_at(*customer, "identityNumber");
  if (!name || name->empty()) return invalid("customer.name is required");
  if (!phone || !digits(*phone) || phone->size() > 11) return invalid("customer.phoneNumber must be digits");
  if (!address || address->empty()) return invalid("customer.ipAddress is required");
  std::optional<Person> person;
  if (number) {
    if (number->size() == 7 && digits(*number))
      person = person_from_identity(*name, number->substr(0, 6), number->back());
    if (!person) return invalid("customer.identityNumber must be seven digits");
  } else if (*method == "SMS") {
    return invalid("customer.identityNumber is required for SMS");
  } else {
    person = person_from_identity(*name, "900315", '1');  // the carrier's app knows who it is
  }
  if (const auto bypass = body.json.find("bypass"); bypass != body.json.end() && !bypass->is_object()) {
    return invalid("bypass must be an object");
  }
  const Channel* channel = find_channel(*channel_key);
  if (!channel) return v2_error(404, "CHANNEL_NOT_FOUND", "no such channel");

  int sends = 0;
  if (const Record* earlier = world.records.find(id)) {
    if (earlier->state == State::verified) return already_verified();
    if (earlier->otp) return v2_error(409, "IDENTITY_VERIFICATION_ALREADY_SENT", "this id was sent before");
    if (earlier->sends >= most_sends) {
      return v2_error(400, "MAX_TRANSACTION_COUNT_REACHED", "too many attempts with this id");
    }
    sends = earlier->sends;
  }

  person->phone = *phone;
  if (channel->provider != "INICIS_UNIFIED") {
    person->carrier = plain;
    person->mvno = mvno;
  }
  const auto seed = "person:" + *person->name + ":" + day_text(*person->birth_date) + ":" + *person->gender;
  person->ci = make_ci(seed);
  if (channel->provider != "INICIS_UNIFIED") person->di = make_di(seed, channel->pg_merchant_id);

  Record record;
  record.id = id;
  record.state = State::ready;
  record.person = std::move(*person);
  record.provider = channel->provider;
  record.channel_type = std::string(channel->type);
  record.channel_key = channel->key;
  record.pg_merchant_id = channel->pg_merchant_id;
  record.custom_data = string_at(body.json, "customData");
  record.customer_id = string_at(*customer, "id");
  record.requested_ms = world.clock.now_ms();
  record.otp = Otp{*method == "APP" ? "" : six_digits()};
  record.sends = sends + 1;
  world.records.put(std::move(record));
  return nothing();
}

Answer v2_resend(World& world, const Request& request, std::string_view id) {
  if (auto refused = v2_refused(world, request)) return std::move(*refused);
  Record* record = world.records.find(id);
  if (!record) return v2_not_found();
  if (record->state == State::verified) return already_verified();
  if (!record->otp) return not_sent();
  if (!record->otp->code.empty()) record->otp = Otp{six_digits()};
  return nothing();
}

Answer v2_confirm(World& world, const Request& request, std::string_view id) {
  if (auto refused = v2_refused(world, request)) return std::move(*refused);
  const Body body = read_body(world, request);
  if (body.refusal) return *body.refusal;
  if (body.json.contains("otp") && !body.json["otp"].is_string()) return invalid("otp must be a string");
  Record* record = world.records.find(id);
  if (!record) return v2_not_found();
  if (record->state == State::verified) return already_verified();
  if (!record->otp) return not_sent();
  const auto otp = string_at(body.json, "otp").value_or("");
  if (!record->otp->code.empty() && otp.empty()) return invalid("otp is required");
  if (!record->otp->code.empty() && otp != record->otp->code) {
    if (++record->otp->wrong >= most_wrong_codes) {
      record->state = State::failed;
      record->changed_ms = world.clock.now_ms();
      record->otp.reset();
      record->changed();
    }
    return provider_refusal("OTP_MISMATCH", "인증번호 불일치");
  }
  record->state = State::verified;
  record->changed_ms = world.clock.now_ms();
  record->pg_tx_id = world.records.new_pg_tx_id(record->v1, record->provider, record->channel_type == "TEST");
  record->otp.reset();
  record->changed();
  Answer answer;
  answer.body = R"({"identityVerification":)" + *record->v2_text() + "}";
  return answer;
}

Answer v2_login_secret(World& world, const Request& request, std::string_view) {
  const auto secret = login_field(request, "apiSecret");
  if (secret.refusal) return *secret.refusal;
  if (secret.value != world.options.api_secret) return bad_login();
  return tokens(world.v2_tokens.login(world.clock.now_ms()));
}

Answer v2_refresh(World& world, const Request& request, std::string_view) {
  const auto token = login_field(request, "refreshToken");
  if (token.refusal) return *token.refusal;
  if (!world.v2_tokens.may_refresh(token.value, world.clock.now_ms())) return bad_login();
  return tokens(world.v2_tokens.login(world.clock.now_ms()));
}

Answer v2_login_key(World& world, const Request& request, std::string_view) {
  const auto key = login_field(request, "apiKey");
  if (key.refusal) return *key.refusal;
  if (key.value != world.options.api_key) return bad_login();
  Answer answer;
  answer.body = write_json(Json{{"access_token", world.v2_tokens.access(world.clock.now_ms())}});
  return answer;
}

}  // namespace bonin::sandbox
