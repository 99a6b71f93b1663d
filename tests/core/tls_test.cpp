// The real client against a real TLS server: whom it trusts, what it sends on, what it shares.

#include <curl/curl.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "bonin/bonin.hpp"
#include "sandbox/sandbox.hpp"
#include "support/ending.hpp"
#include "support/machine.hpp"
#include "support/nginx.hpp"
#include "support/observed.hpp"
#include "support/tiny_server.hpp"
#include "support/tls_peer.hpp"

namespace bonin::test {
namespace {

// Before OpenSSL reads it; nginx inherits it.
const int lenient = setenv("OPENSSL_CONF", BONIN_SOURCE "/tests/core/support/lenient-openssl.cnf", 1);

constexpr const char* secret = "canary-secret";
constexpr const char* one_answer = R"(location / { return 200 '{"id":"iv-1"}'; })";

class Tls : public testing::Test {
 protected:
  void serve(std::vector<Site> sites) { nginx = std::make_unique<Nginx>(std::move(sites)); }

  std::shared_ptr<PortOneV2> client(ConnectionOptions connection) {
    PortOneV2::Options options;
    options.api_secret = Secret(secret);
    options.connection = std::move(connection);
    auto made = PortOneV2::create(std::move(options));
    EXPECT_TRUE(made) << made.error().what();
    return made.value();
  }
  ConnectionOptions trusting(std::size_t site = 0, const std::string& host = "localhost") {
    ConnectionOptions connection;
    connection.base_url = nginx->url(site, host);
    connection.ca_file = nginx->ca_file();
    return connection;
  }
  static Result<VerificationPtr> lookup(const std::shared_ptr<PortOneV2>& client) {
    const Ending<VerificationPtr> ending;
    client->lookup("iv-1", {}, ending.callback());
    return std::move(ending.wait());
  }
  static Result<Done> resend(const std::shared_ptr<PortOneV2>& client) {
    const Ending<Done> ending;
    client->resend("iv-1", {}, ending.callback());
    return std::move(ending.wait());
  }

  /// A request without bonin on a connection of its own, with any version of TLS up to `newest`.
  CURLcode bare(std::size_t site = 0, long newest = CURL_SSLVERSION_MAX_DEFAULT) {
    CURL* easy = curl_easy_init();
    const auto url = nginx->url(site) + "/bare";
    curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy, CURLOPT_CAINFO, nginx->ca_file().c_str());
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_0 | newest);
    curl_easy_setopt(
        easy, CURLOPT_WRITEFUNCTION, +[](char*, size_t size, size_t count, void*) -> size_t { return size * count; });
    const CURLcode code = curl_easy_perform(easy);
    curl_easy_cleanup(easy);
    return code;
  }
  /// How many connections were made so far. The server numbers them as it accepts them, and this is one more.
  int connections() {
    EXPECT_EQ(bare(), CURLE_OK);
    std::string number;
    while (number.empty()) {  // the line is written after the answer
      for (const auto& one : nginx->requests()) {
        if (one.target == "/bare" && std::stoi(one.connection) > counted_) number = one.connection;
      }
    }
    return counted_ = std::stoi(number);
  }
  /// What a site was asked for, at the end: the server is stopped. It writes a line after it has answered, so it gets
  /// some seconds to write as many as were asked of all sites.
  std::vector<Logged> lookups(std::size_t site = 0, std::size_t of_all = 0) {
    const auto written = [this] {
      const auto all = nginx->requests();
      return std::size_t(
          std::count_if(all.begin(), all.end(), [](const Logged& one) { return one.target != "/bare"; }));
    };
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (written() < of_all && std::chrono::steady_clock::now() < until) std::this_thread::yield();
    nginx->stop();
    std::vector<Logged> found;
    for (auto& one : nginx->requests()) {
      if (one.target != "/bare" && one.port == std::to_string(nginx->port(site))) found.push_back(std::move(one));
    }
    return found;
  }

