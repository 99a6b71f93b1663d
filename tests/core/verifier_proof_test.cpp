// A yes that lasts.

#include <gtest/gtest.h>

#include <cstdlib>

#include "bonin/proof.hpp"
#include "support/observed.hpp"
#include "support/registry.hpp"

namespace bonin {
namespace {

using namespace std::chrono_literals;
using registry_test::MovableClock;

const std::string key_1(32, '1');
const std::string key_2(32, '2');

class ProofTest : public ::testing::Test {
 protected:
  Proofs proofs(const std::vector<std::string>& keys) {
    Proofs::Options options{.keys = {}, .clock = clock_};
    for (const auto& key : keys) options.keys.emplace_back(key);
    return Proofs::create(std::move(options)).value();
  }

  Decision decide(const Policy& policy) {
    auto verification = std::make_shared<Verification>(registry_test::verified("ci-1", "di-1", "iv-1"));
    verification->verified_at = clock_->now();
    return policy.evaluate(verification, clock_->now());
  }

  std::shared_ptr<MovableClock> clock_ = std::make_shared<MovableClock>();
  Policy policy_ = Policy::parse(R"({"name": "any", "rules": [{"has": "ci"}]})").value();
};

TEST_F(ProofTest, LastsForItsDays) {
  const auto proofs = this->proofs({key_1});
  const auto decision = decide(policy_);
  ASSERT_TRUE(decision.allowed());
  const auto text = proofs.issue(decision, "user-7", 365).value();
  EXPECT_LT(text.size(), 400U);
  EXPECT_EQ(text.find("iv-1"), std::string::npos);
  EXPECT_EQ(text.find("user-7"), std::string::npos);

  const auto proof = proofs.check(text, "user-7", policy_);
  EXPECT_EQ(proof.state, ProofState::valid);
  EXPECT_EQ(proof.at, decision.at());
  EXPECT_EQ(proof.until, decision.at() + 24h * 365);
  EXPECT_EQ(proof.policy_name, "any");
  EXPECT_EQ(proof.policy_hash, policy_.hash());
  EXPECT_NE(decision.record().find(proof.id_sha256), std::string::npos);

  clock_->advance(24h * 365 - 1ms);
  EXPECT_EQ(proofs.check(text, "user-7", policy_).state, ProofState::valid);
  clock_->advance(1ms);
  EXPECT_EQ(proofs.check(text, "user-7", policy_).state, ProofState::expired);
  EXPECT_EQ(proofs.check(text, "user-8", policy_).state, ProofState::foreign);
}

TEST_F(ProofTest, CountsForOneSubjectOnePolicyAndTheKeysThatAreGiven) {
  const auto text = proofs({key_1}).issue(decide(policy_), "user-7", 30).value();
  const auto other = Policy::parse(R"({"name": "other", "rules": [{"has": "ci"}]})").value();
  EXPECT_EQ(proofs({key_1}).check(text, "user-7", other).state, ProofState::other_policy);
  EXPECT_EQ(proofs({key_1}).check(text, "user-70", policy_).state, ProofState::foreign);
  EXPECT_EQ(proofs({key_1}).check(text, "", policy_).state, ProofState::foreign);
  EXPECT_EQ(proofs({key_2}).check(text, "user-7", policy_).state, ProofState::foreign);
  EXPECT_EQ(proofs({key_2, key_1}).check(text, "user-7", policy_).state, ProofState::valid);
  EXPECT_FALSE(proofs({key_2}).check(text, "user-7", policy_).at.has_value());
  test::defended(20, "a proof counts for its subject, its policy, its days and under its key alone");
}

TEST_F(ProofTest, EveryCharacterCounts) {
  const auto proofs = this->proofs({key_1});
  const auto text = proofs.issue(decide(policy_), "user-7", 30).value();
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto changed = text;
    changed[i] = changed[i] == '0' ? '1' : '0';
    EXPECT_NE(proofs.check(changed, "user-7", policy_).state, ProofState::valid) << i;
    EXPECT_NE(proofs.check(text.substr(0, i), "user-7", policy_).state, ProofState::valid) << i;
  }
  for (const char* nothing : {"", "x", "bonin-proof-1", "bonin-proof-1......", "bonin-proof-2.1.1.1.1.1.1", "......"}) {
    EXPECT_NE(proofs.check(nothing, "user-7", policy_).state, ProofState::valid) << nothing;
    EXPECT_FALSE(proofs.check(nothing, "user-7", policy_).ko.empty());
  }
  EXPECT_EQ(proofs.check("", "user-7", policy_).state, ProofState::unreadable);
  EXPECT_EQ(proofs.check(std::string(1'000'000, '.'), "user-7", policy_).state, ProofState::unreadable);
}

TEST_F(ProofTest, OnlyAYesLasts) {
  const auto strict = Policy::preset("kr.youth_protection").value();
  auto nobody = std::make_shared<Verification>();
  nobody->id = "iv-1";
  const auto denied = proofs({key_1}).issue(strict.evaluate(nobody, clock_->now()), "user-7", 30);
  ASSERT_FALSE(denied);
  EXPECT_EQ(denied.error().parameter, "decision");
  EXPECT_EQ(proofs({key_1}).issue(decide(policy_), "", 30).error().parameter, "subject");
  EXPECT_EQ(proofs({key_1}).issue(decide(policy_), std::string(1001, 's'), 30).error().parameter, "subject");
  for (const int days : {0, -1, 367}) {
    EXPECT_EQ(proofs({key_1}).issue(decide(policy_), "user-7", days).error().parameter, "days");
  }
}

TEST_F(ProofTest, KeysComeFromTheEnvironmentAndAreLongEnough) {
  ASSERT_EQ(setenv("BONIN_TEST_PROOF_KEY", key_1.c_str(), 1), 0);
  const auto text = proofs({"env:BONIN_TEST_PROOF_KEY"}).issue(decide(policy_), "user-7", 30).value();
  EXPECT_EQ(proofs({key_1}).check(text, "user-7", policy_).state, ProofState::valid);
  const auto refused = [](std::vector<Secret> keys) { return Proofs::create({.keys = std::move(keys)}).error(); };
  EXPECT_EQ(refused({}).kind, ErrorKind::invalid_pepper);
  EXPECT_EQ(refused({Secret("short")}).parameter, "key");
  EXPECT_EQ(refused({Secret(key_1), Secret("short")}).parameter, "keys/1");
  EXPECT_EQ(refused({Secret("env:BONIN_TEST_NO_SUCH_KEY")}).parameter, "key");
}

}  // namespace
}  // namespace bonin
