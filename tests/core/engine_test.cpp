// The real I/O thread against a server that misbehaves.

#include "transport/engine.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <barrier>
#include <latch>

#include "lookup/exchange.hpp"
#include "lookup/refusal.hpp"
#include "support/descriptors.hpp"
#include "support/ending.hpp"
#include "support/observed.hpp"
#include "support/recipient.hpp"
#include "support/sanitizer.hpp"
#include "support/tiny_server.hpp"

namespace bonin::test {
namespace {

using Answer = Ending<Response>;

class Engines : public testing::Test {
 protected:
  // Its thread must not be the last to hold an engine: that of the process is never destroyed, these are.
  ~Engines() override { engine->stop(); }

  void serve(TinyServer::Handler handler) {
    server = std::make_unique<TinyServer>(std::move(handler));
    ConnectionOptions connection;
    connection.base_url = server->url();
    connect(connection);
  }
  void connect(const ConnectionOptions& connection) {
    session->transport = engine;
    session->connection = std::make_shared<ConnectionOptions>(connection);
    session->clock = Clock::system();
    session->random = [] { return 0.0; };
    session->health = std::make_shared<Health>(session->clock, session->random, std::make_shared<LogGate>());
    session->credential = std::make_shared<SecretCredential>(Secret("canary-secret"));
  }
  Call begin(const Answer& answer, Method method = Method::get,
             std::chrono::milliseconds timeout = std::chrono::minutes(1)) {
    Plan plan{&v2_refusal};
    plan.method = method;
    plan.path = "/x";
    plan.name = "GET /x";
    if (method == Method::post) plan.body = R"({"a":1})";
    CallOptions options;
    options.timeout = timeout;
    return Exchange::begin(session, plan, options, whole_answer(answer.callback()));
  }
  Result<Response> run(Method method = Method::get, std::chrono::milliseconds timeout = std::chrono::minutes(1)) {
    const Answer answer;
    begin(answer, method, timeout);
    return answer.wait();
  }

