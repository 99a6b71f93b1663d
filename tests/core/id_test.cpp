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

TEST(Id, AnythingThatPrintsIsOneOfV2) {
  int good = 0;
  for (int c = 0; c < 256; ++c) good += check_id(Api::v2, std::string("a") + static_cast<char>(c)).ok();
  EXPECT_EQ(good, 0x7f - 0x20) << "the printable ASCII; half a character of UTF-8 is none";
  for (const char* id : {"주문-7", "a/b", "a%2Fb", "?", "#", "...", "../x", " a", "\"", "\xE3\x80\x80"}) {
    EXPECT_TRUE(check_id(Api::v2, id)) << id;
  }
  std::string longest;
  for (int i = 0; i < 200; ++i) longest += "가";
  EXPECT_TRUE(check_id(Api::v2, longest)) << "characters count, not bytes";
  EXPECT_FALSE(check_id(Api::v2, longest + "가"));
  // A folder, a zero-width space, a mark of direction, a line separator, an unassigned character, a surrogate.
  for (const char* id :
       {".", "..", "", "a\xE2\x80\x8B", "\xE2\x80\xAE", "\xE2\x80\xA8", "\xCD\xB8", "\xED\xA0\x80", "\x7f"}) {
    EXPECT_FALSE(check_id(Api::v2, id)) << id;
  }
}

TEST(Id, OfV1AreImpUids) {
  EXPECT_TRUE(check_id(Api::v1, "imps_1")) << "of a record that the API made";
  for (const char* id : {"imp_", "imps_", "impss_1", "imp_1a", "imp_가", "imp_1 "})
    EXPECT_FALSE(check_id(Api::v1, id)) << id;
  int good = 0;
  for (int c = 0; c < 256; ++c) good += check_id(Api::v1, std::string("imp_1") + static_cast<char>(c)).ok();
  EXPECT_EQ(good, 10);
}

TEST(Id, TheErrorDoesNotRepeatIt) {
  const auto refused = check_id(Api::v2, "canary\n");
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