  /// One failed call to the second site, from which nothing may be asked.
  Error refused_by(const ConnectionOptions& connection) {
    const int before = connections();
    const auto answer = lookup(client(connection));
    EXPECT_EQ(connections() - before, 2) << "one connection of the call, one to count";
    if (answer) return {};
    EXPECT_EQ(answer.error().kind, ErrorKind::tls_failed) << answer.error().what();
    EXPECT_FALSE(answer.error().retryable());
    EXPECT_EQ(answer.error().what().find("canary"), std::string::npos);
    return answer.error();
  }

  /// What a test before this one looked up is too old to be used.
  static void forget_names() { advance_all_clocks(std::chrono::minutes(11)); }

  std::unique_ptr<Nginx> nginx;
  int counted_ = 0;
};

TEST_F(Tls, TrustsTheFileItIsGivenAndNothingElse) {
  BONIN_NEEDS_NGINX();
  serve({{.directives = one_answer}, {.directives = one_answer}});
  ConnectionOptions without;
  without.base_url = nginx->url(1);
  const Error error = refused_by(without);
  EXPECT_EQ(error.message, "the certificate of `" + without.base_url.substr(std::string("https://").size()) +
                               "` is not trusted or is for another host");
  observed(6, "a certificate of an unknown authority: " + told(error) + ", one connection, no request sent");
  defended(13, "the credential is not sent to a server whose certificate is not trusted");

  EXPECT_TRUE(lookup(client(trusting(1))));
  // The connection that is trusted is kept; it is not lent to a client that would not trust it.
  EXPECT_FALSE(lookup(client(without)));
  EXPECT_TRUE(lookup(client(trusting(1))));
  const auto seen = lookups(1, 2);
  ASSERT_EQ(seen.size(), 2U);
  for (const auto& one : seen) EXPECT_EQ(one.authorization, std::string("PortOne ") + secret);
}

TEST_F(Tls, RefusesACertificateThatIsNotForThisHostNow) {
  BONIN_NEEDS_NGINX();
  const std::pair<const char*, const char*> wrong[] = {{"other", "of another host"},
                                                       {"expired", "that has expired"},
                                                       {"early", "that is not valid yet"},
                                                       {"self", "signed by itself"}};
  std::string seen, last;
  for (const auto& [certificate, words] : wrong) {
    serve({{.directives = one_answer}, {.certificate = certificate, .directives = one_answer}});
    counted_ = 0;
    const Error error = refused_by(trusting(1));
    EXPECT_EQ(error.attempts, 1) << certificate;
    EXPECT_TRUE(lookups(1).empty()) << certificate;
    seen += std::string(seen.empty() ? "" : ", ") + words;
    last = told(error);
  }
  observed(6, "a certificate " + seen + ": " + last + ", no request sent");
}

TEST_F(Tls, SpeaksNothingOlderThanTls12) {
  BONIN_NEEDS_NGINX();
  const auto version = [](const char* name) {
    return Site{.directives =
                    "ssl_ciphers DEFAULT@SECLEVEL=0;\nssl_protocols " + std::string(name) + ";\n" + one_answer};
  };
  serve({version("TLSv1.1"), version("TLSv1.2"), version("TLSv1.3")});
  if (bare(0, CURL_SSLVERSION_MAX_TLSv1_1) != CURLE_OK) GTEST_SKIP() << "this OpenSSL cannot serve TLS 1.1";
  EXPECT_EQ(bare(0), CURLE_OK) << "what bonin refuses another client takes";
  const auto old = lookup(client(trusting(0)));
  ASSERT_FALSE(old);
  EXPECT_EQ(old.error().kind, ErrorKind::tls_failed) << old.error().what();
  EXPECT_EQ(old.error().attempts, 1);
  EXPECT_TRUE(lookup(client(trusting(1))));
  EXPECT_TRUE(lookup(client(trusting(2))));
  EXPECT_TRUE(lookups(0).empty());
  observed(6, "a server that speaks TLS 1.1 alone: " + told(old.error()) + "; 1.2 and 1.3 are accepted");
}

