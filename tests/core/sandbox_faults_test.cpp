// Scripted faults, and input that means harm.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <thread>
#include <vector>

#include "support/sandbox_fixture.hpp"

namespace {

using namespace bonin::sandbox_test;

// ---- faults -------------------------------------------------------------------------------------

class SandboxFaultTest : public SandboxTest {
 protected:
  void SetUp() override {
    SandboxTest::SetUp();
    id = verify({{"api", "v2"}});
    path = "/identity-verifications/" + id;
  }
  std::string id, path;
};

TEST_F(SandboxFaultTest, StatusAndRespond) {
  control("fault", {{"kind", "status"}, {"status", 503}, {"headers", {{"Retry-After", "2"}}}});
  EXPECT_EQ(get(path, secret).status, 503);
  EXPECT_EQ(get(path, secret).status, 200);
  control("fault",
          {{"kind", "respond"}, {"status", 502}, {"body", "<html>"}, {"headers", {{"Content-Type", "text/html"}}}});
  const auto reply = get(path, secret);
  EXPECT_EQ(reply.status, 502);
  EXPECT_EQ(reply.body, "<html>");
}

TEST_F(SandboxFaultTest, TimesAfterAndMatch) {
  control("fault", {{"kind", "status"},
                    {"status", 500},
                    {"times", 2},
                    {"after", 1},
                    {"match", {{"method", "GET"}, {"path", "/identity-*"}}}});
  EXPECT_EQ(get("/certifications/imp_1").status, 401);
  EXPECT_EQ(get(path, secret).status, 200);
  EXPECT_EQ(get(path, secret).status, 500);
  EXPECT_EQ(get(path, secret).status, 500);
  EXPECT_EQ(get(path, secret).status, 200);
  control("fault", {{"kind", "status"}, {"times", 100}});
  control("clear_faults");
  EXPECT_EQ(get(path, secret).status, 200);
}

TEST_F(SandboxFaultTest, ResetCutGarbageDripDelay) {
  control("fault", {{"kind", "reset"}});
  EXPECT_EQ(get(path, secret).code, CURLE_RECV_ERROR);
  control("fault", {{"kind", "cut"}});
  auto reply = get(path, secret);
  EXPECT_EQ(reply.code, CURLE_PARTIAL_FILE);
  EXPECT_GT(reply.body.size(), 0u);
  control("fault", {{"kind", "cut"}, {"bytes", 7}});
  EXPECT_EQ(get(path, secret).body.size(), 7u);
  control("fault", {{"kind", "garbage"}});
  reply = get(path, secret);
  EXPECT_NE(reply.code, CURLE_OK);
  control("fault", {{"kind", "drip"}});
  EXPECT_EQ(get(path, secret).json().at("id"), id);
  control("fault", {{"kind", "delay"}, {"delay_ms", 1}});
  EXPECT_EQ(get(path, secret).json().at("id"), id);
}

TEST_F(SandboxFaultTest, AnIdleConnectionMayBeReset) {
  control("fault", {{"kind", "reset_after_idle"}, {"delay_ms", 1}});
  EXPECT_EQ(get(path, secret).json().at("id"), id);
  EXPECT_EQ(get(path, secret).json().at("id"), id) << "on another connection";
  const auto log = control("requests");
  EXPECT_EQ(log.at("total"), 2);
  EXPECT_EQ(log.at("connections"), 2);
}

TEST_F(SandboxFaultTest, AResetMayComeAfterTheEffect) {
  const auto v1_id = verify({{"api", "v1"}});
  const auto bearer = token();
  const auto url = sandbox->url() + "/certifications/" + v1_id;
  // On fresh connections: libcurl itself repeats a request when a kept one is reset before any answer.
  Client fresh, fresher;
  control("fault", {{"kind", "reset"}, {"match", {{"method", "DELETE"}}}});
  EXPECT_NE(fresh.send("DELETE", url, bearer).code, CURLE_OK);
  EXPECT_EQ(get("/certifications/" + v1_id, bearer).status, 200) << "without effect";
  control("fault", {{"kind", "reset"}, {"effect", true}, {"match", {{"method", "DELETE"}}}});
  EXPECT_NE(fresher.send("DELETE", url, bearer).code, CURLE_OK);
  EXPECT_EQ(get("/certifications/" + v1_id, bearer).status, 404) << "with effect";
}

// ---- hostile input ------------------------------------------------------------------------------

/// Sends bytes and reads until the sandbox closes.
std::string raw(const std::string& url, const std::string& bytes, bool finish = true) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1))));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string answer;
  if (::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0) {
    for (std::size_t sent = 0; sent < bytes.size();) {
      const auto n = ::send(fd, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (n <= 0) break;
      sent += static_cast<std::size_t>(n);
    }
    if (finish) ::shutdown(fd, SHUT_WR);
    char buffer[4096];
    for (ssize_t n; (n = ::recv(fd, buffer, sizeof buffer, 0)) > 0;) answer.append(buffer, static_cast<std::size_t>(n));
  }
  ::close(fd);
  return answer;
}

