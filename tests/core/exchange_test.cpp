// One call: retried where that is safe, ended by its deadline, settled exactly once.

#include "support/exchanges.hpp"
#include "support/observed.hpp"

namespace bonin::test {
namespace {

TEST_F(Exchanges, RetriesThreeTimesInAllWithFullJitter) {
  always(Reply::answer(503, outage));
  const auto& result = run();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(result.error().attempts, 3);
  EXPECT_EQ(result.error().http_status, 503);
  EXPECT_EQ(result.error().request, "GET /x");
  EXPECT_EQ(result.error().cause, "PortOne is not available");
  EXPECT_EQ(transport->sent.size(), 3U);
  EXPECT_EQ(transport->delays, (std::vector<milliseconds>{25ms, 50ms}));
}

TEST_F(Exchanges, WaitsLongerWhenThrottled) {
  always(Reply::answer(429, outage));
  EXPECT_EQ(run().error().kind, ErrorKind::throttled);
  EXPECT_EQ(transport->delays, (std::vector<milliseconds>{500ms, 1000ms}));
  observed(17, told(last.wait().error()) + ", delays from a base of 1 s instead of 50 ms");
}

TEST_F(Exchanges, SucceedsAfterWhatPasses) {
  for (const auto& trouble : {Reply::broken(ErrorKind::connection_failed, true), Reply::answer(500, outage),
                              Reply::answer(429), Reply::answer(502, "<html>"), Reply::answer(408)}) {
    int n = 0;
    transport->script = [&](const Sent&) { return ++n < 3 ? trouble : Reply::answer(200, "good"); };
    const auto& result = run();
    ASSERT_TRUE(result);
    EXPECT_EQ(result.value().body, "good");
    EXPECT_EQ(n, 3);
  }
  always(Reply::answer(502, "<html>"));
  EXPECT_EQ(run().error().kind, ErrorKind::unavailable);
  observed(13, "GET: " + told(last.wait().error()));
  always(Reply::answer(502, "<html>"));
  EXPECT_EQ(run(Method::post).error().kind, ErrorKind::outcome_unknown);
}

TEST_F(Exchanges, DoesNotRetryWhatStays) {
  for (const auto& trouble :
       {Reply::answer(400, outage), Reply::answer(401, outage), Reply::answer(403, outage), Reply::answer(404, outage),
        Reply::answer(409, outage), Reply::answer(302), Reply::answer(502, R"({"type":"PG_PROVIDER"})"),
        Reply::broken(ErrorKind::tls_failed, false), Reply::broken(ErrorKind::unreadable_answer, true)}) {
    transport->sent.clear();
    always(trouble);
    ASSERT_FALSE(run());
    EXPECT_EQ(transport->sent.size(), 1U) << last.wait().error().what();
  }
  EXPECT_TRUE(transport->delays.empty());
  always(Reply::answer(502, R"({"type":"PG_PROVIDER"})"));
  EXPECT_EQ(run().error().kind, ErrorKind::provider_failed);
  observed(12, told(last.wait().error()));
}

TEST_F(Exchanges, RetryAfterIsHonouredInsideTheDeadline) {
  int n = 0;
  transport->script = [&](const Sent&) { return ++n == 1 ? Reply::answer(503, outage, 2'000) : Reply::answer(200); };
  ASSERT_TRUE(run());
  EXPECT_EQ(transport->delays, std::vector<milliseconds>{2s});
  EXPECT_EQ(transport->sent[1].at - transport->sent[0].at, 2s);
  observed(9, "waited for " + std::to_string(transport->delays.at(0).count()) + " ms, then answered");
}

TEST_F(Exchanges, RetryAfterBeyondTheDeadlineIsNotWaitedFor) {
  for (const std::int64_t asked : {10'000, 99'999'000}) {
    transport->sent.clear();
    always(Reply::answer(503, outage, asked));
    const auto before = clock->steady();
    const auto& result = run();
    EXPECT_EQ(result.error().kind, ErrorKind::unavailable);
    EXPECT_EQ(result.error().retry_after_ms, asked);
    EXPECT_EQ(transport->sent.size(), 1U);
    EXPECT_EQ(clock->steady(), before);
  }
  observed(10, told(last.wait().error()) + " at once, with the time that was asked for: it is after the deadline");
}

TEST_F(Exchanges, TenSecondsInAllUnlessToldOtherwise) {
  transport->script = [](const Sent&) { return Reply::hold(); };
  Exchange::begin(session, Plan(&v2_refusal), {}, whole_answer([](const Result<Response>&) {}));
  transport->settle();
  EXPECT_EQ(transport->sent.at(0).timeout, 10s);
  EXPECT_EQ(session->connection->connect_timeout, 2s);
}

TEST_F(Exchanges, EachAttemptGetsTheTimeThatIsLeft) {
  always(Reply::broken(ErrorKind::connection_failed, false).after(4s));
  ASSERT_FALSE(run());
  ASSERT_EQ(transport->sent.size(), 3U);
  EXPECT_EQ(transport->sent[0].timeout, 10s);
  EXPECT_EQ(transport->sent[1].timeout, 10s - 4s - 25ms);
  EXPECT_EQ(transport->sent[2].timeout, 10s - 8s - 75ms);
}

TEST_F(Exchanges, TheDeadlineEndsTheCall) {
  // The transport ends an attempt when its time is over.
  transport->script = [](const Sent& sent) { return Reply::broken(ErrorKind::timed_out, true).after(sent.timeout); };
  const auto before = clock->steady();
  const auto& result = run(Method::get, 1234ms);
  EXPECT_EQ(result.error().kind, ErrorKind::timed_out);
  EXPECT_EQ(result.error().attempts, 1);
  EXPECT_EQ(clock->steady() - before, 1234ms);
}

TEST_F(Exchanges, WallClockJumpsDoNotMatter) {
  int n = 0;
  transport->script = [&](const Sent&) {
    clock->wall += ++n % 2 == 0 ? 24h : -24h;
    return n < 3 ? Reply::answer(503, outage) : Reply::answer(200);
  };
  ASSERT_TRUE(run());
  EXPECT_EQ(transport->delays, (std::vector<milliseconds>{25ms, 50ms}));
  observed(16, "in the middle of a call: the retries keep their delays");
}

TEST_F(Exchanges, PostIsNeverResent) {
  for (const Method method : {Method::post, Method::erase}) {
    for (const auto& trouble : {Reply::broken(ErrorKind::connection_failed, true), Reply::answer(502, "<html>"),
                                Reply::answer(504), Reply::broken(ErrorKind::unreadable_answer, true)}) {
      transport->sent.clear();
      always(trouble);
      const auto& result = run(method);
      ASSERT_FALSE(result);
      EXPECT_EQ(result.error().kind, ErrorKind::outcome_unknown) << result.error().what();
      EXPECT_FALSE(result.error().retryable());
      EXPECT_EQ(transport->sent.size(), 1U);
      EXPECT_FALSE(transport->sent[0].may_repeat);
    }
  }
  always(Reply::answer(200));
  run();
  EXPECT_TRUE(transport->sent.back().may_repeat);
}

TEST_F(Exchanges, PostWithAnIdempotencyKeyIsResentAsAGetIs) {
  idempotency_key = "0123456789abcdef";
  for (const auto& trouble : {Reply::broken(ErrorKind::connection_failed, true), Reply::answer(502, "<html>")}) {
    transport->sent.clear();
    int n = 0;
    transport->script = [&](const Sent&) { return ++n < 3 ? trouble : Reply::answer(200, "good"); };
    ASSERT_TRUE(run(Method::post));
    ASSERT_EQ(transport->sent.size(), 3U);
    for (const auto& sent : transport->sent) EXPECT_EQ(sent.idempotency_key, "\"0123456789abcdef\"");
    always(trouble);
    EXPECT_EQ(run(Method::post).error().kind, ErrorKind::outcome_unknown) << "nothing answered to the end";
  }
  // PortOne has answered: it would give the same answer again.
  transport->sent.clear();
  always(Reply::answer(500, R"({"type":"INTERNAL"})"));
  EXPECT_EQ(run(Method::post).error().kind, ErrorKind::unavailable);
  EXPECT_EQ(transport->sent.size(), 1U);
  always(Reply::answer(200));
  idempotency_key.clear();
  run(Method::post);
  EXPECT_EQ(transport->sent.back().idempotency_key, "");
}

TEST_F(Exchanges, ARequestUnderWayIsWaitedFor) {
  idempotency_key = "0123456789abcdef";
  const std::string outstanding = R"({"type":"IDEMPOTENCY_OUTSTANDING_REQUEST"})";
  int n = 0;
  transport->script = [&](const Sent&) {
    return ++n < 9 ? Reply::answer(409, outstanding) : Reply::answer(200, "good");
  };
  const auto& result = run(Method::post, 60s);
  ASSERT_TRUE(result) << result.error().what();
  EXPECT_EQ(transport->sent.size(), 9U) << "which is no retry";
  for (const auto delay : transport->delays) EXPECT_EQ(delay, 750ms);
  always(Reply::answer(409, outstanding));
  const auto before = clock->steady();
  EXPECT_EQ(run(Method::post, 5s).error().kind, ErrorKind::outcome_unknown);
  EXPECT_LE(clock->steady() - before, 5s);
}

TEST_F(Exchanges, TheTimeOfAProviderSaysNothingAboutPortOne) {
  waits_for_provider = true;
  transport->script = [](const Sent& sent) { return Reply::broken(ErrorKind::timed_out, true).after(sent.timeout); };
  for (int i = 0; i < 30; ++i) run(Method::post, 10s);
  EXPECT_EQ(session->health->circuit(), Circuit::closed);
  waits_for_provider = false;
  for (int i = 0; i < 30; ++i) run(Method::get, 10s);
  EXPECT_EQ(session->health->circuit(), Circuit::open);
}

TEST_F(Exchanges, WhatIsNotThereYetIsAskedForAgainWithinItsTime) {
  int asked = 0;
  settle = {3s, [&](const Verification* found) { return ++asked, found == nullptr; }};
  always(Reply::answer(404, R"({"type":"IDENTITY_VERIFICATION_NOT_FOUND"})"));
  const auto before = clock->steady();
  EXPECT_EQ(run().error().kind, ErrorKind::not_found);
  EXPECT_EQ(transport->delays, (std::vector<milliseconds>{250ms, 500ms, 750ms, 1000ms}));
  EXPECT_LE(clock->steady() - before, 3s);
  EXPECT_EQ(asked, 5);

  transport->delays.clear();
  EXPECT_EQ(run(Method::get, 600ms).error().kind, ErrorKind::not_found) << "the call's own time is shorter";
  EXPECT_EQ(transport->delays, std::vector<milliseconds>{250ms});

  transport->delays.clear();
  settle.is_due = [](const Verification*) { return false; };
  EXPECT_EQ(run().error().kind, ErrorKind::not_found);
  EXPECT_TRUE(transport->delays.empty());
}

TEST_F(Exchanges, PostThatCannotHaveArrivedIsKnownNotToHave) {
  const std::pair<Reply, ErrorKind> cases[] = {
      {Reply::broken(ErrorKind::connection_failed, false), ErrorKind::connection_failed},
      {Reply::broken(ErrorKind::tls_failed, false), ErrorKind::tls_failed},
      {Reply::answer(502, R"({"type":"PG_PROVIDER"})"), ErrorKind::provider_failed},
      {Reply::answer(500, R"({"type":"INTERNAL"})"), ErrorKind::unavailable},
      {Reply::answer(429), ErrorKind::throttled}};
  for (const auto& [reply, kind] : cases) {
    transport->sent.clear();
    always(reply);
    EXPECT_EQ(run(Method::post).error().kind, kind);
    EXPECT_EQ(transport->sent.size(), 1U);
  }
}

TEST_F(Exchanges, PostThatTimesOutMayHaveArrived) {
  transport->script = [](const Sent& sent) { return Reply::broken(ErrorKind::timed_out, true).after(sent.timeout); };
  EXPECT_EQ(run(Method::post).error().kind, ErrorKind::outcome_unknown);
  EXPECT_EQ(transport->sent.size(), 1U);
}

TEST_F(Exchanges, TheBudgetKeepsRetriesInProportion) {
  // Every other call fails: the circuit has no ten in a row, the budget sees a server under strain.
  int sent_by_failing = 0;
  for (int i = 0; i < 18; ++i) {  // 17 calls of two retries, then one of one: 35 x 14, less what successes give
    always(Reply::answer(503, outage));
    transport->sent.clear();
    ASSERT_FALSE(run());
    sent_by_failing += static_cast<int>(transport->sent.size());
    always(Reply::answer(200));
    ASSERT_TRUE(run());
  }
  EXPECT_EQ(sent_by_failing, 18 * 3);
  EXPECT_EQ(session->health->budget.left(), 500 - 36 * 14 + 18);
  EXPECT_EQ(session->health->circuit(), Circuit::closed);

  always(Reply::answer(503, outage));
  transport->sent.clear();
  ASSERT_TRUE(session->health->budget.take(false));  // as another call would
  EXPECT_EQ(run().error().attempts, 1);
  EXPECT_NE(last.wait().error().message.find("too many calls have failed"), std::string::npos);

  always(Reply::answer(200));
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(run());
  int n = 0;
  transport->script = [&](const Sent&) { return ++n == 1 ? Reply::answer(503, outage) : Reply::answer(200); };
  EXPECT_TRUE(run()) << "recovers by itself";
  observed(14,
           "18 calls empty the budget, the next ten are sent once each; after 20 good ones a retry is paid for "
           "again");
}

TEST_F(Exchanges, ThrottledRetriesCostTheBudgetLess) {
  always(Reply::answer(429, outage));
  for (int i = 0; i < 50; ++i) EXPECT_EQ(run().error().attempts, 3);
  EXPECT_EQ(session->health->budget.left(), 0);
  EXPECT_EQ(run().error().attempts, 1);
}

TEST_F(Exchanges, RetriesOfATokenGoThroughTheBudgetOncePerRequest) {
  use_v1_token();
  always(Reply::answer(429));
  std::vector<Answer> answers(200);
  for (const auto& answer : answers) begin(answer);
  all(answers);
  EXPECT_EQ(transport->sent.size(), 3U) << "two hundred callers, one request at a time";
  EXPECT_EQ(session->health->budget.left(), 500 - 2 * 5);

  while (session->health->budget.take(true)) {
  }
  transport->sent.clear();
  const auto& result = run();
  EXPECT_EQ(result.error().kind, ErrorKind::throttled);
  EXPECT_EQ(transport->sent.size(), 1U);
  EXPECT_NE(result.error().message.find("too many calls have failed"), std::string::npos);

  always(token());
  transport->script = [&](const Sent& sent) { return sent.path == "/x" ? Reply::answer(200) : token(); };
  EXPECT_TRUE(run());
  EXPECT_EQ(session->health->budget.left(), 2);
}

TEST_F(Exchanges, UnauthorizedCostsOneRenewalAndOneReplay) {
  use_v1_token();
  int lookups = 0;
  transport->script = [&](const Sent& sent) {
    if (sent.path == "/users/getToken") return token();
    return ++lookups == 1 ? Reply::answer(401, outage) : Reply::answer(200);
  };
  ASSERT_TRUE(run());
  EXPECT_EQ(transport->count("/users/getToken"), 2U);
  EXPECT_EQ(lookups, 2);
  observed(11, "the first: the token is renewed once, the lookup sent a second time and answered");
}

TEST_F(Exchanges, TheSecondUnauthorizedIsFinal) {
  use_v1_token();
  for (const Method method : {Method::get, Method::post}) {
    transport->sent.clear();
    transport->script = [&](const Sent& sent) {
      return sent.path == "/users/getToken" ? token() : Reply::answer(401, outage);
    };
    EXPECT_EQ(run(method).error().kind, ErrorKind::unauthorized);
    EXPECT_EQ(last.wait().error().attempts, 2);
    EXPECT_EQ(transport->count("/x"), 2U);
    EXPECT_LE(transport->count("/users/getToken"), 2U);
  }
  observed(11, "the second: " + told(last.wait().error()));
}

TEST_F(Exchanges, TwoHundredCallsShareOneToken) {
  use_v1_token();
  transport->script = [&](const Sent& sent) { return sent.path == "/x" ? Reply::answer(200) : token().after(5ms); };
  std::vector<Answer> answers(200);
  for (const auto& answer : answers) begin(answer);
  ASSERT_TRUE(transport->run([&] { return answers.back().ended(); }));
  for (const auto& answer : answers) EXPECT_TRUE(answer.ended() && answer.wait());
  EXPECT_EQ(transport->count("/users/getToken"), 1U);
  EXPECT_EQ(transport->count("/x"), 200U);
  observed(15, std::to_string(answers.size()) +
                   " calls without a token: " + std::to_string(transport->count("/users/getToken")) + " getToken");
}

TEST_F(Exchanges, ATokenThatFailsJoinsTheRetriesOfTheCall) {
  use_v1_token();
  int tokens = 0;
  transport->script = [&](const Sent& sent) {
    if (sent.path == "/x") return Reply::answer(200);
    return ++tokens < 3 ? Reply::answer(503) : token();
  };
  ASSERT_TRUE(run());
  EXPECT_EQ(tokens, 3);
  EXPECT_EQ(transport->count("/x"), 1U);
}

TEST_F(Exchanges, WrongCredentialsAreSaidAtOnceAndByTheirOwnRequest) {
  use_v1_token();
  always(Reply::answer(401));
  const auto& result = run();
  EXPECT_EQ(result.error().kind, ErrorKind::unauthorized);
  EXPECT_EQ(result.error().request, "POST /users/getToken");
  EXPECT_EQ(result.error().attempts, 0);
  EXPECT_EQ(transport->sent.size(), 1U);
}

TEST_F(Exchanges, ACallWithLittleTimeDoesNotWaitForATokenThatTakesLong) {
  use_v1_token();
  transport->script = [&](const Sent&) { return token().after(5s); };
  const auto before = clock->steady();
  EXPECT_EQ(run(Method::post, 1s).error().kind, ErrorKind::timed_out) << "nothing was sent";
  EXPECT_EQ(clock->steady() - before, 1s);
}

TEST_F(Exchanges, CancelWhileTheRequestIsUnderWay) {
  const Answer answer;
  const Call call = begin(answer);
  transport->settle();
  EXPECT_EQ(transport->under_way(), 1U);
  call.cancel();
  transport->settle();
  EXPECT_EQ(answer.wait().error().kind, ErrorKind::cancelled);
  EXPECT_EQ(transport->under_way(), 0U);
  EXPECT_TRUE(session->active.empty());
  call.cancel();
  transport->release(0, Reply::answer(200));
  transport->settle();
  EXPECT_EQ(answer.times(), 1);
}

TEST_F(Exchanges, CancelBeforeAnythingHappened) {
  const Answer answer;
  begin(answer).cancel();
  transport->settle();
  EXPECT_EQ(answer.wait().error().kind, ErrorKind::cancelled);
  EXPECT_EQ(answer.times(), 1);
  EXPECT_EQ(transport->under_way(), 0U);
}

TEST_F(Exchanges, CancelWhileWaitingToTryAgain) {
  always(Reply::answer(503, outage));
  const Answer answer;
  const Call call = begin(answer);
  transport->settle();
  EXPECT_FALSE(answer.ended());
  call.cancel();
  EXPECT_TRUE(transport->run([&] { return answer.ended(); }));
  EXPECT_EQ(answer.wait().error().kind, ErrorKind::cancelled);
  EXPECT_FALSE(transport->run([] { return false; }));  // the timer finds nothing left to do
  EXPECT_EQ(transport->sent.size(), 1U);
  EXPECT_EQ(answer.times(), 1);
}

TEST_F(Exchanges, CancelWhileWaitingForAToken) {
  use_v1_token();
  const Answer answer, other;
  const Call call = begin(answer);
  begin(other);
  transport->settle();
  call.cancel();
  transport->settle();
  EXPECT_EQ(answer.wait().error().kind, ErrorKind::cancelled);
  transport->script = [](const Sent&) { return Reply::answer(200); };
  transport->release(0, token());
  EXPECT_TRUE(transport->run([&] { return other.ended(); }));
  EXPECT_TRUE(other.wait()) << "the others still get the token";
  EXPECT_EQ(transport->count("/x"), 1U);
  EXPECT_EQ(answer.times(), 1);
}

TEST_F(Exchanges, CancelAfterTheEndDoesNothing) {
  always(Reply::answer(200));
  const Answer answer;
  const Call call = begin(answer);
  EXPECT_TRUE(transport->run([&] { return answer.ended(); }));
  call.cancel();
  transport->settle();
  EXPECT_EQ(answer.times(), 1);
  EXPECT_TRUE(answer.wait());
  Call().cancel();
}

TEST_F(Exchanges, AFullClientTakesNoMoreCalls) {
  auto connection = *session->connection;
  connection.max_calls = 3;
  session->connection = std::make_shared<ConnectionOptions>(connection);
  gate->from = LogLevel::warning;
  std::vector<Answer> answers(3);
  std::vector<Call> calls;
  for (const auto& one : answers) calls.push_back(begin(one));
  transport->settle();
  for (int i = 0; i < 2; ++i) {
    const Answer over;
    begin(over, i == 0 ? Method::get : Method::post);
    ASSERT_TRUE(over.ended()) << "at once, on the caller's own thread";
    const Error& error = over.wait().error();
    EXPECT_EQ(error.kind, ErrorKind::overloaded);
    EXPECT_TRUE(error.retryable());
    EXPECT_EQ(error.attempts, 0);
    observed(62, told(error) + ", nothing is sent, one line in the log");
  }
  EXPECT_EQ(transport->sent.size(), 3U);
  const auto metrics = session->health->metrics();
  EXPECT_EQ(metrics.calls_failed[static_cast<std::size_t>(ErrorKind::overloaded)], 2U);
  EXPECT_EQ(metrics.fail_fast, 0U);
  EXPECT_EQ(metrics.calls_under_way, 3U);
  const auto events = session->health->log.take();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].area, "client");
  EXPECT_EQ(events[0].name, "full");

  // Each end makes room, however it came.
  transport->release(0, Reply::answer(200));
  calls[1].cancel();
  transport->settle();
  always(Reply::answer(200));
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(run_beside());
  EXPECT_EQ(session->under_way, 1);
}

TEST_F(Exchanges, APostThatNeverLeftSaysSoWhateverItWaitedFor) {
  // Connecting until the end.
  transport->script = [](const Sent& sent) { return Reply::broken(ErrorKind::timed_out, false).after(sent.timeout); };
  for (const Method method : {Method::post, Method::erase}) {
    EXPECT_EQ(run(method, 1s).error().kind, ErrorKind::timed_out);
    EXPECT_TRUE(last.wait().error().retryable());
  }
  // Connecting in vain.
  for (const auto kind : {ErrorKind::connection_failed, ErrorKind::tls_failed}) {
    always(Reply::broken(kind, false));
    EXPECT_EQ(run(Method::post).error().kind, kind);
  }
  // Waiting for a token, at first and after a 401.
  use_v1_token();
  transport->script = [](const Sent&) { return Reply::hold(); };
  EXPECT_EQ(run(Method::post, 1s).error().kind, ErrorKind::timed_out);
  int tokens = 0;
  use_v1_token();
  transport->script = [&tokens](const Sent& sent) {
    if (sent.path == "/x") return Reply::answer(401, outage);
    return ++tokens == 1 ? token() : Reply::hold();
  };
  EXPECT_EQ(run(Method::post, 1s).error().kind, ErrorKind::timed_out) << "a 401 has taken nothing";
  EXPECT_EQ(last.wait().error().attempts, 1);
  observed(63, "no connection, or no token, until the end: " + told(last.wait().error()));
}

TEST_F(Exchanges, AClosedSessionTakesNoCall) {
  close();
  const Answer answer;
  begin(answer);
  EXPECT_EQ(answer.wait().error().kind, ErrorKind::closed);
  EXPECT_TRUE(transport->sent.empty());
}

TEST_F(Exchanges, ASessionClosedBeforeTheCallBeganSendsNothing) {
  const Answer answer;
  begin(answer);
  close();
  transport->settle();
  EXPECT_EQ(answer.wait().error().kind, ErrorKind::closed);
  EXPECT_TRUE(transport->sent.empty());
}

TEST_F(Exchanges, AnEndedTransportTakesNoCall) {
  transport->ended = true;
  const Answer answer;
  begin(answer);
  EXPECT_EQ(answer.wait().error().kind, ErrorKind::closed);
}

TEST_F(Exchanges, ClosingTellsWhetherItMayHaveTakenEffect) {
  const Answer get, post;
  begin(get);
  begin(post, Method::post);
  transport->settle();
  Error closed;
  closed.kind = ErrorKind::closed;
  const auto active = session->active;
  ASSERT_EQ(active.size(), 2U);
  for (const auto& call : active) call->settle(closed);
  EXPECT_EQ(get.wait().error().kind, ErrorKind::closed);
  EXPECT_EQ(post.wait().error().kind, ErrorKind::outcome_unknown);
  EXPECT_TRUE(session->active.empty());
}

}  // namespace
}  // namespace bonin::test