TEST_F(Tls, SendsNothingOnWhereARedirectPoints) {
  BONIN_NEEDS_NGINX();
  const int elsewhere = free_port();
  std::string redirects;
  for (const char* status : {"301", "302", "303", "307", "308"}) {
    redirects += "location /" + std::string(status) + "/ { return " + status +
                 " https://localhost:" + std::to_string(elsewhere) + "/stolen; }\n";
  }
  serve({{.directives = redirects}, {.directives = one_answer, .port = elsewhere}});
  for (const char* status : {"301", "302", "303", "307", "308"}) {
    auto connection = trusting();
    connection.base_url += std::string("/") + status;
    const auto get = lookup(client(connection));
    ASSERT_FALSE(get);
    EXPECT_EQ(get.error().kind, ErrorKind::redirect_refused);
    EXPECT_EQ(get.error().attempts, 1);
    const auto post = resend(client(connection));
    ASSERT_FALSE(post);
    EXPECT_EQ(post.error().kind, ErrorKind::redirect_refused);
    // V1 sends its key and secret in the body of a POST.
    PortOneV1::Options v1;
    v1.imp_key = v1.imp_secret = Secret(secret);
    v1.connection = connection;
    const Ending<VerificationPtr> ending;
    PortOneV1::create(std::move(v1)).value()->lookup("imp_1", {}, ending.callback());
    ASSERT_FALSE(ending.wait());
    EXPECT_EQ(ending.wait().error().kind, ErrorKind::redirect_refused);
    if (status == std::string("307")) {
      observed(7, "301, 302, 303, 307 and 308 to another port: " + told(get.error()) + ", nothing is asked there");
    }
  }
  EXPECT_EQ(lookups(0, 15).size(), 15U) << "each was sent once";
  EXPECT_TRUE(lookups(1).empty());
  defended(13, "a redirect is refused: neither header nor body reaches its target");
}

TEST_F(Tls, AsksNoProxyButTheOneItIsGiven) {
  BONIN_NEEDS_NGINX();
  serve({{.directives = one_answer}});
  std::vector<Asked> asked;
  TinyServer proxy([&](const Asked& one) {
    asked.push_back(one);
    return answer(403, "");
  });
  const char* names[] = {"https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"};
  for (const char* name : names) setenv(name, proxy.url().c_str(), 1);
  EXPECT_TRUE(lookup(client(trusting())));
  EXPECT_EQ(proxy.connections(), 0);

  setenv("no_proxy", "*", 1);  // nor does the environment take away one that was asked for
  setenv("NO_PROXY", "*", 1);
  auto connection = trusting();
  connection.proxy = proxy.url();
  connection.max_attempts = 1;
  const auto refused = lookup(client(connection));
  for (const char* name : names) unsetenv(name);
  unsetenv("no_proxy");
  unsetenv("NO_PROXY");
  ASSERT_FALSE(refused) << "it did not go around the proxy";
  EXPECT_EQ(refused.error().kind, ErrorKind::connection_failed);
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].method, "CONNECT");
  EXPECT_EQ(asked[0].head.find("canary"), std::string::npos) << "the proxy learns the host, no more";
  EXPECT_EQ(lookups(0, 1).size(), 1U);
  defended(13, "the proxies of the environment are not asked; one that is asked for sees no credential");
}

TEST_F(Tls, ManyCallsShareOneConnection) {
  BONIN_NEEDS_NGINX();
  serve({{.directives = one_answer, .listen = "http2"}, {.directives = one_answer}});
  // HTTP/2: at the same time.
  const auto first = client(trusting(0)), second = client(trusting(1));
  std::vector<Ending<VerificationPtr>> endings(100);
  for (const auto& one : endings) first->lookup("iv-1", {}, one.callback());
  for (const auto& one : endings) EXPECT_TRUE(one.wait());
  // HTTP/1.1: one after the other.
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(lookup(second));
  for (const std::size_t site : {0U, 1U}) {
    std::set<std::string> connections, protocols;
    const auto seen = lookups(site, 200);
    for (const auto& one : seen) {
      connections.insert(one.connection);
      protocols.insert(one.protocol);
    }
    EXPECT_EQ(seen.size(), 100U);
    EXPECT_EQ(connections.size(), 1U);
    EXPECT_EQ(protocols, std::set<std::string>{site == 0 ? "HTTP/2.0" : "HTTP/1.1"});
  }
}

