// A token that is kept, shared and renewed in time.

#include <gtest/gtest.h>

#include "support/fake_transport.hpp"
#include "support/observed.hpp"
#include "token/renewed_credential.hpp"

namespace bonin::test {
namespace {

/// Answers when the test says so, with tokens t1, t2, ...
class ManualSource final : public TokenSource {
 public:
  void fetch(std::function<void(Result<Token>)> done) override {
    ++fetches;
    waiting.push_back(std::move(done));
  }
  milliseconds renew_ahead() const noexcept override { return 50s; }

  void give(milliseconds life = 1800s) {
    Token token;
    token.text = Secret("t" + std::to_string(++given));
    token.life = life;
    end(std::move(token));
  }
  void fail(ErrorKind kind = ErrorKind::connection_failed) {
    Error error;
    error.kind = kind;
    end(std::move(error));
  }
  void end(Result<Token> result) {
    ASSERT_EQ(waiting.size(), 1U) << "one renewal at a time";
    const auto done = std::move(waiting.front());
    waiting.clear();
    done(std::move(result));
  }

  int fetches = 0;
  int given = 0;
  std::vector<std::function<void(Result<Token>)>> waiting;
};

class Renewal : public testing::Test {
 protected:
  ~Renewal() override { source->waiting.clear(); }  // may hold the credential that holds the source

  /// The Authorization line, "error" or "waiting".
  std::string ask() {
    auto seen = std::make_shared<std::string>("waiting");
    credential->grant([seen, this](const Result<Grant>& grant) {
      *seen = grant ? std::string(grant.value().headers->value("Authorization")) : "error";
      if (grant) generation = grant.value().generation;
    });
    asked.push_back(seen);
    return *seen;
  }

