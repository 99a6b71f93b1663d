// Any bytes as what is expected and as what PortOne says: no crash, the same both ways round, never equal beyond a
// limit, and a yes only for what is equal. That no input costs more than its length, the fuzzer's time limit sees.
//
// An input is lines: name, phone, custom_data and birth date given, then the same four expected. The last goes to the
// end.

#include <array>
#include <cstdint>
#include <string>

#include "bonin/policy.hpp"
#include "policy/text.hpp"
#include "require.hpp"

namespace {

using namespace bonin;

constexpr Moment now{std::chrono::hours{500'000}};

std::array<std::string, 8> lines_of(std::string_view text) {
  std::array<std::string, 8> lines;
  for (auto& line : lines) {
    const auto end = &line == &lines.back() ? text.size() : std::min(text.find('\n'), text.size());
    line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string digits_of(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c >= '0' && c <= '9') digits += c;
  }
  return digits;
}

bool is_phone(std::string_view text) {
  constexpr std::string_view blanks = " \t\n\r\v\f\xC2\xA0\xE3\x80\x80";
  return text.find_first_not_of("0123456789 -.()+" + std::string(blanks)) == std::string_view::npos;
}

void check_names(const std::string& a, const std::string& b) {
  const bool same = policy_detail::same_name(a, b);
  REQUIRE(same == policy_detail::same_name(b, a));
  REQUIRE(!same || (a.size() <= Expect::max_name && b.size() <= Expect::max_name && !a.empty() && !b.empty()));
  // A space around it makes no other name of it.
  if (same && a.size() < Expect::max_name) REQUIRE(policy_detail::same_name(a + ' ', b));
}

void check_phones(const std::string& a, const std::string& b) {
  const bool same = policy_detail::same_phone(a, b);
  REQUIRE(same == policy_detail::same_phone(b, a));
  if (!same) return;
  REQUIRE(digits_of(a) == digits_of(b) && !digits_of(a).empty() && digits_of(a).size() <= 32);
  REQUIRE(is_phone(a) && is_phone(b) && std::max(a.size(), b.size()) <= Expect::max_text);
}

VerificationPtr verification(const std::array<std::string, 8>& lines) {
  auto v = std::make_shared<Verification>();
  v->status = Status::verified;
  v->verified_at = now;
  v->channel.type = ChannelType::live;
  if (!lines[0].empty()) v->person.name = {lines[0], Attestation::attested};
  if (!lines[1].empty()) v->person.phone = {lines[1], Attestation::attested};
  v->custom_data = lines[2];
  if (const auto date = parse_date(lines[3])) v->person.birth_date = {*date, Attestation::attested};
  return v;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Policy policy = Policy::parse(R"({"name": "any", "rules": [{"verified": true}]})").value();
  const auto lines = lines_of({reinterpret_cast<const char*>(data), size});
  check_names(lines[0], lines[4]);
  check_phones(lines[1], lines[5]);

  const auto v = verification(lines);
  const auto allows = [&](const Expect& expect) { return policy.evaluate(v, now, expect).allowed(); };
  REQUIRE(allows({}));
  Expect name, phone, custom_data, birth_date;
  name.name = lines[4];
  phone.phone = lines[5];
  custom_data.custom_data = lines[6];
  birth_date.birth_date = parse_date(lines[7]);
  REQUIRE(check_expect(name).ok() == (lines[4].size() <= Expect::max_name));
  REQUIRE(check_expect(phone).ok() == (lines[5].size() <= Expect::max_text));
  REQUIRE(check_expect(custom_data).ok() == (lines[6].size() <= Expect::max_text));
  REQUIRE(allows(name) == policy_detail::same_name(lines[0], lines[4]));
  REQUIRE(allows(phone) == policy_detail::same_phone(lines[1], lines[5]));
  REQUIRE(allows(custom_data) == (!lines[2].empty() && lines[2] == lines[6] && lines[2].size() <= Expect::max_text));
  if (birth_date.birth_date) REQUIRE(allows(birth_date) == (v->person.birth_date.present() && lines[3] == lines[7]));

  Expect all = name;
  all.phone = phone.phone, all.custom_data = custom_data.custom_data, all.birth_date = birth_date.birth_date;
  const Decision decision = policy.evaluate(v, now, all);
  REQUIRE(decision.allowed() ==
          (allows(name) && allows(phone) && allows(custom_data) && (!birth_date.birth_date || allows(birth_date))));
  REQUIRE(!decision.record().empty());
  return 0;
}
