#include "bonin/error.hpp"

#include <gtest/gtest.h>

#include <set>

#include "support/vectors.hpp"

namespace bonin::test {
namespace {

TEST(ErrorKinds, AreTheOnesOfTheSharedTable) {
  const auto kinds = vectors("errors.json").at("kinds");
  ASSERT_EQ(kinds.size(), error_kind_count);
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    const auto& row = info(static_cast<ErrorKind>(i));
    EXPECT_EQ(row.name, kinds[i].at("kind").get<std::string>());
    EXPECT_EQ(row.class_name, kinds[i].at("class").get<std::string>());
    EXPECT_EQ(row.base, kinds[i].at("base").get<std::string>());
    EXPECT_EQ(row.retryable, kinds[i].at("retryable").get<bool>()) << row.name;
  }
}

TEST(ErrorKinds, HaveNamesAndClassesOfTheirOwnAndSayWhatToDo) {
  std::set<std::string_view> names, classes;
  for (std::size_t i = 0; i < error_kind_count; ++i) {
    const auto& row = info(static_cast<ErrorKind>(i));
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_TRUE(classes.insert(row.class_name).second) << row.class_name;
    // What was expected of an argument, a policy document or a key, what a cancelled call leaves, and what is in the
    // way differ: the message itself says it.
    const std::set said_by_the_message{ErrorKind::invalid_argument, ErrorKind::invalid_policy,
                                       ErrorKind::invalid_pepper, ErrorKind::cancelled, ErrorKind::conflict};
    EXPECT_EQ(row.hint.empty(), said_by_the_message.contains(row.kind)) << row.name;
    EXPECT_FALSE(row.hint.ends_with('.')) << row.name;
  }
}

TEST(Error, TellsWhatHappenedWhereAndWhatToDo) {
  Error error;
  error.kind = ErrorKind::unavailable;
  error.message = "PortOne is not available";
  error.request = "GET /certifications/{imp_uid}";
  error.http_status = 503;
  error.portone_code = "-1";
  error.attempts = 3;
  error.cause = "the connection broke off";
  EXPECT_EQ(error.what(),
            "PortOne is not available (GET /certifications/{imp_uid}, HTTP 503, code -1, 3 attempts, "
            "before that: the connection broke off); try again later");
}

TEST(Error, PrintsNoWordsOfPortOneOrTheProvider) {
  Error error;
  error.kind = ErrorKind::provider_failed;
  error.message = "the identity provider refused";
  error.portone_message = "canary-김보닌";
  error.pg_message = "canary-01012345678";
  error.pg_code = "E1";
  EXPECT_EQ(error.what().find("canary"), std::string::npos);
  EXPECT_NE(error.what().find("pg code E1"), std::string::npos);
}

}  // namespace
}  // namespace bonin::test
