// What API-driven attempts (OTP) share in both APIs: channels, codes, and the person behind an identity number.

#include <algorithm>
#include <array>
#include <random>

#include "world.hpp"

namespace bonin::sandbox {
namespace {

constexpr std::array<Channel, 6> all_channels{{
    {"channel-key-00000000-0000-4000-8000-000000000001", "DANAL", "LIVE", "sandbox-danal"},
    {"channel-key-00000000-0000-4000-8000-000000000002", "KCP_V2", "LIVE", "sandbox-kcp"},
    {"channel-key-00000000-0000-4000-8000-000000000003", "INICIS_UNIFIED", "LIVE", "MIIsandbox"},
    {"channel-key-00000000-0000-4000-8000-000000000004", "DANAL", "TEST", "sandbox-test"},
    {"channel-key-00000000-0000-4000-8000-000000000005", "KCP_V2", "TEST", "AO6R1"},
    {"channel-key-00000000-0000-4000-8000-000000000006", "INICIS_UNIFIED", "TEST", "MIIiasTest"},
}};

}  // namespace

std::span<const Channel> channels() noexcept { return all_channels; }

const Channel* find_channel(std::string_view key) noexcept {
  for (const auto& channel : all_channels) {
    if (channel.key == key) return &channel;
  }
  return nullptr;
}

std::optional<Person> person_from_identity(std::string name, std::string_view yymmdd, char seventh) {
  if (yymmdd.size() != 6 || seventh < '0' || seventh > '9') return std::nullopt;
  // 9, 0: born 1800 to 1899; 1, 2, 5, 6: 1900 to 1999; 3, 4, 7, 8: 2000 to 2099; from 5 to 8 a foreigner.
  const int digit = seventh - '0';
  const char* century = digit == 9 || digit == 0 ? "18" : digit % 4 == 1 || digit % 4 == 2 ? "19" : "20";
  const auto text = std::string(century) + std::string(yymmdd.substr(0, 2)) + "-" + std::string(yymmdd.substr(2, 2)) +
                    "-" + std::string(yymmdd.substr(4, 2));
  const auto day = read_day(text);
  if (!day) return std::nullopt;
  Person p;
  p.name = std::move(name);
  p.birth_date = day;
  p.gender = digit % 2 == 1 ? "male" : "female";
  p.foreigner = digit >= 5 && digit <= 8;
  return p;
}

const char* api_refusal(const Channel& channel, std::string_view method, bool has_identity_number, const Json& bypass) {
  if (channel.provider == "INICIS_UNIFIED") return "this provider has no API method";
  const bool kcp = channel.provider == "KCP_V2";
  if (method == "APP" && !kcp) return "only KCP_V2 takes the method APP";
  if (method == "APP" && !has_identity_number) return "the method APP needs the identity number";
  if (!kcp) return nullptr;
  const auto own = bypass.is_object() ? bypass.find("kcpV2") : bypass.end();
  const bool told = own != bypass.end() && own->is_object() && string_at(*own, "media_type").has_value();
  return told ? nullptr : "bypass.kcpV2.media_type is required";
}

bool fits_provider(std::string_view id, std::string_view provider) noexcept {
  if (provider != "KCP_V2") return true;
  return id.size() <= 40 && std::all_of(id.begin(), id.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
         });
}

bool is_right_code(const Record& record, std::string_view code) noexcept {
  if (record.otp->code.empty()) return true;
  if (record.pg_merchant_id != "AO6R1") return code == record.otp->code;
  return code.size() == 6 && std::all_of(code.begin(), code.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string six_digits() {
  static thread_local std::mt19937 source{std::random_device{}()};
  return std::to_string(100'000 + source() % 900'000);
}

const Persona* World::persona(std::string_view name) const {
  for (const auto& persona : personas) {
    if (persona.name == name) return &persona;
  }
  return nullptr;
}

}  // namespace bonin::sandbox