  std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();
  std::shared_ptr<Health> health = std::make_shared<Health>(clock, [] { return 0.5; }, std::make_shared<LogGate>());
  ManualSource* source = new ManualSource;
  std::shared_ptr<RenewedCredential> credential = std::make_shared<RenewedCredential>(
      clock, health, std::unique_ptr<TokenSource>(source), std::vector<std::string>{"Tier: abc"});
  std::vector<std::shared_ptr<std::string>> asked;
  std::uint64_t generation = 0;
};

TEST_F(Renewal, TwoHundredCallersShareOne) {
  for (int i = 0; i < 200; ++i) EXPECT_EQ(ask(), "waiting");
  EXPECT_EQ(source->fetches, 1);
  source->give();
  for (const auto& seen : asked) EXPECT_EQ(*seen, "Bearer t1");
  EXPECT_EQ(ask(), "Bearer t1");
  EXPECT_EQ(source->fetches, 1);
}

TEST_F(Renewal, EveryRequestCarriesTheTier) {
  ask();
  source->give();
  credential->grant([](const Result<Grant>& grant) { EXPECT_EQ(grant.value().headers->value("Tier"), "abc"); });
}

TEST_F(Renewal, InTheLastFiftySecondsNobodyWaits) {
  ask();
  source->give(1800s);
  clock->advance(1750s - 1ms);
  EXPECT_EQ(ask(), "Bearer t1");
  EXPECT_EQ(source->fetches, 1);
  clock->advance(1ms);
  for (int i = 0; i < 200; ++i) EXPECT_EQ(ask(), "Bearer t1");
  EXPECT_EQ(source->fetches, 2);
  source->give(350s);
  EXPECT_EQ(ask(), "Bearer t2");
  clock->advance(299s);
  EXPECT_EQ(ask(), "Bearer t2");
  EXPECT_EQ(source->fetches, 2);
  observed(15, "200 calls in its last 50 s: one renewal, all of them go on with the token they have");
}

TEST_F(Renewal, AnExpiredTokenIsNotUsed) {
  ask();
  source->give(1800s);
  clock->advance(1800s);
  EXPECT_EQ(ask(), "waiting");
  source->give();
  EXPECT_EQ(*asked.back(), "Bearer t2");
}

TEST_F(Renewal, LifeCountsFromTheQuestionNotFromTheAnswer) {
  ask();
  clock->advance(10s);
  source->give(1800s);
  clock->advance(1790s - 1ms);
  EXPECT_EQ(ask(), "Bearer t1");
  clock->advance(1ms);
  EXPECT_EQ(ask(), "waiting");
}

TEST_F(Renewal, TheWallClockMayJump) {
  ask();
  source->give(1800s);
  for (const auto jump : {24h, -48h}) {
    clock->wall += jump;
    EXPECT_EQ(ask(), "Bearer t1");
  }
  EXPECT_EQ(source->fetches, 1);
  observed(16, "a day ahead, a day back: " + *asked.back() + " as before, " + std::to_string(source->fetches) +
                   " getToken in all");
}

TEST_F(Renewal, AFailureInTheBackgroundDisturbsNobody) {
  ask();
  source->give(1800s);
  clock->advance(1760s);
  EXPECT_EQ(ask(), "Bearer t1");
  EXPECT_EQ(source->fetches, 2);
  source->fail();
  EXPECT_EQ(ask(), "Bearer t1");
  EXPECT_EQ(source->fetches, 2) << "not again at once";
  clock->advance(1s);
  EXPECT_EQ(ask(), "Bearer t1");
  EXPECT_EQ(source->fetches, 3);
  clock->advance(39s);  // over, while the renewal is still under way
  EXPECT_EQ(ask(), "waiting");
  EXPECT_EQ(source->fetches, 3);
  source->give();
  EXPECT_EQ(*asked.back(), "Bearer t2");
}

TEST_F(Renewal, AFailureFailsThoseWhoWaitAndTheNextAskAgain) {
  ask();
  ask();
  source->fail();
  EXPECT_EQ(*asked[0], "error");
  EXPECT_EQ(*asked[1], "error");
  EXPECT_EQ(ask(), "waiting");
  EXPECT_EQ(source->fetches, 2);
  source->give();
  EXPECT_EQ(*asked[2], "Bearer t1");
}

TEST_F(Renewal, TwoHundredRejectionsCostOneRenewal) {
  ask();
  source->give();
  ask();
  const auto rejected = generation;
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(credential->reject(rejected));
    EXPECT_EQ(ask(), "waiting");
  }
  EXPECT_EQ(source->fetches, 2);
  source->give();
  for (int i = 0; i < 100; ++i) {  // those that were under way with the old token all the while
    EXPECT_TRUE(credential->reject(rejected));
    EXPECT_EQ(ask(), "Bearer t2");
  }
  EXPECT_EQ(source->fetches, 2);
}

TEST_F(Renewal, WhoeverAsksAgainPaysForTheRequestOnce) {
  ask();
  source->fail();
  EXPECT_TRUE(credential->afford(false));
  EXPECT_EQ(health->budget.left(), 500 - 14);
  ask();
  EXPECT_TRUE(credential->afford(false)) << "that request is under way";
  EXPECT_EQ(health->budget.left(), 500 - 14);
  source->give();
  EXPECT_EQ(health->budget.left(), 500) << "it succeeded";
  EXPECT_TRUE(credential->afford(false)) << "there is a token";
  EXPECT_EQ(health->budget.left(), 500);
  clock->advance(1800s);
  while (health->budget.take(false)) {
  }
  EXPECT_FALSE(credential->afford(false));
}

TEST_F(Renewal, TheCircuitHearsOfEachRenewalOnce) {
  const auto fail = [this](int times) {
    for (int i = 0; i < times; ++i) {
      for (int caller = 0; caller < 20; ++caller) ask();
      source->fail();
    }
  };
  fail(9);
  EXPECT_EQ(health->circuit(), Circuit::closed);
  ask();
  source->give(1s);  // an answer in between: they are not in a row
  clock->advance(1s);
  fail(9);
  EXPECT_EQ(health->circuit(), Circuit::closed);
  fail(1);
  EXPECT_EQ(health->circuit(), Circuit::open);
}

TEST_F(Renewal, AClosedClientKeepsNoToken) {
  std::weak_ptr<const Headers> kept;
  const auto keep = [&kept](const Result<Grant>& grant) { kept = grant.value().headers; };
  credential->grant(keep);
  source->give();
  EXPECT_FALSE(kept.expired());
  credential->forget();
  EXPECT_TRUE(kept.expired()) << "wiped, for nobody uses it any more";
  // A renewal that was under way when the client was closed.
  credential->grant(keep);
  source->give();
  EXPECT_TRUE(kept.expired());
}

TEST_F(Renewal, ACallerMayAskAgainFromItsCallback) {
  std::string second;
  credential->grant([&](Result<Grant> first) {
    EXPECT_FALSE(first);
    credential->grant([&](const Result<Grant>& grant) { second = grant.value().headers->value("Authorization"); });
  });
  source->fail();
  EXPECT_EQ(source->fetches, 2);
  source->give();
  EXPECT_EQ(second, "Bearer t1");
}

}  // namespace
}  // namespace bonin::test
