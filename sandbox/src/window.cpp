#include "window.hpp"

#include "arguments.hpp"
#include "origin.hpp"
#include "verify.hpp"
#include "world.hpp"

namespace bonin::sandbox {
namespace {

constexpr const char* canceled_message = "사용자가 본인인증을 취소하였습니다.";
constexpr const char* failed_message = "본인인증에 실패하였습니다.";

std::string new_tx_id() {
  auto id = secret_hex(32);
  for (const std::size_t at : {20, 16, 12, 8}) id.insert(at, 1, '-');
  return id;
}

/// What `IMP.certification` hands to the callback.
Json v1_answer(const Json& imp_uid, const Json& merchant_uid, const Json& code = nullptr, const Json& message = nullptr,
               const Json& provider = nullptr) {
  return Json{{"success", code.is_null()}, {"imp_uid", imp_uid},         {"merchant_uid", merchant_uid},
              {"pg_provider", provider},   {"pg_type", "certification"}, {"error_code", code},
              {"error_msg", message}};
}

/// What `PortOne.requestIdentityVerification` resolves to.
Json v2_answer(const std::string& id, const std::string& tx_id) {
  return Json{{"transactionType", "IDENTITY_VERIFICATION"},
              {"identityVerificationId", id},
              {"identityVerificationTxId", tx_id}};
}

/// As V1 writes it.
Json provider_of(const Window& window) {
  const Channel* channel = find_channel(window.channel_key);
  return lower(std::string(channel ? channel->provider : "DANAL"));
}

Json verified(const Window& window, const std::string& tx_id) {
  if (!window.v1) return v2_answer(window.id, tx_id);
  return v1_answer(window.id, window.request["merchant_uid"], nullptr, nullptr, provider_of(window));
}

Json canceled(const Window& window, const std::string& tx_id) {
  if (window.v1)
    return v1_answer(window.id, window.request["merchant_uid"], "CANCEL", canceled_message, provider_of(window));
  auto answer = v2_answer(window.id, tx_id);
  answer["code"] = "FAILURE_TYPE_PG";
  answer["message"] = canceled_message;
  return answer;
}

Json failed(const Window& window, const std::string& tx_id) {
  if (window.v1)
    return v1_answer(window.id, window.request["merchant_uid"], "9999", failed_message, provider_of(window));
  auto answer = v2_answer(window.id, tx_id);
  answer["code"] = "FAILURE_TYPE_PG";
  answer["message"] = failed_message;
  answer["pgCode"] = "9999";
  answer["pgMessage"] = "사용자가 인증을 마치지 못함";
  return answer;
}

/// The script's own refusal: V2 rejects with the code, V1 hands it to the callback.
Json refused(bool v1, const std::string& id, const char* code, const std::string& message) {
  if (v1) return Json{{"refused", v1_answer(nullptr, id.empty() ? Json(nullptr) : Json(id), code, message)}};
  return Json{{"refused", {{"code", code}, {"message", message}}}};
}

bool is_verified(World& world, const std::string& id) {
  const Record* record = world.records.find(id);
  return record && record->state == State::verified;
}

Json already_verified(const std::string& id) {
  return refused(false, id, "IdentityVerificationAlreadyVerified", "이미 완료된 본인인증입니다.");
}

/// Writes the attempt's record as `verify` does, by the page's channel.
std::optional<Error> write(World& world, const Window& window, Json arguments) {
  auto written = verify(world, arguments);
  if (!written) return std::move(written).error();
  Record& record = *world.records.find(window.id);
  // Keys that the sandbox does not know are the shop's real ones: they stay as the page gave them.
  if (!window.channel_key.empty() && !find_channel(window.channel_key)) record.channel_key = window.channel_key;
  if (!window.customer_id.empty()) record.customer_id = window.customer_id;
  record.changed();
  return std::nullopt;
}

/// A persona of a provider of its own keeps it; everybody else goes through the channel that the page asked for.
bool goes_by_channel(const World& world, const Json& arguments) {
  const auto name = string_at(arguments, "persona");
  const Persona* persona = name ? world.persona(*name) : nullptr;
  return !persona || (persona->provider == "DANAL" && persona->channel_type == "LIVE");
}

void use_channel(const Window& window, Json& arguments) {
  if (const Channel* channel = find_channel(window.channel_key)) {
    arguments["provider"] = channel->provider;
    arguments["channel_type"] = channel->type;
  }
}

}  // namespace

Result<Json> open_window(World& world, const Json& arguments) {
  Arguments in(arguments, "");
  const auto api = in.text("api").value_or("");
  if (api != "v1" && api != "v2") return bad_parameter("api", "must be v1 or v2");
  Window window;
  window.v1 = api == "v1";
  const auto id = in.text(window.v1 ? "merchant_uid" : "id").value_or("");
  const auto shop = in.text(window.v1 ? "imp_code" : "store_id").value_or("");
  window.channel_key = in.text("channel_key").value_or("");
  window.customer_id = in.text("customer_id").value_or("");
  window.request = {{"api", api}, {"origin", in.text("origin").value_or("http://localhost/")}};
  if (const auto data = in.text("custom_data"); data && !window.v1) window.request["custom_data"] = *data;
  const auto fixed_user = in.text("fixed_user").value_or("");
  const Json* person = in.take("person");
  window.requested = person ? *person : Json::object();
  if (in.error()) return *in.error();

  const auto missing = [&](const char* name) {
    return refused(window.v1, id, "BadRequest", std::string(name) + " 파라미터는 필수 입력입니다.");
  };
  if (id.empty()) return missing(window.v1 ? "merchant_uid" : "identityVerificationId");
  if (shop.empty()) return missing(window.v1 ? "IMP.init의 가맹점 식별코드" : "storeId");
  if (!window.v1 && window.channel_key.empty()) return missing("channelKey");
  if (const Channel* channel = find_channel(window.channel_key); channel && !window.v1) {
    if (!fits_provider(id, channel->provider)) {
      return refused(false, id, "BadRequest", "KCP의 본인인증 아이디는 영문과 숫자로 40자 이내여야 합니다.");
    }
    if (channel->provider == "INICIS_UNIFIED" && fixed_user != "Y" && fixed_user != "N") {
      return missing("bypass.inicisUnified.flgFixedUser");
    }
    if (channel->provider == "INICIS_UNIFIED" && fixed_user == "Y") {
      for (const char* field : {"name", "phone", "birth_date"}) {
        if (!window.requested.contains(field)) return missing(field);
      }
    }
  }
  if (id.size() > 200) return refused(window.v1, "", "BadRequest", "아이디가 너무 깁니다.");
  if (!window.v1 && is_verified(world, id)) return already_verified(id);

  window.id = window.v1 ? world.records.new_imp_uid() : id;
  window.request["id"] = window.id;
  if (window.v1) window.request["merchant_uid"] = id;
  Json ready = window.request;
  ready["person"] = window.requested;
  ready["status"] = "READY";
  use_channel(window, ready);
  if (auto error = write(world, window, ready)) return std::move(*error);

  const auto tx_id = new_tx_id();
  Json answer{{"tx_id", tx_id}, {"canceled", canceled(window, tx_id)}};
  world.windows.insert_or_assign(tx_id, std::move(window));
  return answer;
}

Result<Json> close_window(World& world, const Json& arguments) {
  Arguments in(arguments, "");
  const auto tx_id = in.text("tx_id").value_or("");
  const auto outcome = in.text("outcome").value_or("");
  const Json* persona = in.take("persona");
  const Json* person = in.take("person");
  if (in.error()) return *in.error();
  const auto found = world.windows.find(tx_id);
  if (found == world.windows.end()) return bad_parameter("tx_id", "names no open window");
  if (outcome != "verified" && outcome != "failed" && outcome != "canceled") {
    return bad_parameter("outcome", "must be verified, failed or canceled");
  }
  const Window& window = found->second;
  const auto end = [&](Json answer) {
    world.windows.erase(found);
    return answer;
  };
  // Another window of the same id may have been quicker.
  if (!window.v1 && is_verified(world, window.id)) return end(already_verified(window.id));

  Json record = window.request;
  if (outcome == "verified") {
    if (!persona == !person) return bad_parameter("person", "give either `persona` or `person`");
    if (persona) record["persona"] = *persona;
    if (person) record["person"] = *person;
    record["status"] = "VERIFIED";
    if (goes_by_channel(world, record)) use_channel(window, record);
  } else {
    record["person"] = window.requested;
    record["status"] = "FAILED";
    use_channel(window, record);
  }
  if (auto error = write(world, window, record)) return std::move(*error);
  if (outcome == "failed") return end(Json{{"answer", failed(window, tx_id)}});
  if (outcome == "canceled") return end(Json{{"answer", canceled(window, tx_id)}});
  return end(Json{{"answer", verified(window, tx_id)}});
}

}  // namespace bonin::sandbox
