#include "records.hpp"

#include <openssl/evp.h>

#include <algorithm>

#include "origin.hpp"

namespace bonin::sandbox {

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

namespace {

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return text;
}

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

template <class T>
void put_if(Json& object, const char* name, const std::optional<T>& value) {
  if (value) object[name] = *value;
}

std::optional<std::string> carrier_text(const Person& person, bool v1) {
  if (!person.carrier) return std::nullopt;
  std::string text = v1 && *person.carrier == "LGU" ? "LGT" : *person.carrier;
  return person.mvno ? text + "_MVNO" : text;
}

/// The steps of a JSON pointer: "/a/b~1c" is "a", "b/c".
std::vector<std::string> pointer_steps(std::string_view pointer) {
  std::vector<std::string> steps;
  for (std::size_t i = 0; i < pointer.size(); ++i) {
    if (pointer[i] == '/') {
      steps.emplace_back();
    } else if (pointer[i] == '~' && i + 1 < pointer.size() && (pointer[i + 1] == '0' || pointer[i + 1] == '1')) {
      steps.back() += pointer[++i] == '0' ? '~' : '/';
    } else {
      steps.back() += pointer[i];
    }
  }
  return steps;
}

void apply_overrides(Json& answer, const Record& record) {
  if (record.overrides.is_object()) {
    for (const auto& [name, value] : record.overrides.items()) {
      if (name.empty() || name[0] != '/') {
        answer[name] = value;
        continue;
      }
      // Every step leads through an object; what is not there is made.
      Json* at = &answer;
      for (const auto& step : pointer_steps(name)) {
        if (!at->is_object()) *at = Json::object();
        at = &(*at)[step];
      }
      *at = value;
    }
  }
  for (const auto& name : record.omit) answer.erase(name);
}

std::string base64(const unsigned char* bytes, unsigned size) {
  std::string out(4 * ((size + 2) / 3) + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytes, static_cast<int>(size));
  out.resize(static_cast<std::size_t>(std::max(length, 0)));
  return out;
}

std::string digest64(const EVP_MD* kind, std::string_view text) {
  unsigned char bytes[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), bytes, &size, kind, nullptr) != 1) return {};
  return base64(bytes, size);
}

}  // namespace

std::string_view state_text(State state) noexcept {
  switch (state) {
    case State::ready:
      return "READY";
    case State::verified:
      return "VERIFIED";
    case State::failed:
      return "FAILED";
  }
  return "READY";
}

Json Record::v1_json() const {
  const bool done = state == State::verified;
  const Person nobody;
  const Person& who = done ? person : nobody;
  Json r;
  r["imp_uid"] = id;
  r["merchant_uid"] = or_null(merchant_uid);
  r["pg_tid"] = done && !pg_tx_id.empty() ? Json(pg_tx_id) : Json(nullptr);
  r["pg_provider"] = lower(provider);
  r["name"] = or_null(who.name);
  r["gender"] = who.gender && *who.gender != "other" ? Json(*who.gender) : Json(nullptr);
  r["birth"] = who.birth_date ? korean_midnight(*who.birth_date) : 0;
  r["birthday"] = who.birth_date ? Json(day_text(*who.birth_date)) : Json(nullptr);
  r["foreigner"] = who.foreigner.value_or(false);
  r["foreigner_v2"] = or_null(who.foreigner);
  if (done) {  // without a contract they are not there
    put_if(r, "phone", who.phone);
    put_if(r, "carrier", carrier_text(who, true));
  } else {
    r["phone"] = r["carrier"] = nullptr;
  }
  r["certified"] = done;
  r["certified_at"] = done ? changed_ms / 1000 : 0;
  r["unique_key"] = or_null(who.ci);
  r["unique_in_site"] = or_null(who.di);
  r["origin"] = or_null(origin);
  apply_overrides(r, *this);
  return r;
}

