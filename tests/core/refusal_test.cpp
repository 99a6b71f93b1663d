// Every answer of tests/vectors/errors.json, over a socket.

#include <gtest/gtest.h>

#include "support/any_client.hpp"
#include "support/tiny_server.hpp"

namespace bonin::test {
namespace {

TEST(Refusal, SharedAnswers) {
  const auto answers = vectors("errors.json").at("answers");
  ASSERT_GE(answers.size(), 60U);
  for (const auto& test : answers) {
    SCOPED_TRACE(test.at("name").get<std::string>());
    std::string headers;
    const auto given = test.value("headers", Json::object());
    for (const auto& [name, value] : given.items()) headers += name + ": " + value.get<std::string>() + "\r\n";
    std::atomic<int> calls{0};
    TinyServer server([&](const Asked& asked) {
      if (asked.target == "/users/getToken") return answer(200, token_answer);
      ++calls;
      return answer(test.at("status"), body_of(test), headers);
    });
    const std::string api = test.at("api");
    auto client = AnyClient::create(api, {{"base_url", server.url()}, {"max_attempts", 1}});
    ASSERT_TRUE(client);
    const auto result = client.value().call(test.at("operation"), api == "v1" ? "imp_1" : "iv-1", Json::object());
    const auto& expect = test.at("expect");
    if (result) {
      ADD_FAILURE() << "no error";
      continue;
    }
    const Error& error = result.error();
    const auto text = [&](const char* field, const std::string& seen) {
      if (expect.contains(field)) {
        EXPECT_EQ(seen, expect[field].get<std::string>()) << field;
      }
    };
    EXPECT_EQ(error.name(), expect.at("kind").get<std::string>()) << error.what();
    EXPECT_EQ(error.retryable(), expect.at("retryable").get<bool>());
    EXPECT_EQ(error.http_status, expect.at("http_status").get<int>());
    text("portone_code", error.portone_code);
    text("portone_message", error.portone_message);
    text("pg_code", error.pg_code);
    text("pg_message", error.pg_message);
    EXPECT_EQ(error.retry_after_ms,
              expect.contains("retry_after_ms") ? std::optional<std::int64_t>(expect["retry_after_ms"]) : std::nullopt);
    // One request, or the one replay that V1's token allows after a 401.
    EXPECT_EQ(calls, api == "v1" && test.at("status") == 401 ? 2 : 1);
    EXPECT_EQ(error.attempts, calls);
    EXPECT_FALSE(error.request.empty());
    EXPECT_EQ(error.request.find("_1"), std::string::npos);
    for (const auto* words : {&error.portone_message, &error.pg_message}) {
      if (!words->empty()) {
        EXPECT_EQ(error.what().find(*words), std::string::npos);
      }
    }
  }
}

}  // namespace
}  // namespace bonin::test
