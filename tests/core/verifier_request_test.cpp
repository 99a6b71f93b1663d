// Every case of tests/vectors/flow.json.

#include <gtest/gtest.h>

#include "bonin/bonin.hpp"
#include "support/observed.hpp"
#include "support/vectors.hpp"

namespace bonin::test {
namespace {

void read(const Json& value, std::string& into) { into = value.is_string() ? value.get<std::string>() : value.dump(); }
void read(const Json& value, bool& into) { into = value; }
void read(const Json& value, std::optional<bool>& into) { into = value.get<bool>(); }
void read(const Json& value, std::optional<int>& into) { into = value.get<int>(); }

/// `{200}` stands for so many letters.
void expand(Json& value) {
  if (value.is_object()) {
    for (auto& item : value) expand(item);
  } else if (value.is_string()) {
    const auto text = value.get<std::string>();
    if (text.size() > 2 && text.front() == '{' && text.find_first_not_of("0123456789", 1) == text.size() - 1) {
      value = std::string(std::stoul(text.substr(1)), 'a');
    }
  }
}

FlowOptions options_of(Json given) {
  expand(given);
  FlowOptions options;
  std::size_t known = 0;
  each_field(options, [&](std::string_view name, auto& field, FieldKind) {
    const auto value = given.find(std::string(name));
    if (value == given.end()) return;
    read(*value, field);
    ++known;
  });
  EXPECT_EQ(known, given.size()) << "an option that there is not";
  return options;
}

Verifier verifier_of(const Json& test) {
  std::shared_ptr<const PortOne> portone;
  if (test.at("api") == "v1") {
    portone = PortOneV1::create({.imp_key = Secret("key"), .imp_secret = Secret("secret")}).value();
  } else {
    portone =
        PortOneV2::create({.api_secret = Secret("secret"), .store_id = test.value("store_id", "store-1")}).value();
  }
  return Verifier::create({.portone = portone, .policy = Policy::preset("kr.youth_protection").value()}).value();
}

TEST(FlowRequest, SharedCases) {
  const auto cases = vectors("flow.json").at("cases");
  ASSERT_GE(cases.size(), 60U);
  for (const auto& test : cases) {
    SCOPED_TRACE(test.at("name").get<std::string>());
    const auto flow = verifier_of(test).begin("session-1", options_of(test.at("options")));
    if (test.contains("error")) {
      ASSERT_FALSE(flow) << flow->request;
      EXPECT_EQ(flow.error().kind, ErrorKind::invalid_argument);
      EXPECT_EQ(flow.error().parameter, test.at("error"));
      EXPECT_NE(flow.error().message.find(test.value("says", "")), std::string::npos) << flow.error().message;
      continue;
    }
    ASSERT_TRUE(flow) << flow.error().what();
    Json wanted = test.at("request");
    wanted[test.at("api") == "v1" ? "merchant_uid" : "identityVerificationId"] = flow->id;
    EXPECT_EQ(Json::parse(flow->request), wanted);
  }
}

TEST(FlowRequest, WarnsOfAnAgeLimitThatShutsOutWhoThePolicyLetsIn) {
  // kr.youth_protection asks for the year of the 19th birthday, the provider's window for the birthday.
  const auto flow = verifier_of({{"api", "v1"}}).begin("session-1", {.channel_key = "channel-1", .min_age = 19});
  ASSERT_EQ(flow->warnings.size(), 1U);
  EXPECT_NE(flow->warnings[0].find("19"), std::string::npos) << flow->warnings[0];
  const auto v2 = verifier_of({{"api", "v2"}})
                      .begin("session-1", {.channel_key = "channel-1", .bypass = R"({"danal": {"AGELIMIT": 19}})"});
  EXPECT_EQ(v2->warnings.size(), 1U);
  EXPECT_TRUE(
      verifier_of({{"api", "v1"}}).begin("session-1", {.channel_key = "channel-1", .min_age = 15})->warnings.empty());
}

}  // namespace
}  // namespace bonin::test
