// The whole way, over a real socket: id, lookup, registry, policy, decision.

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <map>
#include <nlohmann/json.hpp>

#include "bonin/bonin.hpp"
#include "support/ending.hpp"
#include "support/observed.hpp"
#include "support/sandbox_v2.hpp"

namespace bonin {
namespace {

using Json = nlohmann::json;
using test::Ending;

class VerifierTest : public test::SandboxV2 {
 protected:
  Registry registry() {
    return Registry::create({.store = "sqlite::memory:", .peppers = {{.key = Secret(std::string(32, 'k'))}}}).value();
  }

  Verifier verifier(const char* policy, std::optional<Registry> registry = {}) {
    return Verifier::create(
               {.portone = portone_, .policy = Policy::parse(policy).value(), .registry = std::move(registry)})
        .value();
  }

  Result<Decision> verify(const Verifier& verifier, const std::string& id, const char* subject = "session-1") {
    Ending<Decision> ending;
    verifier.verify(id, {.subject = subject}, ending.callback());
    return ending.wait();
  }

  /// Requests that reached the sandbox.
  int requests() { return Json::parse(sandbox_->control("requests", "{}").value()).at("total"); }

  /// Code and reason of all that did not pass.
  static std::string denials(const Decision& decision) {
    std::string text;
    for (const auto& finding : decision.denials()) text += finding.code + ":" + finding.reason + " ";
    return text;
  }

  static constexpr auto sign_up = R"({"name": "sign-up", "extends": "kr.youth_protection",
                                      "rules": [{"account": "new"}, {"single_use": true}, {"not_banned": true}]})";
};

TEST_F(VerifierTest, AdultPassesAndMinorDoesNot) {
  const auto verifier = this->verifier(R"({"name": "adult", "extends": "kr.youth_protection"})");
  EXPECT_TRUE(verify(verifier, persona("adult")).value().allowed());
  const auto denied = verify(verifier, persona("minor")).value();
  EXPECT_FALSE(denied.allowed());
  EXPECT_EQ(denials(denied), "age:too_young ");
}

TEST_F(VerifierTest, WhatTheAnswerLacksDenies) {
  const auto verifier = this->verifier(R"({"name": "adult", "extends": "kr.youth_protection"})");
  const auto moment = [](std::chrono::seconds from_now) { return to_string(Clock::system()->now() + from_now); };
  const auto judged = [&](const Json& arguments) {
    Json all{{"persona", "adult"}, {"api", "v2"}};
    all.update(arguments);
    const auto made = sandbox_->control("verify", all.dump());
    if (!made) return made.error().what();
    const auto decision = verify(verifier, Json::parse(made.value())["id"]);
    if (!decision) return decision.error().what();
    return decision.value().allowed() ? std::string("allowed") : denials(decision.value());
  };
  const auto with = [](const char* field, Json value) { return Json{{"overrides", {{field, std::move(value)}}}}; };
  ASSERT_EQ(judged(Json::object()), "allowed");
  struct Case {
    int fault;
    int threat;
    const char* words;
    Json arguments;
    const char* denials;
  };
  const Case cases[] = {
      {27, 5, "READY", with("/status", "READY"), "verified:not_finished "},
      {27, 5, "FAILED", with("/status", "FAILED"), "verified:verification_failed "},
      {21, 5, "an unknown status", with("/status", "DONE"), "verified:unknown_status "},
      {28, 4, "a TEST channel", with("/channel/type", "TEST"), "channel:test_channel "},
      {28, 4, "no channel", {{"omit", {"channel"}}}, "channel:missing_channel age:unattested "},
      {29, 7, "a birth date of 30 February", with("/verifiedCustomer/birthDate", "1990-02-30"), "age:unreadable "},
      {30, 3, "verified 11 minutes ago", with("/verifiedAt", moment(std::chrono::seconds(-660))), "fresh:stale "},
      {30, 3, "verified in 2 minutes", with("/verifiedAt", moment(std::chrono::seconds(120))), "fresh:in_future "},
  };
  std::map<int, std::string> faults, threats;
  for (const auto& test : cases) {
    const auto seen = judged(test.arguments);
    EXPECT_EQ(seen, test.denials) << test.words;
    for (auto* text : {&faults[test.fault], &threats[test.threat]}) {
      *text += (text->empty() ? "" : "; ") + std::string(test.words) + ": denied, `" + test.denials;
      text->back() = '`';
    }
  }
  for (const auto& [number, text] : faults) test::observed(number, text);
  for (const auto& [number, text] : threats) test::defended(number, text);
}

