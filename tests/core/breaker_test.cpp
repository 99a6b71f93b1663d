// When not to ask at all.

#include "transport/breaker.hpp"

#include <gtest/gtest.h>

#include "support/fake_transport.hpp"

namespace bonin::test {
namespace {

class Breakers : public testing::Test {
 protected:
  void fail(int times) {
    for (int i = 0; i < times; ++i) breaker.failed("cause " + std::to_string(i + 1), false);
  }
  std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();
  double random = 0;
  Breaker breaker{clock, [this] { return random; }};
};

TEST_F(Breakers, OpensAfterTenInARow) {
  for (int i = 0; i < 3; ++i) {
    fail(9);
    EXPECT_EQ(breaker.state(), Circuit::closed);
    EXPECT_FALSE(breaker.answered(false));  // anything it says starts the count anew
  }
  fail(9);
  EXPECT_EQ(breaker.admit(), Breaker::Pass::free);
  EXPECT_TRUE(breaker.failed("the last", false));
  EXPECT_EQ(breaker.state(), Circuit::open);
  EXPECT_EQ(breaker.cause(), "the last");
  EXPECT_EQ(breaker.admit(), Breaker::Pass::refused);
  EXPECT_EQ(breaker.left(), 5s);
}

TEST_F(Breakers, OneProbeAtATimeAfterThePause) {
  fail(10);
  clock->advance(5s - 1ms);
  EXPECT_EQ(breaker.admit(), Breaker::Pass::refused);
  EXPECT_EQ(breaker.left(), 1ms);
  clock->advance(1ms);
  EXPECT_EQ(breaker.admit(), Breaker::Pass::probe);
  EXPECT_EQ(breaker.state(), Circuit::half_open);
  for (int i = 0; i < 200; ++i) EXPECT_EQ(breaker.admit(), Breaker::Pass::refused);
  EXPECT_TRUE(breaker.answered(true));
  EXPECT_EQ(breaker.admit(), Breaker::Pass::free);
  fail(9);
  EXPECT_EQ(breaker.state(), Circuit::closed) << "it starts anew";
}

TEST_F(Breakers, APlaceThatIsGivenUpIsTheNextCalls) {
  fail(10);
  clock->advance(5s);
  EXPECT_EQ(breaker.admit(), Breaker::Pass::probe);
  breaker.give_up();
  EXPECT_EQ(breaker.state(), Circuit::open);
  EXPECT_EQ(breaker.admit(), Breaker::Pass::probe);
}

TEST_F(Breakers, ThePauseDoublesToAMinuteAndStartsAnewAfterARecovery) {
  fail(10);
  const milliseconds expected[] = {5s, 10s, 20s, 40s, 60s, 60s, 60s};
  for (const auto pause : expected) {
    EXPECT_EQ(breaker.left(), pause);
    clock->advance(pause);
    ASSERT_EQ(breaker.admit(), Breaker::Pass::probe);
    EXPECT_TRUE(breaker.failed("still", true));
    EXPECT_EQ(breaker.cause(), "still");
  }
  clock->advance(60s);
  ASSERT_EQ(breaker.admit(), Breaker::Pass::probe);
  breaker.answered(true);
  fail(10);
  EXPECT_EQ(breaker.left(), 5s);
}

TEST_F(Breakers, ThePauseIsShortenedAtRandomByUpToAFifth) {
  random = 0.5;
  fail(10);
  EXPECT_EQ(breaker.left(), 4500ms);
}

TEST_F(Breakers, OldNewsChangesNothing) {
  fail(10);
  clock->advance(1s);
  EXPECT_FALSE(breaker.failed("late", false));
  EXPECT_FALSE(breaker.answered(false));
  EXPECT_EQ(breaker.state(), Circuit::open);
  EXPECT_EQ(breaker.left(), 4s);
  EXPECT_EQ(breaker.cause(), "cause 10");
  clock->advance(4s);
  ASSERT_EQ(breaker.admit(), Breaker::Pass::probe);
  EXPECT_FALSE(breaker.failed("late", false));
  EXPECT_FALSE(breaker.answered(false));
  EXPECT_EQ(breaker.state(), Circuit::half_open);
}

TEST_F(Breakers, JumpsOfTheWallClockChangeNothing) {
  fail(10);
  for (const auto jump : {24h, -48h}) {
    clock->wall += jump;
    EXPECT_EQ(breaker.admit(), Breaker::Pass::refused);
    EXPECT_EQ(breaker.left(), 5s);
  }
}

TEST(Signs, WhatAnEndSaysAboutTheServer) {
  const auto sign = [](ErrorKind kind, int status) {
    Error error;
    error.kind = kind;
    error.http_status = status;
    return sign_of(error);
  };
  EXPECT_EQ(sign(ErrorKind::connection_failed, 0), Sign::failing);
  EXPECT_EQ(sign(ErrorKind::timed_out, 0), Sign::failing);
  EXPECT_EQ(sign(ErrorKind::unavailable, 500), Sign::failing);
  EXPECT_EQ(sign(ErrorKind::unavailable, 503), Sign::failing);
  EXPECT_EQ(sign(ErrorKind::unavailable, 408), Sign::alive);
  EXPECT_EQ(sign(ErrorKind::throttled, 429), Sign::alive);
  EXPECT_EQ(sign(ErrorKind::provider_failed, 502), Sign::alive);
  EXPECT_EQ(sign(ErrorKind::not_found, 404), Sign::alive);
  EXPECT_EQ(sign(ErrorKind::unauthorized, 401), Sign::alive);
  EXPECT_EQ(sign(ErrorKind::cancelled, 0), Sign::none);
  EXPECT_EQ(sign(ErrorKind::closed, 0), Sign::none);
  EXPECT_EQ(sign(ErrorKind::tls_failed, 0), Sign::none);
}

}  // namespace
}  // namespace bonin::test
