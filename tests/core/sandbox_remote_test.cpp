// A sandbox that other machines reach: its token, its window, its address, and clients that speak http to it.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <ifaddrs.h>
#include <net/if.h>

#include "bonin/bonin.hpp"
#include "support/ending.hpp"
#include "support/observed.hpp"
#include "support/sandbox_fixture.hpp"

namespace {

using namespace bonin::sandbox_test;
using bonin::test::Ending;

/// An IPv4 address of this machine that is not loopback; empty where it has none.
std::string own_address() {
  ifaddrs* all = nullptr;
  if (getifaddrs(&all) != 0) return {};
  std::string found;
  for (const auto* one = all; one != nullptr && found.empty(); one = one->ifa_next) {
    if (one->ifa_addr == nullptr || one->ifa_addr->sa_family != AF_INET || (one->ifa_flags & IFF_LOOPBACK) != 0)
      continue;
    char text[INET_ADDRSTRLEN];
    const auto* address = reinterpret_cast<const sockaddr_in*>(one->ifa_addr);
    if (inet_ntop(AF_INET, &address->sin_addr, text, sizeof text) != nullptr) found = text;
  }
  freeifaddrs(all);
  return found;
}

class RemoteSandbox : public ::testing::Test {
 protected:
  void SetUp() override {
    address_ = own_address();
    if (address_.empty()) GTEST_SKIP() << "this machine has no address but loopback";
    start({});
  }
  void start(Options options) {
    options.host = "0.0.0.0";
    options.allow_remote = true;
    sandbox_ = Sandbox::start(std::move(options)).value();
    const auto info = Json::parse(sandbox_->control("info", "{}").value());
    info_ = info;
    // The port, by way of the first start's address or of the public one's own sandbox.
    url_ = "http://" + address_ + ":" + port();
  }
  std::string port() const {
    const auto& url = sandbox_->url();
    return url.substr(url.rfind(':') + 1);
  }
  Reply post(const std::string& operation, std::vector<std::string> headers, const std::string& body = "{}") {
    headers.push_back(json_type);
    return client_.send("POST", url_ + "/sandbox/" + operation, "", &body, headers);
  }
  bonin::Result<std::shared_ptr<bonin::PortOneV2>> client(const std::string& url, bool allowed,
                                                          const std::string& secret = "sandbox-api-secret") {
    bonin::PortOneV2::Options options{.api_secret = bonin::Secret(secret)};
    options.connection.base_url = url;
    options.connection.allow_insecure_sandbox = allowed;
    options.connection.max_attempts = 1;
    return bonin::PortOneV2::create(std::move(options));
  }
  static bonin::Result<bonin::VerificationPtr> look_up(const bonin::PortOneV2& portone, const std::string& id) {
    Ending<bonin::VerificationPtr> ending;
    portone.lookup(id, {}, ending.callback());
    return ending.wait();
  }

  std::string address_, url_;
  std::unique_ptr<Sandbox> sandbox_;
  Json info_;
  Client client_;
};

TEST_F(RemoteSandbox, ItsAddressIsOneThatABrowserOpens) {
  EXPECT_EQ(sandbox_->url(), "http://localhost:" + port());
  EXPECT_EQ(info_.at("v2_script_url"), sandbox_->url() + "/v2/browser-sdk.js");
  EXPECT_EQ(sandbox_->token().size(), 32u);
  Options named;
  named.public_url = "http://sandbox.test:8180/";
  start(named);
  EXPECT_EQ(sandbox_->url(), "http://sandbox.test:8180");
}

TEST_F(RemoteSandbox, OptionsThatCannotBeMeantAreRefused) {
  const auto parameter_of = [](Options options) {
    options.host = "0.0.0.0";
    options.allow_remote = true;
    const auto started = Sandbox::start(std::move(options));
    return started ? "" : started.error().parameter;
  };
  for (const char* url : {"sandbox", "ftp://localhost", "http://", "http://a/b", "http://a:", "http://a:1234567",
                          "http://a b", "http://u@a", "http://[::1", "http://a?b", "https://[g]"}) {
    Options options;
    options.public_url = url;
    EXPECT_EQ(parameter_of(options), "public_url") << url;
  }
  for (const char* token : {"short", "has a space in the middle", "sixteen-is-enough\n"}) {
    Options options;
    options.token = token;
    EXPECT_EQ(parameter_of(options), "token");
  }
  Options good;
  good.public_url = "https://[::1]:8180";
  good.token = "sixteen-is-enough";
  EXPECT_EQ(parameter_of(good), "");
}

TEST_F(RemoteSandbox, NothingIsControlledWithoutTheToken) {
  for (const char* operation : {"info", "verify", "add_person", "otp", "fault", "clear_faults", "advance", "requests",
                                "clear_requests", "reset", "nothing"}) {
    EXPECT_EQ(post(operation, {}).status, 403) << operation;
    EXPECT_EQ(post(operation, {"Sandbox-Token: " + std::string(32, '0')}).status, 403) << operation;
    EXPECT_EQ(post(operation, {"Sandbox-Token:"}).status, 403) << operation;
    EXPECT_EQ(post(operation, {"Host: localhost:" + port()}).status, 403) << "a name does not make it loopback";
  }
  const auto reply = post("info", {"Sandbox-Token: " + sandbox_->token()});
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.json().at("api_secret"), "sandbox-api-secret");
  EXPECT_EQ(post("info", {"Sandbox-Token: " + sandbox_->token(), "Origin: http://evil.test"}).status, 403);
  EXPECT_EQ(client_.send("GET", url_ + "/sandbox/info", "").status, 403);
}

