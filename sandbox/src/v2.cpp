// V2: one verification at a time, and logins. The list is in v2_list.cpp.

#include "v2.hpp"

#include <algorithm>
#include <variant>

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

/// Anything that prints, of at most 200 characters.
bool is_id(std::string_view id) noexcept {
  const auto characters = std::count_if(id.begin(), id.end(), [](char c) { return (c & 0xC0) != 0x80; });
  const bool controls =
      std::any_of(id.begin(), id.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  return !id.empty() && characters <= 200 && !controls;
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

namespace {

/// What `send` asks for.
struct SendRequest {
  std::string channel_key, carrier, method;
  bool mvno = false;
  Person person;
  std::optional<std::string> customer_id, custom_data;
  bool has_identity_number = false;
  Json bypass;
};

/// The person of a request's `customer`, or the refusal.
std::variant<Person, Answer> read_customer(const Json& customer, const std::string& method) {
  const auto name = string_at(customer, "name"), phone = string_at(customer, "phoneNumber"),
             address = string_at(customer, "ipAddress"), number = string_at(customer, "identityNumber");
  if (!name || name->empty()) return invalid("customer.name is required");
  if (!phone || !digits(*phone) || phone->size() > 11) return invalid("customer.phoneNumber must be digits");
  if (!address || address->empty()) return invalid("customer.ipAddress is required");
  std::optional<Person> person;
  if (number) {
    const bool fits = number->size() == 7 && digits(*number);
    if (fits) person = person_from_identity(*name, number->substr(0, 6), number->back());
    if (!person) return invalid("customer.identityNumber must be seven digits");
  } else if (method == "SMS") {
    return invalid("customer.identityNumber is required for SMS");
  } else {
    person = person_from_identity(*name, "900315", '1');  // the carrier's app knows who it is
  }
  person->phone = *phone;
  return std::move(*person);
}

/// Everything that a body of `send` says, or the refusal.
std::variant<SendRequest, Answer> read_send(const Json& json) {
  SendRequest request;
  const auto channel_key = string_at(json, "channelKey"), carrier = string_at(json, "operator"),
             method = string_at(json, "method");
  if (!channel_key) return invalid("channelKey is required");
  if (!carrier) return invalid("operator is required");
  if (!method || (*method != "SMS" && *method != "APP")) return invalid("method must be SMS or APP");
  request.channel_key = *channel_key;
  request.method = *method;
  request.mvno = carrier->size() > 5 && carrier->ends_with("_MVNO");
  request.carrier = request.mvno ? carrier->substr(0, carrier->size() - 5) : *carrier;
  if (request.carrier != "SKT" && request.carrier != "KT" && request.carrier != "LGU") {
    return invalid("operator is not known");
  }
  const auto customer = json.find("customer");
  if (customer == json.end() || !customer->is_object()) return invalid("customer is required");
  auto person = read_customer(*customer, *method);
  if (auto* refusal = std::get_if<Answer>(&person)) return std::move(*refusal);
  request.person = std::move(std::get<Person>(person));
  if (const auto bypass = json.find("bypass"); bypass != json.end()) {
    if (!bypass->is_object()) return invalid("bypass must be an object");
    request.bypass = *bypass;
  }
  request.has_identity_number = string_at(*customer, "identityNumber").has_value();
  request.customer_id = string_at(*customer, "id");
  request.custom_data = string_at(json, "customData");
  return request;
}

/// Why an id cannot be sent again, if there is a reason.
std::optional<Answer> not_again(const Record& earlier) {
  if (earlier.state == State::verified) return already_verified();
  if (earlier.otp) return v2_error(409, "IDENTITY_VERIFICATION_ALREADY_SENT", "this id was sent before");
  if (earlier.sends < most_sends) return std::nullopt;
  return v2_error(400, "MAX_TRANSACTION_COUNT_REACHED", "too many attempts with this id");
}

/// The record of a request that was sent. INICIS_UNIFIED reports neither carrier nor DI.
Record record_of(SendRequest request, const Channel& channel) {
  Record record;
  record.state = State::ready;
  record.person = std::move(request.person);
  Person& person = record.person;
  const auto seed = "person:" + *person.name + ":" + day_text(*person.birth_date) + ":" + *person.gender;
  person.ci = make_ci(seed);
  if (channel.provider != "INICIS_UNIFIED") {
    person.carrier = request.carrier;
    person.mvno = request.mvno;
    person.di = make_di(seed, channel.pg_merchant_id);
  }
  record.provider = channel.provider;
  record.channel_type = std::string(channel.type);
  record.channel_key = channel.key;
  record.pg_merchant_id = channel.pg_merchant_id;
  record.custom_data = std::move(request.custom_data);
  record.customer_id = std::move(request.customer_id);
  record.otp = Otp{request.method == "APP" ? "" : six_digits()};
  return record;
}

}  // namespace

Answer v2_send(World& world, const Request& request, std::string_view id) {
  if (auto refused = v2_refused(world, request)) return std::move(*refused);
  const Body body = read_body(world, request);
  if (body.refusal) return *body.refusal;
  if (!is_id(id)) return invalid("the id must be printable, of at most 200 characters");
  auto read = read_send(body.json);
  if (auto* refusal = std::get_if<Answer>(&read)) return std::move(*refusal);
  auto& asked = std::get<SendRequest>(read);
  const Channel* channel = find_channel(asked.channel_key);
  if (!channel) return v2_error(404, "CHANNEL_NOT_FOUND", "no such channel");
  if (const char* why = api_refusal(*channel, asked.method, asked.has_identity_number, asked.bypass))
    return invalid(why);
  if (!fits_provider(id, channel->provider)) return invalid("this provider takes ids of at most 40 letters and digits");
  const Record* earlier = world.records.find(id);
  if (earlier) {
    if (auto refused = not_again(*earlier)) return std::move(*refused);
  }
  Record record = record_of(std::move(asked), *channel);
  record.id = id;
  record.requested_ms = world.clock.now_ms();
  record.sends = (earlier ? earlier->sends : 0) + 1;
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
  if (!is_right_code(*record, otp)) {
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
