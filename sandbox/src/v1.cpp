// V1: envelopes around everything.

#include <algorithm>

#include "world.hpp"

namespace bonin::sandbox {
namespace {

Answer envelope(unsigned status, int code, const char* message, Json response) {
  Answer answer;
  answer.status = status;
  answer.body = write_json(
      Json{{"code", code}, {"message", message ? Json(message) : Json(nullptr)}, {"response", std::move(response)}});
  return answer;
}

Answer refusal(unsigned status, const char* message) { return envelope(status, -1, message, nullptr); }
Answer v1_not_found() { return refusal(404, "인증결과가 존재하지 않습니다."); }
Answer no_token() { return refusal(401, "인증 토큰이 없거나 쓸 수 없습니다."); }

bool authorised(const World& world, const Request& request) {
  auto token = request.authorization;
  if (token.substr(0, 7) == "Bearer ") token.remove_prefix(7);
  return world.v1_token.accepts(token, world.clock.now_ms());
}

/// The fields of a JSON or form body; nothing if it is neither.
std::optional<Form> read_fields(const Request& request) {
  const bool is_form = request.content_type.find("x-www-form-urlencoded") != std::string_view::npos;
  const auto first = request.body.find_first_not_of(" \t\r\n");
  if (is_form || (request.content_type.empty() && first != std::string_view::npos && request.body[first] != '{')) {
    return read_form(request.body);
  }
  if (first == std::string_view::npos) return Form{};
  const auto json = read_json(request.body);
  if (!json || !json->is_object()) return std::nullopt;
  Form form;
  for (const auto& [name, value] : json->items()) {
    if (value.is_string())
      form[name] = value.get<std::string>();
    else if (value.is_number_integer() || value.is_boolean())
      form[name] = write_json(value);
  }
  return form;
}

std::string field(const Form& form, std::string_view name) {
  const auto found = form.find(name);
  return found == form.end() ? std::string() : found->second;
}

bool all_digits(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Answer found(const Record& record) {
  Answer answer;
  answer.shared = record.v1_text();
  return answer;
}

Record* find_v1(World& world, std::string_view id) {
  Record* record = world.records.find(id);
  return record && record->v1 ? record : nullptr;
}

}  // namespace

Answer v1_get_token(World& world, const Request& request, std::string_view) {
  const auto form = read_fields(request);
  if (!form) return refusal(400, "요청 본문을 읽을 수 없습니다.");
  const auto key = field(*form, "imp_key"), secret = field(*form, "imp_secret");
  if (key.empty() || secret.empty()) return refusal(400, "imp_key, imp_secret 값이 필요합니다.");
  if (key != world.options.imp_key || secret != world.options.imp_secret) {
    return refusal(401, "인증에 실패하였습니다. API키와 secret을 확인하세요.");
  }
  const auto issued = world.v1_token.issue(world.clock.now_ms());
  return envelope(200, 0, nullptr,
                  Json{{"access_token", issued.token}, {"now", issued.now_s}, {"expired_at", issued.expired_at_s}});
}

Answer v1_lookup(World& world, const Request& request, std::string_view id) {
  if (!authorised(world, request)) return no_token();
  const Record* record = find_v1(world, id);
  return record ? found(*record) : v1_not_found();
}

Answer v1_erase(World& world, const Request& request, std::string_view id) {
  if (!authorised(world, request)) return no_token();
  const Record* record = find_v1(world, id);
  if (!record) return v1_not_found();
  Answer answer = found(*record);
  world.records.erase(id);
  return answer;
}

Answer v1_otp_request(World& world, const Request& request, std::string_view) {
  if (!authorised(world, request)) return no_token();
  const auto form = read_fields(request);
  if (!form) return refusal(400, "요청 본문을 읽을 수 없습니다.");
  const auto missing = [&](const char* name) { return field(*form, name).empty(); };
  for (const char* name : {"name", "phone", "birth", "gender_digit", "carrier", "channel_key"}) {
    if (missing(name)) return refusal(400, (std::string(name) + " 값이 필요합니다.").c_str());
  }
  auto phone = field(*form, "phone");
  std::erase(phone, '-');
  if (!all_digits(phone) || phone.size() < 10 || phone.size() > 11)
    return refusal(400, "phone 값이 올바르지 않습니다.");
  const auto digit = field(*form, "gender_digit");
  auto person =
      digit.size() == 1 ? person_from_identity(field(*form, "name"), field(*form, "birth"), digit[0]) : std::nullopt;
  if (!person) return refusal(400, "birth 또는 gender_digit 값이 올바르지 않습니다.");
  const auto carrier = field(*form, "carrier");
  if (carrier != "SKT" && carrier != "KT" && carrier != "LGT") return refusal(400, "carrier 값이 올바르지 않습니다.");
  const auto mvno = field(*form, "is_mvno");
  if (!mvno.empty() && mvno != "true" && mvno != "false") return refusal(400, "is_mvno 값이 올바르지 않습니다.");
  const auto method = field(*form, "verification_method");
  if (!method.empty() && method != "SMS" && method != "APP") {
    return refusal(400, "verification_method 값이 올바르지 않습니다.");
  }
  const Channel* channel = find_channel(field(*form, "channel_key"));
  if (!channel) return refusal(400, "channel_key에 해당하는 채널이 없습니다.");
  const auto bypass = read_json(field(*form, "bypass"));
  if (const char* why = api_refusal(*channel, method, true, bypass ? *bypass : Json())) return refusal(400, why);

  person->phone = phone;
  person->carrier = carrier == "LGT" ? "LGU" : carrier;
  person->mvno = mvno == "true";
  const auto seed = "person:" + *person->name + ":" + day_text(*person->birth_date) + ":" + *person->gender;
  person->ci = make_ci(seed);
  person->di = make_di(seed, channel->pg_merchant_id);

  Record record;
  record.v1 = true;
  record.id = world.records.new_imp_uid(true);
  record.state = State::ready;
  record.person = std::move(*person);
  record.provider = channel->provider;
  record.channel_type = std::string(channel->type);
  record.channel_key = channel->key;
  record.pg_merchant_id = channel->pg_merchant_id;
  if (!missing("merchant_uid")) record.merchant_uid = field(*form, "merchant_uid");
  record.requested_ms = world.clock.now_ms();
  record.otp = Otp{method == "APP" ? "" : six_digits()};
  record.sends = 1;
  const auto& kept = world.records.put(std::move(record));
  return envelope(200, 0, nullptr, Json{{"imp_uid", kept.id}});
}

Answer v1_otp_confirm(World& world, const Request& request, std::string_view id) {
  if (!authorised(world, request)) return no_token();
  const auto form = read_fields(request);
  if (!form) return refusal(400, "요청 본문을 읽을 수 없습니다.");
  Record* record = find_v1(world, id);
  if (!record) return v1_not_found();
  if (record->state == State::verified) return refusal(400, "이미 완료된 본인인증입니다.");
  if (!record->otp) return v1_not_found();
  const auto otp = field(*form, "otp");
  if (!record->otp->code.empty() && otp.empty()) return refusal(400, "otp 값이 필요합니다.");
  // The provider's own refusal has a status of 5xx.
  if (!is_right_code(*record, otp)) return refusal(500, "인증번호가 일치하지 않습니다.");
  record->state = State::verified;
  record->changed_ms = world.clock.now_ms();
  record->pg_tx_id = world.records.new_pg_tx_id(true, record->provider, record->channel_type == "TEST");
  record->otp.reset();
  record->changed();
  return found(*record);
}

}  // namespace bonin::sandbox
