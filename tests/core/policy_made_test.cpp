// Verifications and decisions made by hand.

#include <gtest/gtest.h>

#include "bonin/bonin.hpp"
#include "bonin/made.hpp"
#include "policy/rules/all.hpp"

namespace bonin {
namespace {

constexpr const char* adult = R"({"id":"iv-1","api":"v2","status":"verified","provider":"INICIS_UNIFIED",
  "verified_at":"2026-01-01T00:00:00Z","person":{"name":"a","birth_date":"1990-01-01","gender":"male"}})";

VerificationPtr verification() { return Made::verification(adult).value(); }

TEST(Made, AVerificationTellsWhatItsProviderChecks) {
  const auto made = verification();
  EXPECT_EQ(made->id, "iv-1");
  EXPECT_EQ(made->status, Status::verified);
  EXPECT_TRUE(made->person.birth_date.attested());
  EXPECT_EQ(made->person.gender.attestation(), Attestation::self_declared_possible);
  EXPECT_EQ(made->person.ci.attestation(), Attestation::absent);
  const auto wrong = Made::verification(R"({"person":{"birth_date":"1990-02-30"}})");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().kind, ErrorKind::invalid_argument);
  EXPECT_EQ(wrong.error().parameter, "/person/birth_date");
  EXPECT_EQ(Made::verification("[").error().kind, ErrorKind::invalid_argument);
}

TEST(Made, AllowedIsWhole) {
  const auto policy = Policy::preset("kr.youth_protection").value();
  const auto at = Clock::system()->now();
  const auto decision = Made::allowed(verification(), at, &policy).value();
  EXPECT_TRUE(decision.allowed());
  EXPECT_EQ(decision.at(), at);
  EXPECT_EQ(decision.policy_hash(), policy.hash());
  EXPECT_EQ(decision.findings().size(), 4u);
  EXPECT_TRUE(decision.denials().empty());
  EXPECT_TRUE(Made::allowed(verification(), at).value().allowed());
  const auto new_people = Policy::parse(R"({"name":"sign-up","rules":[{"account":"new"}]})").value();
  EXPECT_EQ(Made::allowed(verification(), at, &new_people).error().parameter, "policy") << "nothing could be committed";
}

TEST(Made, DeniesByEveryRule) {
  std::vector<std::string_view> codes = policy_detail::rule_codes();
  std::erase_if(codes, [](std::string_view code) { return code == "all_of" || code == "any_of" || code == "not"; });
  codes.emplace_back("begun");
  for (const auto code : codes) {
    const auto decision = Made::denied(verification(), Moment{}, code, "missing");
    ASSERT_TRUE(decision) << code << ": " << decision.error().what();
    EXPECT_FALSE(decision->allowed());
    const auto denials = decision->denials();
    ASSERT_EQ(denials.size(), 1u) << code;
    EXPECT_EQ(denials[0].code, code);
    EXPECT_EQ(denials[0].reason, "missing");
    EXPECT_EQ(denials[0].outcome, Outcome::unknown);
    EXPECT_FALSE(denials[0].en.empty());
  }
}

TEST(Made, DeniesByAPolicysOwnRule) {
  const auto policy =
      Policy::parse(R"({"name":"p","rules":[{"has":["ci","di"]},{"age":{"at_least":14,"by":"full"}}]})").value();
  const auto by_age = Made::denied(verification(), Moment{}, "age", "too_young", &policy).value();
  EXPECT_EQ(by_age.denials()[0].pointer, "/rules/1");
  EXPECT_EQ(by_age.failed(), 1u << 4);
  EXPECT_NE(by_age.denials()[0].en.find("14"), std::string::npos);
  const auto by_part = Made::denied(verification(), Moment{}, "has", "absent", &policy).value();
  EXPECT_EQ(by_part.denials()[0].reason, "ci:absent");
  const auto begun = Made::denied(verification(), Moment{}, "begun", "expired", &policy).value();
  EXPECT_EQ(begun.denials()[0].reason, "expired");
  EXPECT_EQ(begun.findings().size(), 6u);

  const auto parameter_of = [&](const char* code, const char* reason) {
    return Made::denied(verification(), Moment{}, code, reason, &policy).error().parameter;
  };
  EXPECT_EQ(parameter_of("account", "has_account"), "code") << "the policy has no such rule";
  EXPECT_EQ(parameter_of("aeg", "too_young"), "code");
  EXPECT_EQ(parameter_of("any_of", "too_young"), "code");
  EXPECT_EQ(parameter_of("age", "too_yuong"), "reason");
  EXPECT_EQ(parameter_of("age", ""), "reason");
}

}  // namespace
}  // namespace bonin
