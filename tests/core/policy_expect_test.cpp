// What the application expects: how long it may be, and that a longer one is not worked on.

#include <gtest/gtest.h>

#include <string>

#include "bonin/policy.hpp"
#include "bonin/policy_cases.hpp"
#include "policy/presets.hpp"
#include "support/observed.hpp"

namespace {

using namespace bonin;

const Moment noon = *parse_moment("2026-06-03T12:00:00+09:00");

Policy policy() { return Policy::parse(R"({"name": "test", "rules": [{"verified": true}]})").value(); }

Verification somebody() {
  Verification v;
  v.status = Status::verified;
  v.verified_at = noon;
  v.channel.type = ChannelType::live;
  return v;
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  while (times-- > 0) all += text;
  return all;
}

bool takes(const std::string& given, const std::string& expected) {
  auto v = somebody();
  v.person.name = {given, Attestation::attested};
  Expect expect;
  expect.name = expected;
  return policy().evaluate(std::make_shared<const Verification>(v), noon, expect).allowed();
}

TEST(Expectation, HasALimitForEachField) {
  const std::tuple<std::optional<std::string> Expect::*, const char*, std::size_t> fields[] = {
      {&Expect::merchant_uid, "expect.merchant_uid", 1000},
      {&Expect::custom_data, "expect.custom_data", 1000},
      {&Expect::name, "expect.name", 200},
      {&Expect::phone, "expect.phone", 1000}};
  for (const auto& [field, name, limit] : fields) {
    Expect expect;
    expect.*field = std::string(limit, 'x');
    EXPECT_TRUE(check_expect(expect).ok()) << name;
    expect.*field = std::string(limit + 1, 'x');
    const auto checked = check_expect(expect);
    ASSERT_FALSE(checked.ok()) << name;
    EXPECT_EQ(checked.error().kind, ErrorKind::invalid_argument);
    EXPECT_EQ(checked.error().parameter, name);
    EXPECT_NE(checked.error().message.find(std::to_string(limit)), std::string::npos) << checked.error().message;
  }
  test::observed(
      70, "expected: `invalid_argument` that names the field and its limit, 200 bytes for a name, 1,000 otherwise");
}

// Two orders of the same marks: to see that they are equal they must be sorted, which takes the square of their number.
TEST(Expectation, NoNameIsNormalisedBeyondItsLimit) {
  const auto one = [](std::size_t times) { return "a" + repeated("\u0301", times) + repeated("\u0316", times); };
  const auto other = [](std::size_t times) { return "a" + repeated("\u0316\u0301", times); };
  EXPECT_TRUE(takes(one(49), other(49)));   // 197 bytes
  EXPECT_FALSE(takes(one(50), other(50)));  // 201 bytes
  EXPECT_FALSE(takes(one(16'384), other(49)));
  EXPECT_FALSE(takes(one(49), other(16'384)));
  EXPECT_FALSE(takes(std::string(201, 'a'), std::string(201, 'a')));
  test::observed(70, "in PortOne's answer: a name of more than 200 bytes equals nothing, and is not normalised");
}

TEST(Expectation, NothingIsEqualBeyondItsLimit) {
  for (const std::size_t size : {1000, 1001}) {
    auto v = somebody();
    v.custom_data = v.merchant_uid = std::string(size, 'x');
    v.person.phone = {"010" + std::string(size - 3, ' '), Attestation::attested};
    const auto verification = std::make_shared<const Verification>(v);
    Expect merchant_uid, custom_data, phone;
    merchant_uid.merchant_uid = v.merchant_uid;
    custom_data.custom_data = v.custom_data;
    phone.phone = *v.person.phone.reveal();
    for (const auto& expect : {merchant_uid, custom_data, phone}) {
      EXPECT_EQ(policy().evaluate(verification, noon, expect).allowed(), size == 1000);
    }
  }
}

TEST(Expectation, NoPresetIsWeakenedByWhatADocumentAccepts) {
  for (const auto& preset : policy_detail::presets()) {
    auto v = somebody();
    v.person.birth_date = {*parse_date("1950-01-01"), Attestation::self_declared_possible};
    const auto verification = std::make_shared<const Verification>(v);
    const std::string document = R"({"name": "test", "extends": ")" + std::string(preset.name) + "\"" +
                                 (preset.election_day ? R"(, "election_day": "2026-06-03")" : "") +
                                 R"(, "accept_self_declared": ["birth_date"]})";
    const auto policy = Policy::parse(document);
    ASSERT_TRUE(policy.ok()) << policy.error().what();
    const auto decision = policy->evaluate(verification, noon);
    ASSERT_EQ(decision.denials().size(), 1U) << preset.name;
    EXPECT_EQ(decision.denials()[0].reason, "unattested") << preset.name;
    // Nor by the canonical document, read again.
    EXPECT_FALSE(Policy::parse(policy->document())->evaluate(verification, noon).allowed()) << preset.name;
    v.person.birth_date = {*parse_date("1950-01-01"), Attestation::attested};
    EXPECT_TRUE(policy->evaluate(std::make_shared<const Verification>(v), noon).allowed()) << preset.name;
  }
  test::observed(72, "what the preset asks for must be checked all the same: `unattested` at `/extends/rules/1`");
}

TEST(Expectation, CasesHoldNoTextThatIsLonger) {
  // Each case takes it away again, after a copy.
  const auto file = [](std::size_t size) {
    return R"({"policy": "kr.not_child", "given": {"custom_data": ")" + std::string(size, 'x') +
           R"("}, "cases": [{"name": "a", "now": "2026-01-01T00:00:00Z", "verification": {"custom_data": null}, )"
           R"("allowed": false}]})";
  };
  EXPECT_TRUE(run_policy_cases(file(1000)).ok());
  const auto refused = run_policy_cases(file(1001));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().parameter, "/given/custom_data");
  const auto expected = run_policy_cases(R"({"policy": "kr.not_child", "cases": [{"name": "a", "now": )"
                                         R"("2026-01-01T00:00:00Z", "allowed": false, "expect": {"name": ")" +
                                         std::string(201, 'x') + "\"}}]}");
  ASSERT_FALSE(expected.ok());
  EXPECT_EQ(expected.error().parameter, "/cases/0/expect/name");
}

}  // namespace