TEST_F(Tls, AConnectionIdleForOverThirtySecondsIsNotUsedAgain) {
  BONIN_NEEDS_NGINX();
  serve({{.directives = one_answer, .listen = "http2"}, {.directives = one_answer}});
  for (const std::size_t site : {0U, 1U}) {
    const auto one = client(trusting(site));
    ASSERT_TRUE(lookup(one));
    advance_all_clocks(std::chrono::seconds(20));
    ASSERT_TRUE(lookup(one));
    advance_all_clocks(std::chrono::seconds(32));
    ASSERT_TRUE(lookup(one));
  }
  for (const std::size_t site : {0U, 1U}) {
    const auto seen = lookups(site, 6);
    ASSERT_EQ(seen.size(), 3U);
    EXPECT_EQ(seen[0].connection, seen[1].connection);
    EXPECT_NE(seen[1].connection, seen[2].connection);
  }
  observed(4, "idle for 20 s: used again; for 32 s: the next call makes a fresh connection");
}

TEST_F(Tls, AServerThatWentAndCameBackIsAskedOnAFreshConnection) {
  BONIN_NEEDS_NGINX();
  serve({{.directives = one_answer, .listen = "http2"}, {.directives = one_answer}});
  const std::shared_ptr<PortOneV2> clients[] = {client(trusting(0)), client(trusting(1))};
  for (const auto& one : clients) ASSERT_TRUE(lookup(one));
  nginx->stop();  // closes what was kept
  nginx->start();
  for (const auto& one : clients) {
    const auto answer = lookup(one);
    EXPECT_TRUE(answer) << answer.error().what();
  }
  EXPECT_EQ(lookups(0, 4).size() + lookups(1).size(), 4U);
  observed(4, "the server closed it: the next GET is answered on a fresh one, over HTTP/1.1 and HTTP/2");
}

TEST_F(Tls, ANameIsLookedUpAgain) {
  BONIN_NEEDS_NGINX();
  const int port = free_port();
  serve({{.directives = R"(location / { return 200 '{"id":"iv-1","status":"READY"}'; })", .port = port},
         {.directives = R"(location / { return 200 '{"id":"iv-1","status":"FAILED"}'; })",
          .address = "127.0.0.2",
          .port = port}});
  const auto one = client(trusting(0, "portone.test"));
  forget_names();
  resolve("portone.test", "127.0.0.1");
  ASSERT_EQ(lookup(one).value()->status, Status::ready);
  resolve("portone.test", "127.0.0.2");
  ASSERT_EQ(lookup(one).value()->status, Status::ready) << "on the kept connection";
  EXPECT_EQ(lookups_of("portone.test"), 0);
  // The connection is too old now, and so is the address, which serves while a newer one is looked for.
  Status status = Status::ready;
  int calls = 0;
  while (status == Status::ready && ++calls < 1000) {
    advance_all_clocks(std::chrono::seconds(32));
    status = lookup(one).value()->status;
  }
  EXPECT_EQ(status, Status::failed);
  EXPECT_GE(lookups_of("portone.test"), 1);
  observed(8,
           "an address is used for 30 s, then while a newer one is looked for; an idle connection for 30 s: so the "
           "new address is asked");
}

TEST_F(Tls, AnAddressWhereNobodyIsAnyMoreIsLookedUpAgain) {
  BONIN_NEEDS_NGINX();
  const int port = free_port();
  serve({{.directives = one_answer, .address = "127.0.0.2", .port = port}});
  forget_names();
  resolve("portone.test", "127.0.0.3");  // nobody listens there
  const auto one = client(trusting(0, "portone.test"));
  EXPECT_EQ(lookup(one).error().kind, ErrorKind::connection_failed);
  EXPECT_EQ(lookups_of("portone.test"), 3) << "once an attempt";
  resolve("portone.test", "127.0.0.2");
  EXPECT_TRUE(resend(one)) << "a POST, which is sent once";
  EXPECT_EQ(lookups_of("portone.test"), 1);
}

