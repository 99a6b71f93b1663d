// Every case of tests/vectors/bad_input.json: refused by name, and nothing is sent.

#include <gtest/gtest.h>

#include "support/any_client.hpp"
#include "support/observed.hpp"
#include "support/tiny_server.hpp"

namespace bonin::test {
namespace {

TEST(BadInput, SharedCases) {
  const auto cases = vectors("bad_input.json");
  ASSERT_GE(cases.size(), 100U);
  TinyServer server([](const Asked&) { return answer(200, "{}"); });
  int ids = 0;
  for (const auto& test : cases) {
    SCOPED_TRACE(test.at("name").get<std::string>());
    Json options = test.value("options", Json::object());
    if (!options.contains("base_url")) options["base_url"] = server.url();
    auto client = AnyClient::create(test.at("api"), options);
    std::optional<Error> error;
    if (test.at("call") == "create") {
      if (!client) error = client.error();
    } else {
      ASSERT_TRUE(client);
      std::string id = test.value("id", "");
      if (test.contains("id_repeat")) id = body_of({{"body_repeat", test["id_repeat"]}});
      const auto result = client.value().call(test.at("call"), id, test.value("arguments", Json::object()));
      if (!result) error = result.error();
    }
    if (!error) {
      ADD_FAILURE() << "not refused";
      continue;
    }
    EXPECT_EQ(error->name(), test.at("expect").at("kind").get<std::string>());
    EXPECT_EQ(error->parameter, test.at("expect").at("parameter").get<std::string>());
    ids += error->kind == ErrorKind::invalid_id;
    EXPECT_FALSE(error->retryable());
    EXPECT_EQ(error->attempts, 0);
    EXPECT_NE(error->message.back(), '.');
  }
  EXPECT_EQ(server.connections(), 0);
  EXPECT_GE(ids, 9);
  observed(31, std::to_string(ids) + " ids of this kind: `invalid_id`, no connection is made");
  defended(6, "a malformed id is refused before anything is sent");
}

}  // namespace
}  // namespace bonin::test
