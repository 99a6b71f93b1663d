// What each way of asking for a token sends, and what it makes of the answers.

#include <gtest/gtest.h>

#include "support/ending.hpp"
#include "support/fake_transport.hpp"
#include "support/vectors.hpp"
#include "token/token_source.hpp"

namespace bonin::test {
namespace {

class TokenSources : public testing::Test {
 protected:
  TokenRoute route() { return {transport, connection, health}; }

  Result<Token> fetch(TokenSource& source) {
    Ending<Token> ending;
    source.fetch(ending.callback());
    transport.settle();
    return ending.wait();
  }
  Result<Token> v1(const Reply& reply) {
    transport.script = [reply](const Sent&) { return reply; };
    return fetch(*v1_token_source(route(), Secret("the-key"), Secret("the-secret")));
  }
  Result<Token> v1(const std::string& response) {
    return v1(Reply::answer(200, R"({"code":0,"message":null,"response":)" + response + "}"));
  }

  std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();
  FakeTransport transport{clock};
  std::shared_ptr<const ConnectionOptions> connection = std::make_shared<ConnectionOptions>();
  std::shared_ptr<Health> health = std::make_shared<Health>(clock, [] { return 0.5; }, std::make_shared<LogGate>());
};

TEST_F(TokenSources, V1LivesAsLongAsTheServersClockSays) {
  const auto token = v1(R"({"access_token":"abc","now":1000,"expired_at":2800})");
  ASSERT_TRUE(token);
  EXPECT_EQ(token->text.reveal(), "abc");
  EXPECT_EQ(token->life, 1800s);
  ASSERT_EQ(transport.sent.size(), 1U);
  EXPECT_EQ(transport.sent[0].path, "/users/getToken");
  EXPECT_EQ(Json::parse(transport.sent[0].body), Json({{"imp_key", "the-key"}, {"imp_secret", "the-secret"}}));
  EXPECT_EQ(transport.sent[0].authorization, "");
}

TEST_F(TokenSources, ASecretMayHoldWhatJsonEscapes) {
  transport.script = [](const Sent&) { return Reply::answer(401); };
  EXPECT_FALSE(fetch(*v1_token_source(route(), Secret(R"(a"b\c)"), Secret(R"(\")"))));
  EXPECT_EQ(Json::parse(transport.sent[0].body), Json({{"imp_key", R"(a"b\c)"}, {"imp_secret", R"(\")"}}));
}

TEST_F(TokenSources, WhatRenewsATokenIsForgotten) {
  const auto source = v2_login_source(route(), Secret("s"));
  transport.script = [](const Sent&) { return Reply::answer(200, R"({"accessToken":"a","refreshToken":"r"})"); };
  ASSERT_TRUE(fetch(*source));
  source->forget();
  ASSERT_TRUE(fetch(*source));
  EXPECT_EQ(transport.sent[1].path, "/login/api-secret");
}

TEST_F(TokenSources, EachIsRenewedInItsOwnTime) {
  EXPECT_EQ(v1_token_source(route(), Secret("k"), Secret("s"))->renew_ahead(), 50s);
  EXPECT_EQ(v2_login_source(route(), Secret("s"))->renew_ahead(), 5min);
  EXPECT_EQ(v2_api_key_source(route(), Secret("k"))->renew_ahead(), 5min);
}

TEST_F(TokenSources, V1RefusesAnAnswerThatIsNoToken) {
  for (const char* response :
       {"null", "[]", R"({"now":1000,"expired_at":2800})", R"({"access_token":"","now":1000,"expired_at":2800})",
        R"({"access_token":7,"now":1000,"expired_at":2800})", R"({"access_token":"a","expired_at":2800})",
        R"({"access_token":"a","now":"1000","expired_at":2800})", R"({"access_token":"a","now":1000})",
        R"({"access_token":"a","now":2800,"expired_at":1000})", R"({"access_token":"a","now":1000,"expired_at":1000})",
        R"({"access_token":"a","now":0,"expired_at":9999999999})",
        R"({"access_token":"a","now":-9223372036854775808,"expired_at":9223372036854775807})",
        R"({"access_token":"a","now":0,"expired_at":18446744073709551615})",
        R"({"access_token":"a\r\nX: y","now":1000,"expired_at":2800})",
        R"({"access_token":"a\u0000b","now":1000,"expired_at":2800})"}) {
    const auto token = v1(response);
    ASSERT_FALSE(token) << response;
    EXPECT_EQ(token.error().kind, ErrorKind::unreadable_answer) << response;
    EXPECT_EQ(token.error().request, "POST /users/getToken");
  }
  EXPECT_EQ(v1(Reply::answer(200, "")).error().kind, ErrorKind::unreadable_answer);
  EXPECT_EQ(v1(Reply::answer(200, "<html>")).error().kind, ErrorKind::unreadable_answer);
}

TEST_F(TokenSources, RefusalsHaveTheirKinds) {
  const std::pair<int, ErrorKind> kinds[] = {{400, ErrorKind::unauthorized}, {401, ErrorKind::unauthorized},
                                             {403, ErrorKind::forbidden},    {302, ErrorKind::redirect_refused},
                                             {404, ErrorKind::rejected},     {429, ErrorKind::throttled},
                                             {500, ErrorKind::unavailable},  {503, ErrorKind::unavailable}};
  for (const auto& [status, kind] : kinds) {
    const auto token = v1(Reply::answer(status, "{}", 7'000));
    ASSERT_FALSE(token);
    EXPECT_EQ(token.error().kind, kind) << status;
    EXPECT_EQ(token.error().http_status, status);
    EXPECT_EQ(token.error().retry_after_ms, 7'000);
  }
  const auto refused = v1(Reply::answer(200, R"({"code":-1,"message":"no","response":null})"));
  EXPECT_EQ(refused.error().kind, ErrorKind::unauthorized);
  EXPECT_EQ(refused.error().portone_code, "-1");
  const auto broken = v1(Reply::broken(ErrorKind::connection_failed, false));
  EXPECT_EQ(broken.error().kind, ErrorKind::connection_failed);
  EXPECT_EQ(broken.error().request, "POST /users/getToken");
}

TEST_F(TokenSources, ErrorsDoNotRepeatTheCredentials) {
  for (const auto& reply : {Reply::answer(401, R"({"message":"the-secret the-key"})"), Reply::answer(200, "the-secret"),
                            Reply::answer(500, "the-secret")}) {
    EXPECT_EQ(v1(reply).error().what().find("the-"), std::string::npos);
  }
}

TEST_F(TokenSources, V2LogsInOnceThenRefreshes) {
  int n = 0;
  transport.script = [&n](const Sent&) {
    const auto number = std::to_string(++n);
    return Reply::answer(200, R"({"accessToken":"a)" + number + R"(","refreshToken":"r)" + number + R"("})");
  };
  const auto source = v2_login_source(route(), Secret("the-secret"));
  for (int i = 1; i <= 3; ++i) EXPECT_EQ(fetch(*source)->text.reveal(), "a" + std::to_string(i));
  ASSERT_EQ(transport.sent.size(), 3U);
  EXPECT_EQ(transport.sent[0].path, "/login/api-secret");
  EXPECT_EQ(transport.sent[0].body, R"({"apiSecret":"the-secret"})");
  EXPECT_EQ(transport.sent[1].path, "/token/refresh");
  EXPECT_EQ(transport.sent[1].body, R"({"refreshToken":"r1"})");
  EXPECT_EQ(transport.sent[2].body, R"({"refreshToken":"r2"})");
}

TEST_F(TokenSources, V2FallsBackToTheLoginWhenAnotherMachineKilledTheRefreshToken) {
  for (const int status : {400, 401, 403, 404}) {
    transport.sent.clear();
    transport.script = [status](const Sent& sent) {
      return sent.path == "/token/refresh" ? Reply::answer(status, R"({"type":"UNAUTHORIZED"})")
                                           : Reply::answer(200, R"({"accessToken":"a","refreshToken":"r"})");
    };
    const auto source = v2_login_source(route(), Secret("the-secret"));
    ASSERT_TRUE(fetch(*source));
    ASSERT_TRUE(fetch(*source)) << status;
    ASSERT_EQ(transport.sent.size(), 3U);
    EXPECT_EQ(transport.sent[2].path, "/login/api-secret");
  }
}

TEST_F(TokenSources, V2KeepsItsRefreshTokenThroughAnOutage) {
  bool outage = false;
  transport.script = [&outage](const Sent&) {
    return outage ? Reply::answer(503) : Reply::answer(200, R"({"accessToken":"a","refreshToken":"r"})");
  };
  const auto source = v2_login_source(route(), Secret("the-secret"));
  ASSERT_TRUE(fetch(*source));
  outage = true;
  EXPECT_EQ(fetch(*source).error().kind, ErrorKind::unavailable);
  outage = false;
  ASSERT_TRUE(fetch(*source));
  EXPECT_EQ(transport.sent.back().path, "/token/refresh");
  EXPECT_EQ(transport.sent.size(), 3U);
}

TEST_F(TokenSources, EarlyV2AsksWithAnApiKey) {
  transport.script = [](const Sent&) { return Reply::answer(200, R"({"access_token":"early"})"); };
  const auto source = v2_api_key_source(route(), Secret("the-key"));
  EXPECT_EQ(fetch(*source)->text.reveal(), "early");
  EXPECT_EQ(transport.sent[0].path, "/login/api-key");
  EXPECT_EQ(transport.sent[0].body, R"({"apiKey":"the-key"})");
  transport.script = [](const Sent&) { return Reply::answer(200, R"({"accessToken":"later"})"); };
  EXPECT_EQ(fetch(*source).error().kind, ErrorKind::unreadable_answer);
}

}  // namespace
}  // namespace bonin::test
