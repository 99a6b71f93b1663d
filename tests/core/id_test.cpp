#include <gtest/gtest.h>

#include <set>

#include "bonin/portone.hpp"

namespace bonin {
namespace {

// What is refused stands in tests/vectors/bad_input.json.

TEST(Id, WhatMayBeAskedFor) {
  EXPECT_TRUE(check_id(Api::v1, "imp_1"));
  EXPECT_TRUE(check_id(Api::v1, "imp_" + std::string(196, '7')));
  EXPECT_FALSE(check_id(Api::v1, "imp_" + std::string(197, '7')));
  EXPECT_TRUE(check_id(Api::v2, "a"));
  EXPECT_TRUE(check_id(Api::v2, "identity-verification-39ecfa97-d6f2-4f6a-9f0b-1d2c3e4f5a6b"));
  EXPECT_TRUE(check_id(Api::v2, "imp_123456789012"));
  EXPECT_TRUE(check_id(Api::v2, std::string(200, 'Z')));
  EXPECT_FALSE(check_id(Api::v2, std::string(201, 'Z')));
}

TEST(Id, EveryOtherByteIsRefused) {
  int good = 0;
  for (int c = 0; c < 256; ++c) good += check_id(Api::v2, std::string("a") + static_cast<char>(c)).ok();
  EXPECT_EQ(good, 26 + 26 + 10 + 2);
  good = 0;
  for (int c = 0; c < 256; ++c) good += check_id(Api::v1, std::string("imp_1") + static_cast<char>(c)).ok();
  EXPECT_EQ(good, 10);
}

TEST(Id, TheErrorDoesNotRepeatIt) {
  const auto refused = check_id(Api::v2, "canary/");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().what().find("canary"), std::string::npos);
}

TEST(Id, FreshOnesDifferAndSuitEveryProvider) {
  std::set<std::string> seen;
  for (int i = 0; i < 1'000; ++i) {
    const auto id = new_id();
    ASSERT_EQ(id.size(), 32U);
    ASSERT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos);
    ASSERT_TRUE(check_id(Api::v2, id));
    ASSERT_TRUE(seen.insert(id).second);
  }
}

}  // namespace
}  // namespace bonin
