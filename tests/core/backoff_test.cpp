#include "transport/backoff.hpp"

#include <gtest/gtest.h>

namespace bonin {
namespace {

using std::chrono::milliseconds;

TEST(Backoff, DoublesUpToTwentySeconds) {
  const Random highest = [] { return 0.999999; };
  const int expected[] = {49, 99, 199, 399, 799, 1599, 3199, 6399, 12799, 19999, 19999};
  for (int retry = 1; retry <= 11; ++retry) EXPECT_EQ(backoff(retry, false, highest).count(), expected[retry - 1]);
  const int throttled[] = {999, 1999, 3999, 7999, 15999, 19999};
  for (int retry = 1; retry <= 6; ++retry) EXPECT_EQ(backoff(retry, true, highest).count(), throttled[retry - 1]);
  EXPECT_EQ(backoff(1'000, false, highest).count(), 19'999);
}

TEST(Backoff, IsFullJitter) {
  EXPECT_EQ(backoff(3, false, [] { return 0.0; }), milliseconds(0));
  EXPECT_EQ(backoff(3, false, [] { return 0.5; }), milliseconds(100));
}

TEST(Backoff, TheMachinesRandomnessStaysInItsRange) {
  const auto random = system_random();
  bool differs = false;
  const double first = random();
  for (int i = 0; i < 1'000; ++i) {
    const double value = random();
    ASSERT_GE(value, 0.0);
    ASSERT_LT(value, 1.0);
    differs |= value != first;
  }
  EXPECT_TRUE(differs);
}

TEST(RetryBudget, EmptiesAndFillsAgain) {
  RetryBudget budget;
  int taken = 0;
  while (budget.take(false)) ++taken;
  EXPECT_EQ(taken, 35);  // 35 x 14 = 490
  EXPECT_EQ(budget.left(), 10);
  EXPECT_TRUE(budget.take(true));
  EXPECT_TRUE(budget.take(true));
  EXPECT_FALSE(budget.take(true));
  EXPECT_EQ(budget.left(), 0);
  budget.give_back(0);  // a call that needed no retry
  EXPECT_EQ(budget.left(), 1);
  for (int i = 0; i < 100; ++i) budget.give_back(14);
  EXPECT_EQ(budget.left(), 500);
}

}  // namespace
}  // namespace bonin