Json Record::v2_json() const {
  Json r;
  r["status"] = state_text(state);
  r["id"] = id;
  if (channel_type) {
    Json& channel = r["channel"];
    channel["type"] = *channel_type;
    channel["id"] = "channel-id-" + channel_key.substr(std::min<std::size_t>(channel_key.size(), 12));
    channel["key"] = channel_key;
    channel["name"] = lower(provider) + (*channel_type == "TEST" ? " test" : "");
    channel["pgProvider"] = provider;
    channel["pgMerchantId"] = pg_merchant_id;
  }
  if (state == State::verified) {
    Json& customer = r["verifiedCustomer"];
    put_if(customer, "id", customer_id);
    customer["name"] = person.name.value_or("");
    put_if(customer, "operator", carrier_text(person, false));
    put_if(customer, "phoneNumber", person.phone);
    if (person.birth_date) customer["birthDate"] = day_text(*person.birth_date);
    if (person.gender) customer["gender"] = upper(*person.gender);
    put_if(customer, "isForeigner", person.foreigner);
    put_if(customer, "ci", person.ci);
    put_if(customer, "di", person.di);
  } else {
    Json customer = Json::object();
    put_if(customer, "id", customer_id);
    put_if(customer, "name", person.name);
    put_if(customer, "phoneNumber", person.phone);
    if (person.birth_date) {
      const auto birth = day_text(*person.birth_date);
      customer["birthYear"] = birth.substr(0, 4);
      customer["birthMonth"] = birth.substr(5, 2);
      customer["birthDay"] = birth.substr(8, 2);
    }
    r["requestedCustomer"] = std::move(customer);
  }
  put_if(r, "customData", custom_data);
  const auto status_time = time_text(state == State::ready ? requested_ms : changed_ms);
  r["requestedAt"] = time_text(requested_ms);
  r["updatedAt"] = status_time;
  r["statusChangedAt"] = status_time;
  if (state == State::verified) {
    r["verifiedAt"] = status_time;
    r["pgTxId"] = pg_tx_id;
    r["pgRawResponse"] = R"({"resultCode":"0000"})";
  } else if (!pg_tx_id.empty()) {
    r["pgTxId"] = pg_tx_id;
  }
  if (state == State::failed) {
    r["failure"] = {
        {"reason", "본인인증에 실패하였습니다"}, {"pgCode", "9999"}, {"pgMessage", "사용자가 인증을 마치지 못함"}};
  }
  r["version"] = v1 ? "V1" : "V2";
  apply_overrides(r, *this);
  return r;
}

const std::shared_ptr<const std::string>& Record::v1_text() const {
  if (!v1_text_) {
    v1_text_ = std::make_shared<const std::string>(
        write_json(Json{{"code", 0}, {"message", nullptr}, {"response", v1_json()}}));
  }
  return v1_text_;
}

const std::shared_ptr<const std::string>& Record::v2_text() const {
  if (!v2_text_) v2_text_ = std::make_shared<const std::string>(write_json(v2_json()));
  return v2_text_;
}

Record* Records::find(std::string_view id) {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &found->second;
}

Record& Records::put(Record record) {
  record.order = next_++;
  record.changed();
  const std::string id = record.id;
  return by_id_.insert_or_assign(id, std::move(record)).first->second;
}

bool Records::erase(std::string_view id) {
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return false;
  by_id_.erase(found);
  return true;
}

std::string Records::new_imp_uid(bool by_api) {
  for (;;) {
    std::string digits = std::to_string(next_++);
    digits.insert(0, digits.size() < 12 ? 12 - digits.size() : 0, '0');
    std::string id = (by_api ? "imps_" : "imp_") + digits;
    if (!find(id)) return id;
  }
}

std::string Records::new_id() { return secret_hex(32); }

std::string Records::new_pg_tx_id(bool v1, std::string_view provider, bool test) {
  const auto number = std::to_string(next_++);
  // A V1 answer has no mark for a test channel: a test merchant of Inicis shows in this number alone.
  if (v1 && test && provider == "INICIS_UNIFIED") return "INISA_MIIiasTest" + number;
  if (provider == "INICIS_UNIFIED") return "INISA_MIIsandbox" + number;
  return "sandbox-" + number;
}

std::string make_ci(std::string_view seed) { return digest64(EVP_sha512(), "ci:" + std::string(seed)); }

std::string make_di(std::string_view seed, std::string_view pg_merchant_id) {
  return digest64(EVP_sha384(), "di:" + std::string(pg_merchant_id) + ":" + std::string(seed));
}

}  // namespace bonin::sandbox