TEST_F(VerifierTest, WhatIsExpectedIsRefusedBeforeAnythingIsSentWhenItIsTooLong) {
  const auto verifier = this->verifier(R"({"name": "adult", "extends": "kr.youth_protection"})");
  Expect expect;
  expect.name = std::string(201, 'a');
  Ending<Decision> ending;
  verifier.verify(persona("adult"), {.expect = expect}, ending.callback());
  const auto result = ending.wait();
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().kind, ErrorKind::invalid_argument);
  EXPECT_EQ(result.error().parameter, "expect.name");
  EXPECT_EQ(requests(), 0);
}

TEST_F(VerifierTest, AbsurdTimeLimitIsRefusedBeforeItIsCountedWith) {
  using std::chrono::milliseconds;
  const auto verifier = this->verifier(R"({"name": "adult", "extends": "kr.youth_protection"})");
  for (const auto timeout : {milliseconds(0), milliseconds(-1), milliseconds(600'001), milliseconds::max()}) {
    for (const bool begun : {false, true}) {
      Ending<Decision> ending;
      verifier.verify(new_id(), {.subject = "session-1", .begun = begun, .timeout = timeout}, ending.callback());
      const auto result = ending.wait();
      ASSERT_FALSE(result.ok());
      EXPECT_EQ(result.error().kind, ErrorKind::invalid_timeout);
    }
  }
  EXPECT_EQ(requests(), 0);
}

TEST_F(VerifierTest, PolicyAboutAccountsNeedsRegistryAndSubject) {
  auto made = Verifier::create({.portone = portone_, .policy = Policy::parse(sign_up).value()});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().parameter, "registry");
  const auto nobody = verify(verifier(sign_up, registry()), persona("adult"), "");
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().parameter, "subject");
}

TEST_F(VerifierTest, ReservesForWhoPassesAndTurnsItIntoAnAccount) {
  const auto store = registry();
  const auto verifier = this->verifier(sign_up, store);
  const auto decision = verify(verifier, persona("adult")).value();
  ASSERT_TRUE(decision.allowed()) << denials(decision);
  ASSERT_NE(decision.reservation(), nullptr);

  const auto rival = verify(verifier, persona("adult"), "session-2").value();
  EXPECT_EQ(denials(rival), "account:being_signed_up ");
  EXPECT_EQ(rival.reservation(), nullptr);

  Ending<Claim> commit;
  decision.commit("account-1", commit.callback());
  EXPECT_EQ(commit.wait().value().outcome, Claim::Outcome::created);
  EXPECT_EQ(denials(verify(verifier, persona("adult"), "session-2").value()), "account:taken ");
  EXPECT_EQ(denials(verify(verifier, persona("adult"), "account-1").value()), "account:has_account ");
}

TEST_F(VerifierTest, UsesNothingUpForWhoIsTurnedAway) {
  const auto store = registry();
  const auto verifier = this->verifier(sign_up, store);
  EXPECT_EQ(denials(verify(verifier, persona("minor")).value()), "age:too_young ");
  Ending<Counts> counts;
  store.count(counts.callback());
  const auto found = counts.wait().value();
  EXPECT_EQ(found.persons + found.uses + found.keys, 0);
}

TEST_F(VerifierTest, IdIsUsedByOneSubject) {
  const auto verifier = this->verifier(R"({"name": "once", "rules": [{"single_use": true}]})", registry());
  const auto id = persona("adult");
  EXPECT_TRUE(verify(verifier, id, "session-1").value().allowed());
  EXPECT_TRUE(verify(verifier, id, "session-1").value().allowed());
  EXPECT_EQ(denials(verify(verifier, id, "session-2").value()), "single_use:used ");
  test::defended(3, "the same subject gets the same answer, another is denied");
}

TEST_F(VerifierTest, YesIsOnRecordWhateverThePolicyAsks) {
  // Only somebody in their rejoin period passes: with the best standing nobody does.
  const auto store = registry();
  const auto verifier = this->verifier(
      R"({"name": "odd", "rules": [{"single_use": true}, {"not": {"rejoin_period_over": true}}]})", store);
  const auto id = persona("adult");
  Ending<VerificationPtr> lookup;
  portone_->lookup(id, {}, lookup.callback());
  Ending<Claim> claim;
  store.claim(*lookup.wait().value(), "account-1", {}, claim.callback());
  ASSERT_TRUE(claim.wait().value().granted());
  Ending<bool> release;
  store.release("account-1", std::chrono::hours(1), release.callback());
  ASSERT_TRUE(release.wait().value());

  EXPECT_TRUE(verify(verifier, id, "session-1").value().allowed());
  EXPECT_EQ(denials(verify(verifier, id, "session-2").value()), "single_use:used ");
}

