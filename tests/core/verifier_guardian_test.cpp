// Whose consent counts: a guardian who is of age, verified just now, and somebody else than the child.

#include <gtest/gtest.h>

#include <functional>

#include "bonin/policy.hpp"
#include "support/registry.hpp"

namespace bonin {
namespace {

using namespace std::chrono_literals;

constexpr Moment now{1'767'323'105'000ms};  // 2026-01-02

class GuardianTest : public ::testing::Test {
 protected:
  static Verification person(const std::string& ci, const std::string& di, int born) {
    auto v = registry_test::verified(ci, di, "iv-" + std::to_string(born));
    v.verified_at = now;
    v.person.birth_date = {Date(std::chrono::year(born), std::chrono::month(1), std::chrono::day(1)),
                           Attestation::attested};
    return v;
  }

  /// The reason of the rule; empty when it passes.
  std::string judged() const {
    Expect expect;
    expect.guardian = std::make_shared<const Verification>(guardian);
    const auto decision = policy.evaluate(std::make_shared<const Verification>(child), now, expect);
    return decision.allowed() ? "" : decision.denials().at(0).reason;
  }

  Policy policy = Policy::parse(R"({"name": "child", "rules": [{"guardian": true}]})").value();
  Verification child = person("", "di-child", 2014);
  Verification guardian = person("", "di-guardian", 1980);
};

TEST_F(GuardianTest, IsSomebodyElseByCi) {
  child.person.ci = {std::string("ci-1"), Attestation::attested};
  guardian.person.ci = {std::string("ci-2"), Attestation::attested};
  EXPECT_EQ(judged(), "");
  guardian.person.di = child.person.di;
  EXPECT_EQ(judged(), "") << "the CI tells";
  guardian.person.ci = child.person.ci;
  EXPECT_EQ(judged(), "same_person");
}

TEST_F(GuardianTest, IsSomebodyElseByDiAtOneMerchantAlone) {
  EXPECT_EQ(judged(), "");
  guardian.channel.pg_merchant_id = "merchant-2";
  EXPECT_EQ(judged(), "guardian_unknown");
  child.channel.pg_merchant_id = guardian.channel.pg_merchant_id = "";  // as V1 answers without `v2`
  EXPECT_EQ(judged(), "guardian_unknown");
  guardian.person.di = child.person.di;
  EXPECT_EQ(judged(), "same_person");
}

TEST_F(GuardianTest, IsNotToldByADiThatThePageChose) {
  child.provider = guardian.provider = "KCP_V2";
  EXPECT_EQ(judged(), "guardian_unknown");
  guardian.person.di = child.person.di;
  EXPECT_EQ(judged(), "same_person");
  guardian.provider = "DANAL";
  EXPECT_EQ(judged(), "guardian_unknown");
}

TEST_F(GuardianTest, IsNotToldWithoutAKey) {
  guardian.person.di = {};
  EXPECT_EQ(judged(), "guardian_unknown");
  guardian.person.ci = {std::string("ci-2"), Attestation::attested};
  EXPECT_EQ(judged(), "guardian_unknown");
}

TEST_F(GuardianTest, IsOfFullAgeAndVerified) {
  guardian.person.birth_date = {Date(std::chrono::year(2007), std::chrono::month(1), std::chrono::day(3)),
                                Attestation::attested};
  EXPECT_EQ(judged(), "guardian_too_young");
  guardian.person.birth_date = {Date(std::chrono::year(1980), std::chrono::month(1), std::chrono::day(1)),
                                Attestation::self_declared_possible};
  EXPECT_EQ(judged(), "guardian_unknown");
  guardian = person("", "di-guardian", 1980);
  const std::function<void()> faults[] = {
      [&] { guardian.status = Status::ready; }, [&] { guardian.channel.type = ChannelType::test; },
      [&] { guardian.verified_at = now - 11min; }, [&] { guardian.verified_at = now + 2min; }};
  for (const auto& fault : faults) {
    const Verification good = guardian;
    fault();
    EXPECT_EQ(judged(), "guardian_not_verified");
    guardian = good;
  }
  EXPECT_EQ(judged(), "");
}

}  // namespace
}  // namespace bonin
