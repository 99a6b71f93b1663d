// The record of a decision, as the vectors say.

#include <gtest/gtest.h>

#include "bonin/bonin.hpp"
#include "bonin/made.hpp"
#include "model/crypto.hpp"
#include "support/vectors.hpp"

namespace bonin {
namespace {

using test::Json;

TEST(PolicyRecords, AreWrittenByteForByte) {
  const auto file = test::vectors("records.json");
  for (const auto& one : file["cases"]) {
    Json facts = file["given"];
    if (one.contains("facts")) facts.merge_patch(one["facts"]);
    const auto verification = Made::verification(facts.dump());
    ASSERT_TRUE(verification) << one["why"] << verification.error().what();
    const auto policy = Policy::parse(Json{{"name", "p"}, {"rules", one["rules"]}}.dump());
    ASSERT_TRUE(policy) << one["why"] << policy.error().what();
    const auto now = parse_moment(file["now"].get<std::string>());
    std::string expected = one["record"];
    const auto put = [&expected](std::string_view mark, std::string_view text) {
      expected.replace(expected.find(mark), mark.size(), text);
    };
    put("{id}", crypto::sha256_hex(facts["id"].get<std::string>()));
    put("{hash}", policy.value().hash());
    const auto record = policy.value().evaluate(verification.value(), *now).record();
    EXPECT_EQ(record, expected) << one["why"];
    for (const char* secret : {"홍길동", "1990", "2010", "canary"}) {
      EXPECT_EQ(record.find(secret), std::string::npos) << one["why"];
    }
  }
}

}  // namespace
}  // namespace bonin