TEST_F(Tls, ASilentNameServerCostsTimeAndNotTheCall) {
  BONIN_NEEDS_NGINX();
  serve({{.directives = one_answer}});
  forget_names();
  resolve("portone.test", "127.0.0.1");
  hold_lookups("portone.test");
  auto connection = trusting(0, "portone.test");
  connection.connect_timeout = std::chrono::milliseconds(500);
  connection.timeout = std::chrono::minutes(1);
  const auto one = client(connection);
  std::vector<Ending<VerificationPtr>> endings(20);
  for (const auto& ending : endings) one->lookup("iv-1", {}, ending.callback());
  while (lookups_of("portone.test") == 0) std::this_thread::yield();
  advance_all_clocks(std::chrono::seconds(6));
  EXPECT_TRUE(lookup(client(trusting()))) << "others go on, and see that time has gone by";
  for (const auto& ending : endings) EXPECT_FALSE(ending.ended());
  release_lookups("portone.test");  // the second server answered
  for (const auto& ending : endings) EXPECT_TRUE(ending.wait());
  EXPECT_EQ(lookups_of("portone.test"), 1) << "one for all";

  // From now on nobody waits for it, however slow it is.
  advance_all_clocks(std::chrono::seconds(40));
  hold_lookups("portone.test");
  EXPECT_TRUE(lookup(one));
  EXPECT_TRUE(resend(one));
  EXPECT_TRUE(one->circuit() == Circuit::closed);
  release_lookups("portone.test");
  observed(66,
           "the calls wait for the second one, within their time, and are answered; a known address is used while it "
           "is looked up again");
}

TEST_F(Tls, ANameThatIsNotFoundInTimeIsNoSilentServer) {
  resolve("slow.test", "127.0.0.1");
  hold_lookups("slow.test");
  ConnectionOptions connection;
  connection.base_url = "https://slow.test";
  connection.timeout = connection.provider_timeout = std::chrono::milliseconds(50);
  const auto one = client(connection);
  const auto get = lookup(one);
  ASSERT_FALSE(get);
  EXPECT_EQ(get.error().kind, ErrorKind::timed_out);
  EXPECT_EQ(resend(one).error().kind, ErrorKind::timed_out) << "nothing was sent, and that is known";

  connection.timeout = std::chrono::minutes(1);
  const auto other = client(connection);
  const Ending<VerificationPtr> ending;
  other->lookup("iv-1", {}, ending.callback());
  other->close();
  EXPECT_EQ(ending.wait().error().kind, ErrorKind::closed) << "close waits for no name server";
  release_lookups("slow.test");
  observed(66, "all of them silent: " + told(get.error()) + ", which says that the name was not found in time");
}

TEST_F(Tls, AWayOutThatIsAProxyIsNamed) {
  ConnectionOptions connection;
  connection.base_url = "https://nowhere.test";
  connection.max_attempts = 1;
  resolve("nowhere.test", "");
  setenv("HTTPS_PROXY", "http://canary:canary@127.0.0.1:9", 1);
  const auto blind = client(connection);
  unsetenv("HTTPS_PROXY");
  const auto hinted = lookup(blind).error();
  EXPECT_NE(hinted.what().find("pass `proxy`"), std::string::npos) << hinted.what();
  EXPECT_EQ(hinted.what().find("canary"), std::string::npos);
  EXPECT_EQ(lookup(client(connection)).error().what().find("proxy"), std::string::npos);
  TinyServer nobody([](const Asked&) { return answer(200, "{}"); });
  setenv("all_proxy", "http://127.0.0.1:9", 1);
  connection.base_url = "https://127.0.0.1:" + std::to_string(free_port());
  EXPECT_NE(lookup(client(connection)).error().what().find("pass `proxy`"), std::string::npos);
  connection.proxy = "http://127.0.0.1:" + std::to_string(free_port());
  EXPECT_EQ(lookup(client(connection)).error().what().find("pass `proxy`"), std::string::npos) << "it was";
  unsetenv("all_proxy");
  observed(67, told(hinted) + ", which names the `proxy` option");
}