TEST_F(SandboxTest, PipelinedRequestsAreAnsweredInOrder) {
  const auto answer =
      raw(sandbox->url(),
          "GET /a HTTP/1.1\r\nHost: localhost\r\n\r\nGET /sandbox/info HTTP/1.1\r\nHost: localhost\r\n\r\n"
          "GET /b HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
          false);
  const auto first = answer.find("404"), second = answer.find("now_ms"), third = answer.rfind("404");
  EXPECT_LT(first, second);
  EXPECT_LT(second, third);
}

TEST_F(SandboxTest, HostileBytesCostNothingButAnAnswer) {
  EXPECT_EQ(raw(sandbox->url(), "nonsense\r\n\r\n").substr(9, 3), "400");
  EXPECT_EQ(raw(sandbox->url(), "POST /users/getToken HTTP/1.1\r\nContent-Length: 1048577\r\n\r\n", false).substr(9, 3),
            "413");
  EXPECT_EQ(raw(sandbox->url(), "GET /x HTTP/1.1\r\nA: " + std::string(64 << 10, 'a') + "\r\n\r\n", false).substr(9, 3),
            "431");
  raw(sandbox->url(), "GET /x HTT");
  raw(sandbox->url(), "POST /users/getToken HTTP/1.1\r\nContent-Length: 100\r\n\r\n{");
  const std::string too_big(2 << 20, 'a');
  EXPECT_EQ(client.send("POST", sandbox->url() + "/users/getToken", "", &too_big).status, 413);
  const std::string deep(500'000, '[');
  for (const char* where : {"/users/getToken", "/login/api-secret", "/sandbox/verify", "/sandbox/fault"}) {
    EXPECT_EQ(client.send("POST", sandbox->url() + where, "", &deep, {json_type}).status, 400) << where;
  }
  std::string wide = "{\"a\":1";
  for (int i = 0; i < 100'000; ++i) wide += ",\"a\":1";
  wide += "}";
  EXPECT_EQ(client.send("POST", sandbox->url() + "/sandbox/verify", "", &wide, {json_type}).status, 400);
  std::string far;
  for (int i = 0; i < 100'000; ++i) far += "/a";
  EXPECT_EQ(post("/sandbox/verify", {{"overrides", {{far, 1}}}}).status, 400);
  const std::string not_utf8 = "imp_key=%ff%fe&imp_secret=%00";
  EXPECT_EQ(client.send("POST", sandbox->url() + "/users/getToken", "", &not_utf8).status, 401);
  for (const char* odd :
       {"/certifications/..", "/certifications/%00", "/certifications/%2e%2e/x", "/identity-verifications/a%2Fb",
        "/identity-verifications/%zz", "//", "/certifications/otp/confirm/"}) {
    const auto status = get(odd, secret).status;
    EXPECT_TRUE(status == 404 || status == 401) << odd << " " << status;
  }
  EXPECT_EQ(get("/sandbox/info").status, 200);
}

TEST_F(SandboxTest, ManyThreadsMayControlIt) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 50; ++n) EXPECT_TRUE(sandbox->control("verify", "{}"));
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(get("/identity-verifications", secret).json().at("page").at("totalCount"), 200);
}

}  // namespace
