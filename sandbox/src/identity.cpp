// What API-driven attempts (OTP) share in both APIs: channels, codes, and the person behind an identity number.

#include <array>
#include <random>

#include "world.hpp"

namespace bonin::sandbox {
namespace {

constexpr std::array<Channel, 4> all_channels{{
    {"channel-key-00000000-0000-4000-8000-000000000001", "DANAL", "LIVE", "sandbox-danal"},
    {"channel-key-00000000-0000-4000-8000-000000000002", "KCP_V2", "LIVE", "sandbox-kcp"},
    {"channel-key-00000000-0000-4000-8000-000000000003", "INICIS_UNIFIED", "LIVE", "MIIsandbox"},
    {"channel-key-00000000-0000-4000-8000-000000000004", "DANAL", "TEST", "sandbox-test"},
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
