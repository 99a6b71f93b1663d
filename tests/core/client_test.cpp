// What the two clients send for each call, and how they close.

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <latch>
#include <mutex>
#include <thread>
#include <vector>

#include "bonin/runtime.hpp"
#include "support/any_client.hpp"
#include "support/tiny_server.hpp"
#include "transport/url.hpp"

namespace bonin::test {
namespace {

/// A server that keeps the last request which was not about a token.
struct Recorder {
  TinyServer server{[this](const Asked& asked) {
    if (asked.target == "/users/getToken") return answer(200, token_answer);
    if (asked.target == "/login/api-secret") return answer(200, R"({"accessToken":"acc","refreshToken":"r"})");
    if (asked.target == "/login/api-key") return answer(200, R"({"access_token":"early"})");
    const std::lock_guard lock(mutex);
    last = asked;
    return answer(200, reply);
  }};
  std::mutex mutex;
  Asked last;
  std::string reply = "{}";

  bool has(const std::string& line) const { return last.head.find("\r\n" + line + "\r\n") != std::string::npos; }
};

TEST(ClientV1, SendsWhatTheDocumentsSay) {
  Recorder seen;
  auto made = AnyClient::create("v1", {{"base_url", seen.server.url()}, {"tier", "A01"}});
  ASSERT_TRUE(made);
  const auto& client = made.value();

  seen.reply = R"({"code":0,"response":{"imp_uid":"imp_1"}})";
  EXPECT_TRUE(client.call("lookup", "imp_1", Json::object()));
  EXPECT_EQ(seen.last.method + " " + seen.last.target, "GET /certifications/imp_1");
  EXPECT_TRUE(seen.has("Authorization: Bearer tok"));
  EXPECT_TRUE(seen.has("Tier: A01"));

  EXPECT_TRUE(client.call("erase", "imp_1", Json::object()));
  EXPECT_EQ(seen.last.method + " " + seen.last.target, "DELETE /certifications/imp_1");

  EXPECT_TRUE(client.call("confirm_otp", "imp_1", Json::object()));
  EXPECT_EQ(seen.last.method + " " + seen.last.target, "POST /certifications/otp/confirm/imp_1");
  EXPECT_EQ(Json::parse(seen.last.body), Json({{"otp", "123456"}}));

  EXPECT_TRUE(client.call("request_otp", "", {{"carrier", "LGU"}, {"bypass", R"({"a":1})"}}));
  EXPECT_EQ(seen.last.method + " " + seen.last.target, "POST /certifications/otp/request");
  EXPECT_EQ(Json::parse(seen.last.body), Json({{"name", "n"},
                                               {"phone", "01000000001"},
                                               {"birth", "900315"},
                                               {"gender_digit", "2"},
                                               {"carrier", "LGT"},
                                               {"is_mvno", false},
                                               {"channel_key", "channel-key-1"},
                                               {"bypass", R"({"a":1})"}}));
}

TEST(ClientV2, SendsWhatTheDocumentsSay) {
  Recorder seen;
  auto made = AnyClient::create("v2", {{"base_url", seen.server.url() + "/"}, {"store_id", "store-1"}});
  ASSERT_TRUE(made);
  const auto& client = made.value();

  seen.reply = R"({"id":"iv-1"})";
  EXPECT_TRUE(client.call("lookup", "iv-1", Json::object()));
  EXPECT_EQ(seen.last.method + " " + seen.last.target, "GET /identity-verifications/iv-1?storeId=store-1");
  EXPECT_TRUE(seen.has("Authorization: PortOne secret"));

  EXPECT_TRUE(client.call("resend", "iv-1", Json::object()));
  EXPECT_EQ(seen.last.method + " " + seen.last.target, "POST /identity-verifications/iv-1/resend?storeId=store-1");

  seen.reply = R"({"identityVerification":{"id":"iv-1"}})";
  EXPECT_TRUE(client.call("confirm", "iv-1", Json::object()));
  EXPECT_EQ(seen.last.method + " " + seen.last.target, "POST /identity-verifications/iv-1/confirm");
  EXPECT_EQ(Json::parse(seen.last.body), Json({{"otp", "123456"}, {"storeId", "store-1"}}));

  EXPECT_TRUE(client.call("send", "iv-1", {{"bypass", R"({"danal":{"a":1}})"}}));
  EXPECT_EQ(seen.last.method + " " + seen.last.target, "POST /identity-verifications/iv-1/send");
  EXPECT_EQ(Json::parse(seen.last.body),
            Json({{"storeId", "store-1"},
                  {"channelKey", "channel-key-1"},
                  {"customer", {{"name", "n"}, {"phoneNumber", "01000000001"}, {"ipAddress", "127.0.0.1"}}},
                  {"bypass", {{"danal", {{"a", 1}}}}},
                  {"operator", "SKT"},
                  {"method", "SMS"}}));

  seen.reply = R"({"items":[],"page":{"number":2,"size":50,"totalCount":0}})";
  EXPECT_TRUE(client.call("list", "", {{"page", 2}, {"page_size", 50}}));
  EXPECT_EQ(seen.last.method, "GET");
  EXPECT_EQ(seen.last.target, "/identity-verifications?requestBody=" +
                                  percent_encode(R"({"page":{"number":2,"size":50},"filter":{"storeId":"store-1"}})"));
}

TEST(ClientV2, EachWayOfAuthorising) {
  Recorder seen;
  seen.reply = R"({"id":"iv-1"})";
  const std::pair<const char*, const char*> ways[] = {{"secret", "Authorization: PortOne secret"},
                                                      {"login", "Authorization: Bearer acc"},
                                                      {"api_key", "Authorization: Bearer early"}};
  for (const auto& [auth, line] : ways) {
    auto client = AnyClient::create("v2", {{"base_url", seen.server.url()}, {"auth", auth}});
    ASSERT_TRUE(client.value().call("lookup", "iv-1", Json::object())) << auth;
    EXPECT_TRUE(seen.has(line)) << seen.last.head;
  }
}

TEST(ClientV2, AnswersTheErrorOfARequestThatIsNotUtf8) {
  Recorder seen;
  auto made = AnyClient::create("v2", {{"base_url", seen.server.url()}});
  PortOneV2::SendRequest request;
  request.channel_key = request.carrier = request.method = request.phone_number = request.ip_address = "x";
  request.name = "\xb1\xe8";  // EUC-KR
  const Ending<Done> ending;
  made.value().v2->send("iv-1", request, {}, ending.callback());
  EXPECT_EQ(ending.wait().error().kind, ErrorKind::invalid_argument);
  EXPECT_EQ(seen.server.connections(), 0);
}

TEST(Client, DescribesItselfWithoutItsCredentials) {
  auto v1 = AnyClient::create(
      "v1", {{"imp_key", "canary"}, {"imp_secret", "canary"}, {"base_url", "http://127.0.0.1:1/canary"}});
  EXPECT_EQ(v1.value().v1->describe(), "PortOneV1(host=127.0.0.1)");
  auto v2 = AnyClient::create("v2", {{"api_secret", "canary"}});
  EXPECT_EQ(v2.value().v2->describe(), "PortOneV2(host=api.portone.io)");
}

TEST(Client, CloseSettlesWhatIsUnderWayAndRefusesTheRest) {
  constexpr int many = 8;
  std::latch arrived(many), released(1);
  TinyServer server([&](const Asked&) {
    arrived.count_down();
    released.wait();
    return answer(200, R"({"id":"iv-1"})");
  });
  auto made = AnyClient::create("v2", {{"base_url", server.url()}});
  const auto client = made.value().v2;
  std::vector<Ending<VerificationPtr>> endings(many);
  for (const auto& ending : endings) client->lookup("iv-1", {}, ending.callback());
  arrived.wait();
  client->close();
  for (const auto& ending : endings) EXPECT_EQ(ending.wait().error().kind, ErrorKind::closed);
  client->close();
  const Ending<VerificationPtr> late;
  client->lookup("iv-1", {}, late.callback());
  EXPECT_EQ(late.wait().error().kind, ErrorKind::closed);
  released.count_down();
  for (const auto& ending : endings) EXPECT_EQ(ending.times(), 1);
}

TEST(Client, CloseSettlesWhatOthersBeginMeanwhile) {
  // The kernel takes connections, and nobody answers.
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof where;
  ASSERT_EQ(bind(listener, reinterpret_cast<sockaddr*>(&where), size), 0);
  ASSERT_EQ(listen(listener, 16), 0);
  getsockname(listener, reinterpret_cast<sockaddr*>(&where), &size);
  for (int round = 0; round < 2'000; ++round) {
    PortOneV2::Options options;
    options.api_secret = Secret("s");
    options.connection.base_url = "http://127.0.0.1:" + std::to_string(ntohs(where.sin_port));
    const auto client = PortOneV2::create(std::move(options)).value();
    std::vector<Ending<VerificationPtr>> endings;
    const auto begin = [&] { client->lookup("iv-1", {}, endings.emplace_back().callback()); };
    begin();
    std::atomic<bool> closing{false};
    std::thread closer([&] {
      closing = true;
      client->close();
    });
    while (!closing) std::this_thread::yield();
    for (int i = 0; i < 20; ++i) begin();
    closer.join();
    for (const auto& ending : endings) EXPECT_EQ(ending.wait().error().kind, ErrorKind::closed);
  }
  ::close(listener);
}

TEST(Client, SaysHowItFares) {
  std::atomic<int> status{200};
  TinyServer server([&](const Asked&) {
    return answer(status, status == 200 ? R"({"id":"iv-2","status":"READY"})" : R"({"type":"X"})");
  });
  PortOneV2::Options options;
  options.api_secret = Secret("s");
  options.connection.base_url = server.url();
  const auto client = PortOneV2::create(options).value();
  EXPECT_EQ(client->circuit(), Circuit::closed);
  EXPECT_EQ(client->metrics().calls_ok, 0U);
  EXPECT_EQ(client->metrics().retry_budget, 500);
  EXPECT_FALSE(client->has_log_events());
  client->listen(LogLevel::debug);  // before there is anything to listen to

  const auto look_up = [&client](const char* id) {
    const Ending<VerificationPtr> ending;
    client->lookup(id, {}, ending.callback());
    return ending.wait().ok();
  };
  EXPECT_TRUE(look_up("iv-2"));
  EXPECT_FALSE(look_up("iv-3"));  // the answer is about another id
  EXPECT_FALSE(look_up(".."));    // nothing begins
  status = 404;
  EXPECT_FALSE(look_up("iv-2"));
  const auto metrics = client->metrics();
  EXPECT_EQ(metrics.calls_ok, 1U);
  EXPECT_EQ(metrics.calls_failed[static_cast<std::size_t>(ErrorKind::mismatched_answer)], 1U);
  EXPECT_EQ(metrics.calls_failed[static_cast<std::size_t>(ErrorKind::not_found)], 1U);
  EXPECT_EQ(metrics.attempts, 3U);
  EXPECT_EQ(metrics.connections, 1U);
  EXPECT_EQ(metrics.latency_count, 3U);
  EXPECT_TRUE(client->has_log_events());
  const auto events = client->take_log_events();
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[0].name, "succeeded");
  EXPECT_EQ(events[1].name, "failed");
  EXPECT_EQ(events[1].level, LogLevel::warning);
  EXPECT_EQ(events[2].level, LogLevel::info);
  client->listen(LogLevel::off);
  EXPECT_FALSE(look_up("iv-2"));
  EXPECT_FALSE(client->has_log_events());
}

TEST(Client, ClosedBeforeItsFirstCall) {
  auto made = AnyClient::create("v2", Json::object());
  made.value().v2->close();
  EXPECT_EQ(made.value().call("lookup", "iv-1", Json::object()).error().kind, ErrorKind::closed);
}

TEST(Client, MayBeReleasedWhileACallIsUnderWay) {
  std::latch arrived(1), released(1);
  TinyServer server([&](const Asked&) {
    arrived.count_down();
    released.wait();
    return answer(200, R"({"id":"iv-1"})");
  });
  const Ending<VerificationPtr> ending;
  {
    auto made = AnyClient::create("v2", {{"base_url", server.url()}});
    made.value().v2->lookup("iv-1", {}, ending.callback());
    arrived.wait();
  }
  released.count_down();
  EXPECT_TRUE(ending.wait());
}

}  // namespace
}  // namespace bonin::test