TEST_F(VerifierTest, PersonWithoutKeyIsDenied) {
  const auto verifier = this->verifier(R"({"name": "sign-up", "rules": [{"account": "new"}]})", registry());
  const auto decision = verify(verifier, persona("kakao_without_ci")).value();
  EXPECT_EQ(denials(decision), "account:no_key ");
  EXPECT_EQ(decision.reservation(), nullptr);
}

TEST_F(VerifierTest, OwnStoreAnswersWhoHoldsAnAccount) {
  std::optional<std::string> holder;
  OwnStore own;
  own.find = [&holder](std::vector<PersonKey>, std::uint64_t, Callback<std::optional<std::string>> done) {
    done(holder);
  };
  own.claim = [](std::vector<PersonKey>, std::string, std::uint64_t, Callback<Claim> done) { done(Claim{}); };
  const auto store = Registry::create({.own_store = own, .peppers = {{.key = Secret(std::string(32, 'k'))}}}).value();
  const auto once = this->verifier(R"({"name": "new", "rules": [{"account": "new"}]})", store);
  EXPECT_TRUE(verify(once, persona("adult")).value().allowed());
  holder = "account-7";
  EXPECT_EQ(denials(verify(once, persona("adult")).value()), "account:taken ");
}

TEST_F(VerifierTest, ErrorOfTheStoreIsNoDecision) {
  const auto store = registry();
  const auto verifier = this->verifier(sign_up, store);
  store.close();
  const auto outcome = verify(verifier, persona("adult"));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, ErrorKind::closed);
}

/// A store that is asked and never answers.
struct SilentStore {
  std::promise<void> asked;
  std::atomic<int> times{0};
  Callback<std::optional<std::string>> late;

  Registry registry(std::shared_ptr<const Clock> clock = nullptr) {
    OwnStore own;
    own.find = [this](std::vector<PersonKey>, std::uint64_t, Callback<std::optional<std::string>> done) {
      late = std::move(done);
      if (++times == 1) asked.set_value();
    };
    own.claim = [](std::vector<PersonKey>, std::string, std::uint64_t, Callback<Claim>) {};
    return Registry::create({.own_store = own,
                             .peppers = {{.key = Secret(std::string(32, 'k'))}},
                             .timeout = std::chrono::minutes(10),
                             .clock = std::move(clock)})
        .value();
  }
};

constexpr auto asks_the_store = R"({"name": "strict", "rules": [{"account": "same"}]})";

TEST_F(VerifierTest, CancellingReachesTheRegistry) {
  SilentStore store;
  const auto verifier = this->verifier(asks_the_store, store.registry());
  Ending<Decision> ending;
  const auto call = verifier.verify(persona("adult"), {.subject = "session-1"}, ending.callback());
  store.asked.get_future().wait();
  call.cancel();
  EXPECT_EQ(ending.wait().error().kind, ErrorKind::cancelled);
  store.late(std::optional<std::string>());
  EXPECT_EQ(ending.times(), 1);
}

TEST_F(VerifierTest, DeadlineReachesTheRegistry) {
  SilentStore store;
  const auto verifier = this->verifier(asks_the_store, store.registry());
  Ending<Decision> ending;
  verifier.verify(persona("adult"), {.subject = "session-1", .timeout = std::chrono::seconds(1)}, ending.callback());
  EXPECT_EQ(ending.wait().error().kind, ErrorKind::timed_out);
}

/// Time passes only between two looks at it: an hour each.
struct HastyClock final : Clock {
  Moment now() const noexcept override { return Clock::system()->now(); }
  std::chrono::steady_clock::time_point steady() const noexcept override {
    return std::chrono::steady_clock::time_point(std::chrono::hours(++looks));
  }
  mutable std::atomic<int> looks{0};
};

TEST_F(VerifierTest, NothingIsLeftForTheRegistryWhenTheLookupTookItAll) {
  SilentStore store;
  const auto clock = std::make_shared<HastyClock>();
  const auto verifier = Verifier::create({.portone = portone_,
                                          .policy = Policy::parse(asks_the_store).value(),
                                          .registry = store.registry(clock),
                                          .clock = clock})
                            .value();
  const auto outcome = verify(verifier, persona("adult"));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, ErrorKind::timed_out);
  EXPECT_EQ(store.times, 0);
}

TEST(Runtime, KnowsItsLibraries) {
  EXPECT_FALSE(version().empty());
  EXPECT_NE(runtime_versions().find("libcurl/"), std::string::npos);
  EXPECT_TRUE(own_openssl());
}

}  // namespace
}  // namespace bonin
