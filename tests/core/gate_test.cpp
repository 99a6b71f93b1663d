// A gate: who is inside, and the way out.

#include "model/gate.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace bonin {
namespace {

TEST(Gate, NobodyInsideIsKnownAtOnce) {
  Gate gate;
  int told = 0;
  gate.drain([&] { ++told; });
  EXPECT_EQ(told, 1);
  EXPECT_TRUE(gate.drains());
  EXPECT_FALSE(gate.enter());
  gate.drain([&] { ++told; });
  EXPECT_EQ(told, 2) << "whoever asks is told";
}

TEST(Gate, TheLastOneWhoLeavesEndsTheWait) {
  Gate gate;
  Gate::Place first = gate.enter();
  Gate::Place second = gate.enter();
  ASSERT_TRUE(first && second);
  EXPECT_EQ(gate.inside()->calls(), 2);
  int told = 0;
  gate.drain([&] { ++told; });
  EXPECT_FALSE(gate.enter());
  first = {};
  EXPECT_EQ(told, 0);
  const Gate::Place moved = std::move(second);
  EXPECT_EQ(told, 0) << "a place that moves is kept";
  const auto leave = [](Gate::Place) {};
  leave(std::move(const_cast<Gate::Place&>(moved)));
  EXPECT_EQ(told, 1);
  EXPECT_EQ(gate.inside()->calls(), 0);
}

TEST(Gate, UnderLoadNobodyIsInsideOnceItIsSaidThatAllHaveLeft) {
  for (int round = 0; round < 200; ++round) {
    Gate gate;
    std::atomic<int> held{0};
    std::atomic<bool> begun{false};
    std::atomic<int> told{0};
    std::vector<std::thread> callers;
    for (int i = 0; i < 4; ++i) {
      callers.emplace_back([&] {
        while (const auto place = gate.enter()) {
          ++held;
          begun = true;
          --held;
        }
      });
    }
    while (!begun) std::this_thread::yield();
    gate.drain([&] {
      EXPECT_EQ(held, 0);
      ++told;
    });
    for (auto& caller : callers) caller.join();
    EXPECT_EQ(told, 1);
  }
}

}  // namespace
}  // namespace bonin