  std::unique_ptr<TinyServer> server;
  std::shared_ptr<Engine> engine = std::make_shared<Engine>();
  std::shared_ptr<Session> session = std::make_shared<Session>();
};

TEST_F(Engines, KeepsItsConnection) {
  serve([](const Asked&) { return answer(200, "{}"); });
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(run());
  EXPECT_EQ(server->requests(), 20);
  EXPECT_EQ(server->connections(), 1);
  EXPECT_EQ(session->health->metrics().connections, 1U);
}

TEST_F(Engines, SendsWhatItIsTold) {
  std::vector<Asked> asked;
  serve([&](const Asked& a) {
    asked.push_back(a);
    return answer(200, "{}", "Connection: close\r\n");
  });
  // In turn on one easy handle: nothing of the one before may be left over.
  for (const Method method : {Method::get, Method::post, Method::get, Method::erase, Method::get, Method::erase}) {
    ASSERT_TRUE(run(method));
    EXPECT_EQ(asked.back().method, to_string(method));
    EXPECT_EQ(asked.back().body, method == Method::post ? R"({"a":1})" : "");
    EXPECT_EQ(asked.back().target, "/x");
    EXPECT_NE(asked.back().head.find("\r\nAuthorization: PortOne canary-secret\r\n"), std::string::npos);
    EXPECT_NE(asked.back().head.find("\r\nAccept: application/json\r\n"), std::string::npos);
    EXPECT_EQ(asked.back().head.find("Content-Length: 0"), std::string::npos);
  }
}

TEST_F(Engines, TwoHundredAndFiftySixAtOnce) {
  constexpr int many = 256;
  std::barrier all(many);  // nobody is answered before everybody has asked
  serve([&](const Asked&) {
    all.arrive_and_wait();
    return answer(200, "{}");
  });
  std::vector<Answer> answers(many);
  for (const auto& one : answers) begin(one);
  for (const auto& one : answers) EXPECT_TRUE(one.wait());
  EXPECT_EQ(server->connections(), many);
  for (int i = 0; i < many; ++i) answers[static_cast<std::size_t>(i)] = Answer();
  for (const auto& one : answers) begin(one);
  for (const auto& one : answers) EXPECT_TRUE(one.wait());
  EXPECT_EQ(server->connections(), many) << "all of them were kept";
  server.reset();  // its threads look at the barriers above
}

TEST_F(Engines, NoMoreThan256ConnectionsAtOnce) {
  std::atomic<int> asked{0};
  std::latch first(256);
  serve([&](const Asked&) {
    if (++asked <= 256) first.arrive_and_wait();
    return answer(200, "{}");
  });
  std::vector<Answer> answers(600);
  for (const auto& one : answers) begin(one);
  for (const auto& one : answers) EXPECT_TRUE(one.wait());
  EXPECT_EQ(server->requests(), 600);
  EXPECT_EQ(server->connections(), 256) << "the rest wait for one of them";
  server.reset();  // its threads look at the latch above
}

TEST_F(Engines, WhoWaitsForAConnectionWaitsNoLongerThanItsTime) {
  std::latch all(256), released(1);
  serve([&](const Asked&) {
    all.count_down();
    released.wait();
    return answer(200, "{}");
  });
  std::vector<Answer> answers(256);
  for (const auto& one : answers) begin(one);
  all.wait();
  for (const Method method : {Method::get, Method::post}) {
    const auto late = run(method, std::chrono::milliseconds(20));
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().kind, ErrorKind::timed_out) << "nothing was sent, and that is known";
  }
  const Answer dropped, last;
  const Call call = begin(dropped);
  begin(last);
  call.cancel();
  EXPECT_EQ(dropped.wait().error().kind, ErrorKind::cancelled);
  released.count_down();
  for (const auto& one : answers) EXPECT_TRUE(one.wait());
  EXPECT_TRUE(last.wait());
  EXPECT_EQ(server->requests(), 257);
  server.reset();  // its threads look at the latches above
}

/// Descriptors of this process that are connected to a port of loopback.
int connected_to(const std::string& url) {
  const int port = std::stoi(url.substr(url.rfind(':') + 1));
  int count = 0;
  for (int fd = 0; fd < 4096; ++fd) {
    sockaddr_in peer{};
    socklen_t size = sizeof peer;
    if (getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) == 0 && ntohs(peer.sin_port) == port) ++count;
  }
  return count;
}

TEST_F(Engines, WhatIsCutOffLeavesNoDescriptorBehind) {
  constexpr int many = 100;
  for (int round = 0; round < 4; ++round) {
    std::latch all(many), released(1);
    serve([&](const Asked&) {
      all.count_down();
      released.wait();
      return answer(200, "{}");
    });
    std::vector<Answer> answers(many);
    std::vector<Call> calls;
    for (const auto& one : answers) calls.push_back(begin(one));
    all.wait();
    EXPECT_EQ(connected_to(server->url()), many);
    for (const auto& call : calls) call.cancel();
    for (const auto& one : answers) EXPECT_EQ(one.wait().error().kind, ErrorKind::cancelled);
    EXPECT_EQ(connected_to(server->url()), 0);
    released.count_down();
    server.reset();  // its threads look at the latches above
  }
  observed(64,
           "400 that are cancelled while the server is silent: no connection of theirs is left; over HTTP/1.1 a "
           "client has at most 256, the rest wait within their time");
}

TEST_F(Engines, AMachineWithoutDescriptorsSaysSoAndDoesNotBlamePortOne) {
  if (address_sanitizer) GTEST_SKIP() << "UndefinedBehaviorSanitizer wants a descriptor to look at an object";
  serve([](const Asked&) { return answer(200, "{}"); });
  ASSERT_TRUE(run());
  std::vector<Result<Response>> results;
  {
    const NoDescriptorLeft none;
    for (int i = 0; i < 15; ++i) results.push_back(run(Method::post));  // each wants a connection of its own
  }
  for (const auto& one : results) {
    ASSERT_FALSE(one);
    EXPECT_EQ(one.error().kind, ErrorKind::connection_failed) << one.error().what();
    EXPECT_NE(one.error().message.find("ulimit -n"), std::string::npos) << one.error().what();
  }
  EXPECT_EQ(session->health->circuit(), Circuit::closed);
  EXPECT_TRUE(run(Method::post));
  observed(65, told(results[0].error()) + ", which says to raise the limit; the circuit stays closed");
}