TEST_F(RemoteSandbox, TheWindowWorksByANameThatIsItsOwn) {
  const auto host = [&](const std::string& name) { return "Host: " + name + ":" + port(); };
  const auto personas = [&](const std::string& name, const std::string& origin) {
    return post("personas", {host(name), "Origin: " + origin + ":" + port()}).status;
  };
  EXPECT_EQ(personas(address_, "http://" + address_), 200);
  EXPECT_EQ(personas("localhost", "http://localhost"), 200) << "a container whose port is another machine's localhost";
  EXPECT_EQ(personas("evil.test", "http://evil.test"), 403) << "DNS rebinding";
  EXPECT_EQ(personas("localhost", "http://evil.test"), 403) << "a page of another site";
  const auto opened =
      post("open_window", {},
           R"({"api":"v2","id":"iv-1","store_id":"s","channel_key":"channel-key-1","origin":"http://shop"})");
  ASSERT_EQ(opened.status, 200) << opened.body;
  const Json end{{"tx_id", opened.json().at("tx_id")}, {"outcome", "verified"}, {"persona", "adult"}};
  EXPECT_EQ(post("close_window", {}, end.dump()).status, 200);
  EXPECT_EQ(client_.send("GET", url_ + "/sandbox/window").status, 200);
}

TEST_F(RemoteSandbox, OnLoopbackNothingNeedsTheToken) {
  EXPECT_EQ(client_.send("GET", "http://127.0.0.1:" + port() + "/sandbox/info").status, 200);
  EXPECT_EQ(
      client_.send("GET", "http://127.0.0.1:" + port() + "/sandbox/info", "", nullptr, {"Host: evil.test"}).status,
      403);
}

TEST_F(RemoteSandbox, AClientSpeaksHttpToItWhereToldTo) {
  const auto id = Json::parse(sandbox_->control("verify", "{}").value()).at("id").get<std::string>();
  const auto refused = client(url_, false);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::insecure_url);
  const auto real = client(url_, true, "a-real-secret");
  ASSERT_FALSE(real);
  EXPECT_EQ(real.error().kind, ErrorKind::insecure_url);
  EXPECT_EQ(real.error().parameter, "api_secret");
  const auto portone = client(url_, true).value();
  EXPECT_TRUE(look_up(*portone, id));
  EXPECT_TRUE(look_up(*portone, id));
  EXPECT_TRUE(client("http://127.0.0.1:" + port(), true, "anything").value());
  EXPECT_TRUE(client("https://api.portone.io", true, "a-real-secret").value());
}

TEST_F(RemoteSandbox, NothingIsSentToWhatIsNoSandbox) {
  const auto portone = client(url_ + "/v9", true).value();  // answers 404, as any server would
  const auto failed = look_up(*portone, "iv-1");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, ErrorKind::insecure_url);
  EXPECT_EQ(failed.error().parameter, "base_url");
  EXPECT_FALSE(failed.error().retryable());
  EXPECT_EQ(Json::parse(sandbox_->control("requests", "{}").value()).at("total"), 1) << "the question alone";
  bonin::test::defended(13,
                        "plain http to another machine asks for a sandbox first, and sends nothing to another server");
}

}  // namespace