TEST_F(Tls, ASocketThatCannotBeWatchedIsAnErrorAndNoHang) {
  TinyServer server([](const Asked&) { return answer(200, R"({"id":"iv-1"})"); });
  ConnectionOptions connection;
  connection.base_url = server.url();
  connection.timeout = std::chrono::minutes(5);
  const auto one = client(connection);
  ASSERT_TRUE(lookup(one));
  refuse_to_watch(ENOSPC);
  std::vector<Error> errors;
  for (int i = 0; i < 12; ++i) {
    if (const auto answer = resend(one); !answer) errors.push_back(answer.error());
  }
  refuse_to_watch(0);
  EXPECT_FALSE(errors.empty()) << "one may be answered before its socket was to be watched, and not all";
  for (const auto& error : errors) {
    // Of the attempts of a call one may have left before its socket was to be watched.
    EXPECT_TRUE(error.kind == ErrorKind::connection_failed || error.kind == ErrorKind::outcome_unknown) << error.what();
  }
  EXPECT_EQ(one->circuit(), Circuit::closed);
  EXPECT_TRUE(lookup(one));
}

TEST_F(Tls, ANameThatDoesNotExist) {
  resolve("nowhere.test", "");
  ConnectionOptions connection;
  connection.base_url = "https://nowhere.test";
  const auto answer = lookup(client(connection));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::connection_failed);
  EXPECT_EQ(answer.error().message, "the host name `nowhere.test` could not be resolved");
  EXPECT_EQ(lookups_of("nowhere.test"), 3);
  const auto post = resend(client(connection));
  EXPECT_EQ(post.error().kind, ErrorKind::connection_failed) << "nothing was sent, and that is known";
  observed(1, told(answer.error()) + ", the name looked up each time");
}

TEST_F(Tls, AServerThatStallsInTheMiddleOfABody) {
  BONIN_NEEDS_NGINX();
  serve({{.directives = R"(location / { limit_rate 1; return 200 '{"id":"iv-1","status":"READY"}'; })"}});
  auto connection = trusting();
  connection.timeout = connection.provider_timeout = std::chrono::seconds(2);  // enough to connect
  const auto answer = lookup(client(connection));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::timed_out) << answer.error().what();
  EXPECT_EQ(answer.error().attempts, 1);
  const auto post = resend(client(connection));
  ASSERT_FALSE(post);
  EXPECT_EQ(post.error().kind, ErrorKind::outcome_unknown);
  observed(3, "GET: " + told(answer.error()) + "; POST: " + told(post.error()));
}

TEST_F(Tls, AServerThatDoesNotSpeakTls) {
  TinyServer server([](const Asked&) { return answer(200, "{}"); });
  ConnectionOptions connection;
  connection.base_url = "https" + server.url().substr(4);
  // It waits for the end of a request line that never comes: the handshake's first message is not one.
  connection.connect_timeout = std::chrono::milliseconds(100);
  connection.max_attempts = 1;
  const auto silent = lookup(client(connection));
  ASSERT_FALSE(silent);
  EXPECT_EQ(silent.error().kind, ErrorKind::timed_out);
  const auto where = server.url().substr(std::string("http://").size());
  EXPECT_EQ(silent.error().message, "no connection to `" + where + "` was made in time")
      << "TLS counts as a part of connecting";
  EXPECT_EQ(server.requests(), 0);
  observed(2, "the TLS handshake does not end: " + told(silent.error()));
}