TEST_F(Engines, AnAbsurdContentLength) {
  serve([](const Asked&) {
    return Told{"HTTP/1.1 200 OK\r\nContent-Length: " + std::string(5'000, '9') + "\r\n\r\n{}", true};
  });
  const auto result = run();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::unreadable_answer) << result.error().what();
  EXPECT_EQ(server->requests(), 1);
}

TEST_F(Engines, TheServersClockIsRead) {
  serve([](const Asked&) { return answer(200, "{}", "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"); });
  const auto result = run();
  ASSERT_TRUE(result);
  EXPECT_EQ(result.value().date, Moment(std::chrono::seconds(784'111'777)));
  for (const char* nonsense : {"yesterday", "", "-1"}) {
    serve([&](const Asked&) { return answer(200, "{}", std::string("Date: ") + nonsense + "\r\n"); });
    EXPECT_FALSE(run().value().date) << nonsense;
  }
}

TEST_F(Engines, AGetOnADeadKeptConnectionIsSentAgain) {
  serve([](const Asked& a) { return a.nth == 2 ? Told{"", false, true} : answer(200, "{}"); });
  ASSERT_TRUE(run());
  ASSERT_TRUE(run());
  EXPECT_EQ(server->requests(), 3);
  EXPECT_EQ(server->connections(), 2);
  observed(4, "reset when the second request comes: the GET is sent again on a fresh one and answered");
}

TEST_F(Engines, APostDoesNotMeetADeadKeptConnection) {
  for (const Method method : {Method::post, Method::erase}) {
    int posts = 0;
    serve([&](const Asked& a) {
      posts += a.method != "GET";
      return a.nth == 2 ? Told{"", false, true} : answer(200, "{}");
    });
    ASSERT_TRUE(run());
    ASSERT_TRUE(run(method));
    EXPECT_EQ(posts, 1);
    EXPECT_EQ(server->connections(), 2);
  }
}

TEST_F(Engines, APostThatIsCutOffIsNotSentTwice) {
  Error last;
  for (const Told& told :
       {Told{"", false, true}, Told{"", true}, Told{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", true},
        Told{"rubbish\r\n\r\n", true}}) {
    serve([&](const Asked&) { return told; });
    const auto result = run(Method::post);
    ASSERT_FALSE(result) << told.bytes;
    EXPECT_EQ(result.error().kind, ErrorKind::outcome_unknown) << result.error().what();
    EXPECT_EQ(server->requests(), 1);
    last = result.error();
  }
  observed(5, "reset, closed or garbled after it was sent: " + told(last) + ", sent once");
}

TEST_F(Engines, AGetThatIsCutOffIsTriedThreeTimes) {
  serve([](const Asked&) { return Told{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", true}; });
  EXPECT_EQ(run().error().kind, ErrorKind::connection_failed);
  EXPECT_EQ(server->requests(), 3);
}

TEST_F(Engines, WhatIsNotHttpIsUnreadable) {
  serve([](const Asked&) { return Told{"\x16\x03\x01 rubbish\r\n\r\n", true}; });
  EXPECT_EQ(run().error().kind, ErrorKind::unreadable_answer);
  EXPECT_EQ(server->requests(), 1);
}

TEST_F(Engines, ABodyBeyondOneMebibyteIsRefused) {
  std::size_t size = 1 << 20;
  serve([&](const Asked&) { return answer(200, std::string(size, ' ')); });
  EXPECT_EQ(run().value().body.size(), size);
  ++size;
  const auto result = run();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::unreadable_answer);
  EXPECT_EQ(server->requests(), 2);
}

TEST_F(Engines, ABodyThatIsTooLargeIsNotReadToItsEnd) {
  // Neither of them ever ends.
  const std::string declared = "HTTP/1.1 200 OK\r\nContent-Length: 1048577\r\n\r\n";
  const std::string chunked =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n100001\r\n" + std::string(1048577, ' ') + "\r\n";
  Error last;
  for (const auto& bytes : {declared, chunked}) {
    serve([&](const Asked&) { return Told{bytes}; });
    const auto result = run();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::unreadable_answer) << result.error().what();
    EXPECT_EQ(server->requests(), 1);
    last = result.error();
  }
  observed(18, "over 1 MiB, by its own account or in chunks: " + told(last) + ", not read to its end");
}

TEST_F(Engines, NothingIsDecompressed) {
  std::string head;
  serve([&](const Asked& asked) {
    head = asked.head;
    return answer(200, "\x1f\x8b\x08 small", "Content-Encoding: gzip\r\n");
  });
  const auto result = run();
  ASSERT_TRUE(result);
  EXPECT_EQ(result.value().body, "\x1f\x8b\x08 small") << "what nobody asked for stays as it is: no bomb goes off";
  EXPECT_EQ(head.find("Accept-Encoding"), std::string::npos);
}

TEST_F(Engines, ABodyInOneBytePieces) {
  std::string bytes = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string body = R"({"id":"iv-1"})";
  for (const char c : body) bytes += std::string("1\r\n") + c + "\r\n";
  serve([&](const Asked&) { return Told{bytes + "0\r\n\r\n"}; });
  EXPECT_EQ(run().value().body, body);
  observed(24, "put together again: the answer is read");
}

TEST_F(Engines, ConnectingHasALimitOfItsOwn) {
  // A queue of one, which is full: the kernel answers nobody else.
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof where;
  bind(listener, reinterpret_cast<sockaddr*>(&where), size);
  listen(listener, 0);
  getsockname(listener, reinterpret_cast<sockaddr*>(&where), &size);
  std::vector<int> waiting;
  for (int i = 0; i < 4; ++i) {
    waiting.push_back(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    ::connect(waiting.back(), reinterpret_cast<const sockaddr*>(&where), size);
  }
  ConnectionOptions connection;
  connection.base_url = "http://127.0.0.1:" + std::to_string(ntohs(where.sin_port));
  connection.connect_timeout = std::chrono::milliseconds(50);
  connect(connection);
  const auto get = run();
  ASSERT_FALSE(get);
  EXPECT_EQ(get.error().kind, ErrorKind::timed_out);
  EXPECT_EQ(get.error().message,
            "no connection to `" + connection.base_url.substr(std::string("http://").size()) + "` was made in time");
  EXPECT_EQ(get.error().attempts, 3);
  EXPECT_EQ(run(Method::post).error().kind, ErrorKind::timed_out) << "nothing was sent, and that is known";
  for (const int fd : waiting) ::close(fd);
  ::close(listener);
  observed(2, told(get.error()) + "; a POST is known not to have been sent");
}

TEST_F(Engines, AStallInTheMiddleOfABody) {
  serve([&](const Asked&) { return Told{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"}; });
  for (const Method method : {Method::get, Method::post}) {
    const auto result = run(method, std::chrono::milliseconds(300));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, method == Method::get ? ErrorKind::timed_out : ErrorKind::outcome_unknown);
    EXPECT_EQ(result.error().attempts, 1);
  }
}

TEST_F(Engines, ARedirectIsNotFollowed) {
  serve([&](const Asked&) { return answer(302, "", "Location: " + server->url() + "/elsewhere\r\n"); });
  EXPECT_EQ(run().error().kind, ErrorKind::redirect_refused);
  EXPECT_EQ(server->requests(), 1);
}

TEST_F(Engines, RetryAfterIsRead) {
  serve([](const Asked&) { return answer(503, "", "Retry-After: 3600\r\n"); });
  const auto result = run();
  EXPECT_EQ(result.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(result.error().retry_after_ms, 3'600'000);
  EXPECT_EQ(server->requests(), 1);
}

TEST_F(Engines, TheProxyOfTheEnvironmentIsNotAsked) {
  serve([](const Asked&) { return answer(200, "{}"); });
  TinyServer proxy([](const Asked&) { return answer(200, "proxied"); });
  setenv("http_proxy", proxy.url().c_str(), 1);
  setenv("all_proxy", proxy.url().c_str(), 1);
  const auto direct = run();
  unsetenv("http_proxy");
  unsetenv("all_proxy");
  ASSERT_TRUE(direct);
  EXPECT_EQ(direct.value().body, "{}");
  EXPECT_EQ(proxy.connections(), 0);

  ConnectionOptions connection;
  connection.base_url = server->url();
  connection.proxy = proxy.url();
  connect(connection);
  EXPECT_EQ(run().value().body, "proxied") << "one that was asked for is used";
}

TEST_F(Engines, NobodyThereIsAFailedConnection) {
  serve([](const Asked&) { return answer(200, "{}"); });
  server.reset();
  const auto result = run(Method::post);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::connection_failed) << "nothing was sent, and that is known";
  EXPECT_EQ(result.error().what().find("canary"), std::string::npos);
}

TEST_F(Engines, TheTimeoutEndsAStall) {
  std::barrier<> released(2);
  serve([&](const Asked&) {
    released.arrive_and_wait();
    return Told{"", true};
  });
  EXPECT_EQ(run(Method::get, std::chrono::milliseconds(20)).error().kind, ErrorKind::timed_out);
  released.arrive_and_wait();
  server.reset();  // its threads look at the barriers above
}

TEST_F(Engines, CancelDropsTheRequest) {
  std::barrier<> arrived(2), released(2);
  serve([&](const Asked&) {
    arrived.arrive_and_wait();
    released.arrive_and_wait();
    return answer(200, "{}");
  });
  const Answer answer;
  const Call call = begin(answer);
  arrived.arrive_and_wait();
  call.cancel();
  EXPECT_EQ(answer.wait().error().kind, ErrorKind::cancelled);
  released.arrive_and_wait();
  engine->stop();
  EXPECT_EQ(answer.times(), 1);
  server.reset();  // its threads look at the barriers above
}

TEST_F(Engines, StoppingSettlesEveryCall) {
  constexpr int many = 16;
  std::barrier<> arrived(2 * many + 1), released(2 * many + 1);
  serve([&](const Asked&) {
    arrived.arrive_and_wait();
    released.arrive_and_wait();
    return Told{"", true};
  });
  std::vector<Answer> gets(many), posts(many);
  for (const auto& one : gets) begin(one);
  for (const auto& one : posts) begin(one, Method::post);
  arrived.arrive_and_wait();
  engine->stop();
  for (const auto& one : gets) EXPECT_EQ(one.wait().error().kind, ErrorKind::closed);
  for (const auto& one : posts) EXPECT_EQ(one.wait().error().kind, ErrorKind::outcome_unknown);
  for (const auto& one : gets) EXPECT_EQ(one.times(), 1);
  const Answer after;
  begin(after);
  EXPECT_EQ(after.wait().error().kind, ErrorKind::closed);
  engine->stop();
  released.arrive_and_wait();
  server.reset();  // its threads look at the barriers above
}

TEST_F(Engines, StoppingSettlesWhatWaitsToTryAgain) {
  serve([](const Asked&) { return answer(503, "", "Retry-After: 5\r\n"); });
  const Answer answer;
  begin(answer);
  while (server->requests() == 0) std::this_thread::yield();
  engine->stop();
  EXPECT_EQ(answer.wait().error().kind, ErrorKind::closed);
  EXPECT_EQ(answer.times(), 1);
}

TEST_F(Engines, AnEngineThatDidNothingStopsAtOnce) {
  engine->stop();
  EXPECT_FALSE(engine->post([] {}));
}

TEST_F(Engines, TasksOfManyThreadsAllRun) {
  std::atomic<int> ran{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1'000; ++i) ASSERT_TRUE(engine->post([&] { ++ran; }));
    });
  }
  for (auto& thread : threads) thread.join();
  engine->stop();
  EXPECT_EQ(ran, 8'000);
}

}  // namespace
}  // namespace bonin::test
