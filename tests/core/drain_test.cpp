// A client that drains: what is under way ends, and nothing new begins.

#include "transport/drain.hpp"

#include "support/exchanges.hpp"

namespace bonin::test {
namespace {

class Draining : public Exchanges {
 protected:
  Draining() {
    transport->script = [](const Sent&) { return Reply::hold(); };
  }
  Call drain(const Ending<std::int64_t>& ending, milliseconds timeout = 10s) {
    return bonin::drain(*session->gate, transport, timeout, ending.callback());
  }
  ErrorKind refused() {
    Answer late;
    begin(late);
    transport->settle();
    return late.ended() ? late.wait().error().kind : ErrorKind::internal;
  }
};

TEST_F(Draining, CallsUnderWayEndAndNewOnesAreRefused) {
  const Answer first;
  const Answer second;
  begin(first);
  begin(second);
  transport->settle();
  const Ending<std::int64_t> drained;
  drain(drained);
  EXPECT_EQ(refused(), ErrorKind::draining);
  transport->release(0, Reply::answer(200, "good"));
  transport->settle();
  EXPECT_EQ(first.wait().value().body, "good");
  EXPECT_FALSE(drained.ended());
  transport->release(1, Reply::answer(404, outage));
  transport->settle();
  ASSERT_TRUE(drained.ended());
  EXPECT_EQ(drained.wait().value(), 0);
  EXPECT_EQ(refused(), ErrorKind::draining);
  EXPECT_EQ(transport->sent.size(), 2U);
  EXPECT_EQ(session->health->metrics().calls_failed[static_cast<std::size_t>(ErrorKind::draining)], 2U);
}

TEST_F(Draining, RetriesOfACallUnderWayGoOn) {
  int n = 0;
  transport->script = [&](const Sent&) { return ++n == 1 ? Reply::hold() : Reply::answer(200, "good"); };
  const Answer answer;
  begin(answer);
  transport->settle();
  const Ending<std::int64_t> drained;
  drain(drained);
  transport->release(0, Reply::answer(503, outage));
  EXPECT_TRUE(transport->run([&] { return drained.ended(); }));
  EXPECT_EQ(answer.wait().value().body, "good");
  EXPECT_EQ(drained.wait().value(), 0);
}

TEST_F(Draining, TheTimeIsKeptAndWhatIsLeftGoesOn) {
  const Answer answer;
  begin(answer, Method::get, 60s);
  transport->settle();
  const Ending<std::int64_t> drained;
  const auto before = clock->steady();
  drain(drained, 3s);
  EXPECT_TRUE(transport->run([&] { return drained.ended(); }));
  EXPECT_EQ(clock->steady() - before, 3s);
  EXPECT_EQ(drained.wait().value(), 1);
  EXPECT_FALSE(answer.ended());
  transport->release(0, Reply::answer(200));
  transport->settle();
  EXPECT_TRUE(answer.wait());
  EXPECT_EQ(drained.times(), 1);
  const Ending<std::int64_t> again;
  drain(again);
  EXPECT_EQ(again.wait().value(), 0);
}

TEST_F(Draining, TheWaitCanBeCancelledAndTheGateStaysShut) {
  const Answer answer;
  begin(answer);
  transport->settle();
  const Ending<std::int64_t> drained;
  drain(drained).cancel();
  EXPECT_EQ(drained.wait().error().kind, ErrorKind::cancelled);
  EXPECT_EQ(refused(), ErrorKind::draining);
  transport->release(0, Reply::answer(200));
  transport->settle();
  EXPECT_EQ(drained.times(), 1);
}

TEST_F(Draining, AStepOfACallThatIsInsideIsNotRefused) {
  const auto place = Gate::enter(session->inside);
  const Ending<std::int64_t> drained;
  drain(drained);
  Plan plan{&v2_refusal};
  plan.path = "/x";
  plan.name = "GET /x";
  const Answer step;
  Exchange::begin(session, plan, {.is_step = true}, whole_answer(step.callback()));
  transport->settle();
  transport->release(0, Reply::answer(200, "good"));
  transport->settle();
  EXPECT_EQ(step.wait().value().body, "good");
  EXPECT_FALSE(drained.ended()) << "a step has no place of its own: the call has one";
}

TEST_F(Draining, AClosedClientSaysSo) {
  const Ending<std::int64_t> drained;
  drain(drained);
  close();
  EXPECT_EQ(refused(), ErrorKind::closed);
}

TEST_F(Draining, EventsOfACallCarryTheNumberOfItsCaller) {
  gate->from = LogLevel::debug;
  int n = 0;
  transport->script = [&](const Sent&) { return ++n == 1 ? Reply::answer(503, outage) : Reply::answer(200, "good"); };
  Plan plan{&v2_refusal};
  plan.path = "/x";
  plan.name = "GET /x";
  const Answer answer;
  Exchange::begin(session, plan, {.caller = 7}, whole_answer(answer.callback()));
  EXPECT_TRUE(transport->run([&] { return answer.ended(); }));
  std::vector<std::string> seen;
  for (const auto& event : session->health->log.take()) {
    seen.push_back(std::string(event.name) + " " + std::to_string(event.caller));
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"retry 7", "succeeded 7"}));
}

}  // namespace
}  // namespace bonin::test