TEST_F(Tls, AServerThatSpeaksTlsAndThenNonsense) {
  BONIN_NEEDS_NGINX();  // for its certificates
  serve({{.directives = one_answer}});
  const std::string good = "HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{\"id\":\"iv-1\"}";
  struct Case {
    const char* alpn;
    std::string bytes;
    ErrorKind kind;
    int attempts;
  };
  const Case cases[] = {{"http/1.1", "no HTTP at all\r\n\r\n", ErrorKind::unreadable_answer, 1},
                        {"h2", "no HTTP at all\r\n\r\n", ErrorKind::connection_failed, 3},
                        {"h2", good, ErrorKind::connection_failed, 3},
                        {"http/1.1", "", ErrorKind::connection_failed, 3}};
  for (const auto& test : cases) {
    SCOPED_TRACE(std::string(test.alpn) + " " + test.bytes);
    TlsPeer peer(nginx->certificate("good"), test.alpn, test.bytes);
    ConnectionOptions connection;
    connection.base_url = peer.url();
    connection.ca_file = nginx->ca_file();
    const auto get = lookup(client(connection));
    ASSERT_FALSE(get);
    EXPECT_EQ(get.error().kind, test.kind) << get.error().what();
    EXPECT_EQ(get.error().attempts, test.attempts);
    EXPECT_EQ(peer.connections(), test.attempts);
    EXPECT_EQ(resend(client(connection)).error().kind, ErrorKind::outcome_unknown);
    EXPECT_EQ(peer.connections(), 2 * test.attempts) << "it carries an idempotency key";
  }
  // One that nobody offered: newer OpenSSLs refuse it, older ones take it for none.
  TlsPeer odd(nginx->certificate("good"), "spdy/9", good);
  auto connection = trusting();
  connection.base_url = odd.url();
  const auto get = lookup(client(connection));
  EXPECT_TRUE(get.ok() || get.error().kind == ErrorKind::tls_failed) << get.error().what();
  TlsPeer none(nginx->certificate("good"), "", good);
  connection.base_url = none.url();
  EXPECT_TRUE(lookup(client(connection))) << "HTTP/1.1 it is";
}

TEST_F(Tls, AHandshakeThatFailsIsNotTakenForTheResetBefore) {
  BONIN_NEEDS_NGINX();
  serve({{.directives = one_answer}, {.directives = std::string("ssl_protocols TLSv1.1;\n") + one_answer}});
  TinyServer resetting([](const Asked&) { return Told{"", false, true}; });
  ConnectionOptions broken;
  broken.base_url = resetting.url();
  EXPECT_EQ(lookup(client(broken)).error().kind, ErrorKind::connection_failed);
  refused_by(trusting(1));
}

TEST_F(Tls, TheMainJob) {
  BONIN_NEEDS_NGINX();
  const auto sandbox = std::move(sandbox::Sandbox::start({}).value());
  serve({{.directives = "location / { proxy_pass " + sandbox->url() + "; }", .listen = "http2"}});
  PortOneV1::Options v1;
  v1.imp_key = Secret("sandbox-imp-key");
  v1.imp_secret = Secret("sandbox-imp-secret");
  PortOneV2::Options v2;
  v2.api_secret = Secret("sandbox-api-secret");
  v1.connection = v2.connection = trusting();
  const std::pair<const char*, std::shared_ptr<PortOne>> clients[] = {{"v1", PortOneV1::create(v1).value()},
                                                                      {"v2", PortOneV2::create(v2).value()}};
  for (const auto& [api, portone] : clients) {
    const auto verifier =
        Verifier::create({.portone = portone,
                          .policy = Policy::parse(R"({"name":"adult","extends":"kr.youth_protection"})").value(),
                          .registry = {}})
            .value();
    for (const bool adult : {true, false}) {
      const nlohmann::json who{{"persona", adult ? "adult" : "minor"}, {"api", api}};
      const std::string id = nlohmann::json::parse(sandbox->control("verify", who.dump()).value()).at("id");
      const Ending<Decision> ending;
      verifier.verify(id, {}, ending.callback());
      ASSERT_TRUE(ending.wait()) << ending.wait().error().what();
      EXPECT_EQ(ending.wait().value().allowed(), adult) << api;
    }
  }
}

}  // namespace
}  // namespace bonin::test
