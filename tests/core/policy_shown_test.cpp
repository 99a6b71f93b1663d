// What a person is shown of a decision, and whether a guardian's consent is what is missing: tests/vectors/shown.json.

#include <gtest/gtest.h>

#include "bonin/policy.hpp"
#include "policy/facts.hpp"
#include "support/vectors.hpp"

namespace bonin {
namespace {

using policy_detail::Place;
using test::Json;

Decision decide(const Json& document, const Json& test) {
  policy_detail::Refusal refusal{ErrorKind::invalid_argument, {}};
  Json facts = document["given"];
  if (test.contains("verification")) facts.merge_patch(test["verification"]);
  auto verification = policy_detail::read_verification(Place(facts, refusal));
  Expect expect;
  if (test.contains("expect")) expect = policy_detail::read_expect(Place(test["expect"], refusal));
  if (test.contains("guardian")) expect.guardian = policy_detail::read_verification(Place(test["guardian"], refusal));
  std::optional<Standing> standing;
  if (test.contains("standing")) standing = policy_detail::read_standing(Place(test["standing"], refusal));
  EXPECT_FALSE(refusal.error) << refusal.error->message;
  const auto& policy = test["policy"];
  const auto made =
      policy.is_string() ? Policy::preset(policy.get<std::string>()).value() : Policy::parse(policy.dump()).value();
  return made.evaluate(std::move(verification), *parse_moment(test["now"].get<std::string>()), expect,
                       standing ? &*standing : nullptr);
}

Json shown(const Decision& decision) {
  Json out = Json::array();
  for (const Finding& finding : decision.shown()) {
    Json one{{"code", finding.code}, {"reason", finding.reason}, {"ko", finding.ko}, {"en", finding.en}};
    if (finding.until) one["until"] = to_string(*finding.until);
    out.push_back(std::move(one));
  }
  return out;
}

TEST(PolicyShown, AsWritten) {
  const Json document = test::vectors("shown.json");
  ASSERT_GT(document["cases"].size(), 30U);
  for (const auto& test : document["cases"]) {
    SCOPED_TRACE(test["name"].get<std::string>());
    const Decision decision = decide(document, test);
    EXPECT_EQ(decision.allowed(), test["refusal"].is_null());
    EXPECT_EQ(shown(decision), test["shown"]);
    EXPECT_EQ(decision.needs_guardian(), test["needs_guardian"].get<bool>());
    const Json record = Json::parse(decision.record());
    EXPECT_EQ(record.contains("needs_guardian"), decision.needs_guardian());
    EXPECT_EQ(record["denials"].size(), decision.denials().size()) << "a record is complete";
  }
}

TEST(PolicyShown, OfNothingIsNothing) {
  EXPECT_TRUE(Decision().shown().empty());
  EXPECT_FALSE(Decision().needs_guardian());
}

TEST(PolicyShown, AFlowOfSomebodyElsesAlone) {
  const Json document = test::vectors("shown.json");
  policy_detail::Refusal refusal{ErrorKind::invalid_argument, {}};
  auto verification = policy_detail::read_verification(Place(document["given"], refusal));
  Expect expect;
  expect.begun = Begun::foreign;
  const auto policy = Policy::parse(R"({"name": "case", "rules": [{"guardian": true}, {"expect": "name"}]})").value();
  const auto decision = policy.evaluate(std::move(verification), *parse_moment("2027-12-01T03:00:00Z"), expect);
  const auto told = decision.shown();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].code, "begun");
  EXPECT_FALSE(decision.needs_guardian());
}

}  // namespace
}  // namespace bonin
