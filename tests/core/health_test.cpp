// What a client counts and what it tells a log.

#include "support/exchanges.hpp"
#include "support/observed.hpp"
#include "token/renewed_credential.hpp"

namespace bonin::test {
namespace {

class Healths : public Exchanges {
 protected:
  Metrics metrics() const { return session->health->metrics(); }
  std::uint64_t failed(ErrorKind kind) const { return metrics().calls_failed[static_cast<std::size_t>(kind)]; }
  void listen(LogLevel from) { gate->from = from; }
  /// "area.name field=value ..."
  std::vector<std::string> told() {
    std::vector<std::string> lines;
    for (const auto& event : session->health->log.take()) {
      std::string line(to_string(event.level));
      line.append(" ").append(event.area).append(".").append(event.name);
      for (const auto& [name, value] : event.fields) {
        line += " " + std::string(name) + "=";
        const auto* text = std::get_if<std::string_view>(&value);
        line += text != nullptr ? std::string(*text) : std::to_string(std::get<std::int64_t>(value));
      }
      lines.push_back(std::move(line));
    }
    return lines;
  }
  using Lines = std::vector<std::string>;
};

TEST_F(Healths, CountsCallsByTheirEnd) {
  always(Reply::answer(200).after(7ms));
  for (int i = 0; i < 3; ++i) run();
  always(Reply::answer(404, outage));
  run();
  always(Reply::answer(503, outage));
  run();
  const auto m = metrics();
  EXPECT_EQ(m.calls_ok, 3U);
  EXPECT_EQ(failed(ErrorKind::not_found), 1U);
  EXPECT_EQ(failed(ErrorKind::unavailable), 1U);
  EXPECT_EQ(m.attempts, 3U + 1U + 3U);
  EXPECT_EQ(m.retries, 2U);
  EXPECT_EQ(m.calls_under_way, 0U);
  EXPECT_EQ(m.fail_fast, 0U);
  EXPECT_EQ(m.retry_budget, 500 - 2 * 14);
  EXPECT_EQ(m.circuit, Circuit::closed);
  EXPECT_EQ(m.latency_count, 5U);
}

TEST_F(Healths, LatencyFallsIntoItsBucket) {
  const std::pair<milliseconds, std::size_t> cases[] = {{0ms, 0},   {5ms, 0},   {6ms, 1},    {25ms, 2},    {26ms, 3},
                                                        {100ms, 4}, {500ms, 6}, {1000ms, 7}, {9999ms, 10}, {10s, 10}};
  std::array<std::uint64_t, 12> expected{};
  double sum = 0;
  for (const auto& [took, bucket] : cases) {
    always(Reply::answer(200).after(took));
    ASSERT_TRUE(run(Method::get, 60s));
    ++expected[bucket];
    sum += static_cast<double>(took.count());
  }
  always(Reply::answer(200).after(10'001ms));
  run(Method::get, 60s);
  ++expected[11];
  EXPECT_EQ(metrics().latency_counts, expected);
  EXPECT_EQ(metrics().latency_count, 11U);
  EXPECT_DOUBLE_EQ(metrics().latency_sum_ms, sum + 10'001);
}

TEST_F(Healths, CallsUnderWayAndConnections) {
  const Answer one, two;
  const Call call = begin(one);
  begin(two);
  transport->settle();
  EXPECT_EQ(metrics().calls_under_way, 2U);
  auto reply = Reply::answer(200);
  reply.outcome->connections = 1;
  transport->release(1, reply);
  EXPECT_EQ(metrics().calls_under_way, 1U);
  EXPECT_EQ(metrics().connections, 1U);
  call.cancel();
  transport->settle();
  EXPECT_EQ(metrics().calls_under_way, 0U);
  EXPECT_EQ(failed(ErrorKind::cancelled), 1U);
  close();
  begin(Answer());
  EXPECT_EQ(failed(ErrorKind::closed), 1U);
  EXPECT_EQ(metrics().calls_under_way, 0U);
}

TEST_F(Healths, Tokens) {
  use_v1_token();
  int tokens = 0;
  transport->script = [&](const Sent& sent) {
    if (sent.path == "/x") return Reply::answer(200);
    return ++tokens < 3 ? Reply::answer(503) : token();
  };
  ASSERT_TRUE(run());
  EXPECT_EQ(metrics().token_failures, 2U);
  EXPECT_EQ(metrics().token_renewals, 1U);
  EXPECT_EQ(metrics().attempts, 1U);
  EXPECT_EQ(metrics().retries, 2U);
}

TEST_F(Healths, CallsThatTheCircuitRefusesAreNoLatency) {
  random = 0;
  always(Reply::answer(503, outage));
  for (int i = 0; i < 16; ++i) run();
  const auto m = metrics();
  EXPECT_EQ(m.circuit, Circuit::open);
  EXPECT_EQ(m.circuit_openings, 1U);
  EXPECT_EQ(m.fail_fast, 6U);
  EXPECT_EQ(m.latency_count, 10U);
  EXPECT_EQ(failed(ErrorKind::unavailable), 16U);
}

TEST_F(Healths, NothingIsToldUntilSomebodyListens) {
  always(Reply::answer(503, outage));
  for (int i = 0; i < 10; ++i) run();
  EXPECT_FALSE(gate->waiting);
  EXPECT_EQ(told(), Lines{});
  EXPECT_EQ(metrics().log_events_dropped, 0U);
}

TEST_F(Healths, TellsOfRetriesAndEnds) {
  listen(LogLevel::debug);
  int n = 0;
  transport->script = [&](const Sent&) {
    return ++n == 1 ? Reply::answer(503, outage) : Reply::answer(200).after(3ms);
  };
  ASSERT_TRUE(run());
  EXPECT_EQ(told(), (Lines{"info call.retry request=GET /x reason=unavailable attempts=1 delay_ms=25 http_status=503",
                           "debug call.succeeded request=GET /x attempts=2 ms=28"}));
  EXPECT_FALSE(gate->waiting);
  always(Reply::answer(404, outage));
  run();
  always(Reply::broken(ErrorKind::tls_failed, false));
  run();
  EXPECT_EQ(told(), (Lines{"info call.failed request=GET /x kind=not_found http_status=404 attempts=1 ms=0",
                           "warning call.failed request=GET /x kind=tls_failed attempts=1 ms=0"}));
}

TEST_F(Healths, TellsOfTokensAndTheCircuit) {
  random = 0;
  use_v1_token();
  listen(LogLevel::info);
  always(Reply::answer(503));
  run();
  auto lines = told();
  EXPECT_EQ(std::count(lines.begin(), lines.end(), "warning token.failed reason=unavailable http_status=503"), 3);
  for (int i = 0; i < 3; ++i) run();
  lines = told();
  EXPECT_EQ(std::count(lines.begin(), lines.end(), "warning circuit.opened reason=unavailable pause_ms=5000"), 1);
  run();
  EXPECT_EQ(told(), Lines{}) << "what the circuit refuses is worth a debug line at most";
  clock->advance(5s);
  transport->script = [](const Sent& sent) { return sent.path == "/x" ? Reply::answer(200) : token(); };
  run();
  EXPECT_EQ(told(), (Lines{"info circuit.half_open", "info token.renewed life_ms=1800000", "info circuit.closed"}));
}

TEST_F(Healths, TellsOnceThatTheClocksDiffer) {
  listen(LogLevel::warning);
  const auto answered_at = [this](std::chrono::milliseconds skew) {
    auto reply = Reply::answer(200);
    reply.outcome->result.value().date = clock->wall + skew;
    always(reply);
    EXPECT_TRUE(run());
  };
  answered_at(30s);
  EXPECT_EQ(metrics().clock_skew_ms, 30'000);
  EXPECT_EQ(told(), Lines{});
  answered_at(120s);
  answered_at(125s);
  EXPECT_EQ(metrics().clock_skew_ms, 125'000);
  EXPECT_EQ(told(), Lines{"warning clock.skew seconds=120"});
  answered_at(1s);
  answered_at(-400s);
  EXPECT_EQ(told(), Lines{"warning clock.skew seconds=-400"}) << "behind is told as well, and anew after it was right";
  always(Reply::answer(200));
  EXPECT_TRUE(run());
  EXPECT_EQ(metrics().clock_skew_ms, -400'000) << "an answer without a date says nothing";
  observed(68,
           "over 30 s off PortOne's: one warning `clock.skew` with the seconds, and `clock_skew_ms`; no "
           "judgement changes");
}

TEST_F(Healths, AnEventHasTheMomentOfItsWallClock) {
  listen(LogLevel::debug);
  always(Reply::answer(200));
  run();
  const auto events = session->health->log.take();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].at, clock->wall);
}

TEST_F(Healths, TheQueueIsBoundedAndCountsWhatItDrops) {
  listen(LogLevel::debug);
  always(Reply::answer(200));
  for (int i = 0; i < 300; ++i) run();
  EXPECT_EQ(metrics().log_events_dropped, 44U);
  EXPECT_EQ(told().size(), 256U);
  run();
  EXPECT_EQ(told().size(), 1U);
}

TEST_F(Healths, AfterListeningEndsNothingIsKept) {
  listen(LogLevel::debug);
  listen(LogLevel::off);
  always(Reply::answer(503, outage));
  run();
  EXPECT_EQ(told(), Lines{});
}

}  // namespace
}  // namespace bonin::test
