// The circuit as calls meet it: an outage, and the way out of it.

#include "support/exchanges.hpp"
#include "support/observed.hpp"

namespace bonin::test {
namespace {

class Circuits : public Exchanges {
 protected:
  Circuits() { random = 0; }  // the longest pause, no delay before a retry

  Circuit circuit() const { return session->health->circuit(); }
  Metrics metrics() const { return session->health->metrics(); }

  /// An outage that is noticed: ten ids.
  void break_down() {
    always(Reply::answer(503, outage));
    for (int i = 0; i < 10; ++i) EXPECT_FALSE(run());
    ASSERT_EQ(circuit(), Circuit::open);
    transport->sent.clear();
  }
};

TEST_F(Circuits, ALongOutageIsMetWithFewRequestsAndEndsByItself) {
  always(Reply::answer(503, outage));
  int requests = 0;
  const auto outage_over = clock->steady() + 10min;
  while (clock->steady() < outage_over) {  // ten calls a second
    EXPECT_EQ(run().error().kind, ErrorKind::unavailable);
    clock->advance(100ms);
  }
  requests = static_cast<int>(transport->sent.size());
  EXPECT_EQ(requests, 28 + 12) << "ten calls to notice, which try again, then after 5, 10, 20, 40, 60, 60, ... seconds";
  EXPECT_EQ(metrics().circuit_openings, 13U);

  always(Reply::answer(200));
  transport->sent.clear();
  int refused = 0;
  while (!run()) {
    ++refused;
    clock->advance(100ms);
  }
  EXPECT_LE(refused, 600);
  EXPECT_EQ(transport->sent.size(), 1U);
  EXPECT_EQ(circuit(), Circuit::closed);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(run());
  observed(14,
           "ten calls that fail in a row notice it, then one every 5, 10, 20, 40, 60 s sees whether it is over; all "
           "other calls fail at once, and the first answer lets them out again");
}

TEST_F(Circuits, ARefusalSaysWhyAndForHowLong) {
  break_down();
  clock->advance(1500ms);
  for (const Method method : {Method::get, Method::post, Method::erase}) {
    const auto before = clock->steady();
    const Error error = run(method).error();
    EXPECT_EQ(error.kind, ErrorKind::unavailable);
    EXPECT_EQ(error.attempts, 0);
    EXPECT_EQ(error.http_status, 0);
    EXPECT_EQ(error.cause, "PortOne is not available");
    EXPECT_EQ(error.retry_after_ms, 3500);
    EXPECT_NE(error.message.find("pausing"), std::string::npos);
    EXPECT_EQ(error.request, "GET /x");
    EXPECT_EQ(clock->steady(), before);
  }
  EXPECT_TRUE(transport->sent.empty());
  EXPECT_EQ(metrics().fail_fast, 3U);
}

TEST_F(Circuits, RetriesOfACallStopWhenItOpens) {
  always(Reply::answer(503, outage));
  for (int i = 0; i < 9; ++i) EXPECT_EQ(run().error().attempts, 3);
  const auto& error = run().error();
  EXPECT_EQ(error.attempts, 1);
  EXPECT_EQ(error.http_status, 503) << "its own answer";
  EXPECT_NE(error.message.find("too many calls have failed"), std::string::npos);
  EXPECT_EQ(error.cause, "");
  EXPECT_EQ(transport->delays.size(), 18U) << "it does not even wait";
  EXPECT_EQ(metrics().retry_budget, 500 - 18 * 14);
}

TEST_F(Circuits, ACallThatWaitsToTryAgainStopsWhenOthersOpenedIt) {
  random = 0.9;
  always(Reply::answer(503, outage));
  std::vector<Answer> answers(9);
  for (const auto& answer : answers) begin(answer);
  transport->settle();
  EXPECT_EQ(transport->sent.size(), 9U);
  EXPECT_EQ(circuit(), Circuit::closed);
  const Answer tenth;
  begin(tenth);
  all(answers);
  EXPECT_EQ(transport->sent.size(), 10U);
  for (const auto& answer : answers) {
    EXPECT_EQ(answer.wait().error().http_status, 503);
    EXPECT_EQ(answer.wait().error().attempts, 1);
    EXPECT_EQ(answer.wait().error().cause, "");
  }
}

TEST_F(Circuits, AHerdSendsOneProbe) {
  break_down();
  clock->advance(5s);
  transport->script = [](const Sent&) { return Reply::hold(); };
  std::vector<Answer> answers(200);
  for (const auto& answer : answers) begin(answer);
  transport->settle();
  EXPECT_EQ(transport->sent.size(), 1U);
  EXPECT_EQ(circuit(), Circuit::half_open);
  EXPECT_FALSE(answers[0].ended());
  for (std::size_t i = 1; i < answers.size(); ++i) {
    EXPECT_EQ(answers[i].wait().error().kind, ErrorKind::unavailable);
    EXPECT_FALSE(answers[i].wait().error().retry_after_ms) << "nobody knows how long the probe takes";
  }
  transport->release(0, Reply::answer(200));
  transport->settle();
  EXPECT_TRUE(answers[0].wait());
  EXPECT_EQ(circuit(), Circuit::closed);
}

TEST_F(Circuits, AProbeThatFailsIsNotRetriedAndDoublesThePause) {
  break_down();
  clock->advance(5s);
  EXPECT_EQ(run().error().attempts, 1);
  EXPECT_EQ(transport->sent.size(), 1U);
  EXPECT_EQ(run().error().retry_after_ms, 10'000);
  EXPECT_EQ(transport->sent.size(), 1U);
}

TEST_F(Circuits, AProbeFreesItsPlaceHoweverItEnds) {
  break_down();
  clock->advance(5s);
  transport->script = [](const Sent&) { return Reply::hold(); };
  for (int i = 0; i < 3; ++i) {
    const Answer answer;
    const Call call = begin(answer);
    transport->settle();
    ASSERT_EQ(circuit(), Circuit::half_open) << i;
    if (i == 0) {
      call.cancel();
    } else if (i == 1) {
      Error closed;
      closed.kind = ErrorKind::closed;
      const auto active = session->active;
      for (const auto& one : active) one->settle(closed);
    } else {
      transport->release(transport->sent.size() - 1, Reply::broken(ErrorKind::tls_failed, false));
    }
    transport->settle();
    EXPECT_TRUE(answer.ended());
    EXPECT_EQ(circuit(), Circuit::open);
  }
  EXPECT_EQ(transport->sent.size(), 3U) << "each was the probe";
}

TEST_F(Circuits, AnAnswerOfAnySortClosesIt) {
  for (const auto& reply : {Reply::answer(404, outage), Reply::answer(429, outage, 60'000),
                            Reply::answer(502, R"({"type":"PG_PROVIDER"})"), Reply::answer(400, outage)}) {
    break_down();
    clock->advance(5s);
    always(reply);
    EXPECT_FALSE(run());
    EXPECT_EQ(circuit(), Circuit::closed);
  }
}

TEST_F(Circuits, WhatDoesNotPassNeverOpensIt) {
  for (const auto& trouble :
       {Reply::answer(400, outage), Reply::answer(404, outage), Reply::answer(429, outage, 60'000),
        Reply::answer(502, R"({"type":"PG_PROVIDER"})"), Reply::broken(ErrorKind::tls_failed, false),
        Reply::broken(ErrorKind::unreadable_answer, true)}) {
    always(trouble);
    for (int i = 0; i < 15; ++i) EXPECT_FALSE(run());
    EXPECT_EQ(circuit(), Circuit::closed) << last.wait().error().what();
  }
  for (int i = 0; i < 15; ++i) {
    const Answer answer;
    transport->script = [](const Sent&) { return Reply::hold(); };
    begin(answer).cancel();
    transport->settle();
  }
  EXPECT_EQ(circuit(), Circuit::closed);
}

TEST_F(Circuits, PostsCountAndAreRefused) {
  always(Reply::broken(ErrorKind::connection_failed, true));
  for (int i = 0; i < 10; ++i) EXPECT_EQ(run(Method::post).error().kind, ErrorKind::outcome_unknown);
  EXPECT_EQ(circuit(), Circuit::open);
  transport->sent.clear();
  EXPECT_EQ(run(Method::post).error().kind, ErrorKind::unavailable) << "nothing was sent, and it says so";
  EXPECT_TRUE(transport->sent.empty());
}

TEST_F(Circuits, ACallerInAHurryStopsNobody) {
  transport->script = [](const Sent& sent) { return Reply::broken(ErrorKind::timed_out, true).after(sent.timeout); };
  for (int i = 0; i < 30; ++i) EXPECT_FALSE(run(Method::get, 999ms));
  EXPECT_EQ(circuit(), Circuit::closed);
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(run(Method::get, 1s));
  EXPECT_EQ(circuit(), Circuit::open);
}

TEST_F(Circuits, ShortTimeoutsOfTheClientItselfCount) {
  auto connection = *session->connection;
  connection.timeout = 100ms;
  session->connection = std::make_shared<ConnectionOptions>(connection);
  transport->script = [](const Sent& sent) { return Reply::broken(ErrorKind::timed_out, true).after(sent.timeout); };
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(run(Method::get, 100ms));
  EXPECT_EQ(circuit(), Circuit::open);
}

TEST_F(Circuits, TokenRequestsCountOnceEach) {
  use_v1_token();
  always(Reply::answer(503));
  std::vector<Answer> answers(200);
  for (const auto& answer : answers) begin(answer);
  all(answers);
  EXPECT_EQ(transport->sent.size(), 3U);
  EXPECT_EQ(circuit(), Circuit::closed) << "three failures, whoever waited for them";
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(run());
  EXPECT_EQ(circuit(), Circuit::open);
  EXPECT_EQ(transport->count("/users/getToken"), 10U);
  transport->sent.clear();
  EXPECT_EQ(run().error().attempts, 0);
  EXPECT_TRUE(transport->sent.empty()) << "no token either";

  clock->advance(5s);
  EXPECT_FALSE(run());
  EXPECT_EQ(transport->sent.size(), 1U) << "the probe's token failed";
  EXPECT_EQ(circuit(), Circuit::open);
  EXPECT_EQ(run().error().retry_after_ms, 10'000);

  clock->advance(10s);
  transport->script = [](const Sent& sent) { return sent.path == "/x" ? Reply::answer(200) : token(); };
  EXPECT_TRUE(run());
  EXPECT_EQ(circuit(), Circuit::closed);
}

TEST_F(Circuits, AProbeThatWaitsInVainForATokenHasFailed) {
  use_v1_token();
  always(Reply::answer(503));
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(run());
  clock->advance(5s);
  transport->script = [](const Sent&) { return Reply::hold(); };
  EXPECT_EQ(run(Method::get, 2s).error().kind, ErrorKind::timed_out);
  EXPECT_EQ(circuit(), Circuit::open);
  EXPECT_EQ(run().error().retry_after_ms, 10'000);
}

TEST_F(Circuits, OneIdThatPortOneFailsOverStopsNobody) {
  same_id = true;
  for (const auto& trouble :
       {Reply::answer(500, outage), Reply::answer(503, outage), Reply::broken(ErrorKind::timed_out, true),
        Reply::broken(ErrorKind::connection_failed, true)}) {
    always(trouble);
    for (int i = 0; i < 30; ++i) EXPECT_FALSE(run());
    EXPECT_EQ(circuit(), Circuit::closed) << last.wait().error().what();
  }
  observed(61, "one id again and again: " + told(last.wait().error()) + "; nobody else's calls are stopped");
  same_id = false;
  for (int i = 0; i < 9; ++i) EXPECT_FALSE(run());
  EXPECT_EQ(circuit(), Circuit::open) << "nine others and that one";
}

TEST_F(Circuits, NoConnectionIsAboutNoId) {
  same_id = true;
  always(Reply::broken(ErrorKind::connection_failed, false));
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(run());
  EXPECT_EQ(circuit(), Circuit::open);
  EXPECT_EQ(transport->sent.size(), 10U);
}

TEST_F(Circuits, WhatThisMachineLacksNeverOpensIt) {
  Error error;
  error.kind = ErrorKind::connection_failed;
  error.message = "no file descriptor is left";
  error.of_this_machine = true;
  always(Reply{AttemptEnd{error, false}});
  for (int i = 0; i < 15; ++i) EXPECT_FALSE(run());
  EXPECT_EQ(circuit(), Circuit::closed);
  use_v1_token();
  for (int i = 0; i < 15; ++i) EXPECT_FALSE(run());
  EXPECT_EQ(circuit(), Circuit::closed);
}

TEST_F(Circuits, JumpsOfTheWallClockChangeNothing) {
  break_down();
  clock->wall += 24h;
  EXPECT_EQ(run().error().attempts, 0);
  clock->wall -= 48h;
  clock->advance(5s);
  always(Reply::answer(200));
  EXPECT_TRUE(run());
}

}  // namespace
}  // namespace bonin::test
