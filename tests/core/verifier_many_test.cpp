// Many ids in one call: order, pace, where it stops and where it goes on.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "bonin/bonin.hpp"
#include "judge_many.hpp"
#include "model/call_state.hpp"
#include "model/steps.hpp"
#include "pace.hpp"
#include "support/ending.hpp"
#include "support/fake_transport.hpp"
#include "support/sandbox_v2.hpp"
#include "support/sanitizer.hpp"

namespace bonin {
namespace {

using Json = nlohmann::json;
using test::Ending;
using test::FakeTransport;
using test::ManualClock;
using namespace std::chrono_literals;

Error failure(ErrorKind kind) { return make_error(kind, "scripted"); }

Decision decided() {
  static const Policy policy = Policy::preset("kr.youth_protection").value();
  return policy.evaluate(std::make_shared<const Verification>(), Moment{});
}

/// What a call under way does when it is cancelled.
struct Cancelled final : Call::State {
  std::function<void()> what;
  void cancel() override { what(); }
};

/// Verifications that end when the test says so.
class Scripted : public ::testing::Test {
 protected:
  ~Scripted() override { transport->drop(); }

  static std::vector<std::string> ids(std::size_t n) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < n; ++i) out.push_back(std::to_string(i));
    return out;
  }

  Call begin(std::vector<std::string> ids, VerifyManyOptions options = {}, VerifyManyWatch watch = {}) {
    const auto judge = [this](std::string_view id, Callback<Decision> done) {
      const auto i = static_cast<std::size_t>(std::stoul(std::string(id)));
      begun.push_back(i);
      at.push_back(clock->steady());
      most = std::max(most, under_way.size() + 1);
      if (at_once) return done(at_once(i)), Call{};
      under_way[i] = std::move(done);
      auto state = std::make_shared<Cancelled>();
      state->what = [this, i] { ends(i, failure(ErrorKind::cancelled)); };
      states.push_back(state);
      return Call(std::weak_ptr<Call::State>(state));
    };
    return judge_many(judge, transport, clock, std::move(ids), options, ending.callback(), std::move(watch));
  }

  void ends(std::size_t i, Result<Decision> answer) {
    const auto found = under_way.find(i);
    if (found == under_way.end()) return;
    const auto done = std::move(found->second);
    under_way.erase(found);
    done(std::move(answer));
  }
  void end_all(const std::function<Result<Decision>(std::size_t)>& answer) {
    transport->settle();
    while (!under_way.empty()) {
      const auto i = under_way.begin()->first;
      ends(i, answer(i));
      transport->settle();
    }
  }
  const Judged& judged() {
    EXPECT_EQ(ending.times(), 1);
    return *ending.wait().value();
  }
  /// `D`: decided, `.`: left, else the first letter of the error.
  std::string answers() {
    std::string text;
    for (const auto& answer : judged().answers) text += !answer ? '.' : *answer ? 'D' : answer->error().name()[0];
    return text;
  }

  std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();
  std::shared_ptr<FakeTransport> transport = std::make_shared<FakeTransport>(clock);
  Ending<JudgedPtr> ending;
  std::function<Result<Decision>(std::size_t)> at_once;  // where it is there, they end before they have begun
  std::map<std::size_t, Callback<Decision>> under_way;
  std::vector<std::shared_ptr<Call::State>> states;
  std::vector<std::size_t> begun;
  std::vector<std::chrono::steady_clock::time_point> at;
  std::size_t most = 0;
};

TEST_F(Scripted, AnswersStandInTheOrderOfTheIdsWhateverEndsFirst) {
  begin(ids(5), {.at_once = 3});
  transport->settle();
  EXPECT_EQ(begun, (std::vector<std::size_t>{0, 1, 2}));
  ends(2, failure(ErrorKind::not_found));
  EXPECT_EQ(begun.back(), 3U);
  ends(1, decided());
  ends(4, failure(ErrorKind::timed_out));
  ends(0, decided());
  EXPECT_FALSE(ending.ended());
  ends(3, decided());
  EXPECT_EQ(answers(), "DDnDt");
  EXPECT_EQ(judged().next, 5U);
  EXPECT_FALSE(judged().stopped);
  EXPECT_EQ(judged().counts.denied, 3U);
  EXPECT_EQ(judged().counts.failed, 2U);
  EXPECT_EQ(judged().counts.left, 0U);
  EXPECT_EQ(most, 3U);
}

TEST_F(Scripted, NoIdsAreAnAnswer) {
  begin({});
  transport->settle();
  EXPECT_EQ(answers(), "");
  EXPECT_EQ(judged().next, 0U);
}

TEST_F(Scripted, IdsThatEndAtOnceLeaveTheThreadToOthers) {
  at_once = [](std::size_t) { return Result<Decision>(failure(ErrorKind::invalid_id)); };
  begin(ids(1000));
  bool ran = false;
  std::size_t before = 0;
  transport->post([&] {
    ran = true;
    before = begun.size();
  });
  transport->settle();
  EXPECT_TRUE(ran);
  EXPECT_LT(before, 1000U);
  EXPECT_EQ(judged().counts.failed, 1000U);
  EXPECT_EQ(judged().next, 1000U);
}

TEST_F(Scripted, ThePaceIsKeptByTheClock) {
  begin(ids(21), {.per_second = 10.0});
  at_once = [](std::size_t) { return Result<Decision>(decided()); };
  ASSERT_TRUE(transport->run([this] { return ending.ended(); }));
  EXPECT_EQ(at.back() - at.front(), 2s);
  for (std::size_t i = 1; i < at.size(); ++i) EXPECT_EQ(at[i] - at[i - 1], 100ms);
}

TEST_F(Scripted, APaceFasterThanATimerIsKeptAsWell) {
  at_once = [](std::size_t) { return Result<Decision>(decided()); };
  begin(ids(10'001), {.per_second = 10'000.0});
  ASSERT_TRUE(transport->run([this] { return ending.ended(); }));
  EXPECT_EQ(at.back() - at.front(), 1s);
}

TEST(Pace, CatchesUpWithATimerAndNotWithAPause) {
  Pace pace(1000.0);
  const Pace::Time start{1h};
  EXPECT_EQ(pace.begin(start), 0s);
  EXPECT_EQ(pace.begin(start), 1ms);
  int begun = 0;
  while (pace.begin(start + 5ms) == 0s) ++begun;
  EXPECT_EQ(begun, 5);
  for (begun = 0; pace.begin(start + 1min) == 0s;) ++begun;
  EXPECT_EQ(begun, 21);
  Pace none(std::nullopt);
  EXPECT_EQ(none.begin(start), 0s);
  EXPECT_EQ(none.begin(start), 0s);
}

TEST_F(Scripted, ARefusedCredentialStopsItAndTheCursorStandsAtTheFirstThatItHit) {
  begin(ids(20), {.at_once = 4});
  transport->settle();
  ends(0, decided());
  ends(2, failure(ErrorKind::unauthorized));
  EXPECT_EQ(begun.size(), 5U);
  ends(3, decided());
  ends(1, failure(ErrorKind::unauthorized));
  ends(4, decided());
  EXPECT_EQ(answers(), "DuuDD" + std::string(15, '.'));
  EXPECT_EQ(judged().next, 1U);
  EXPECT_EQ(judged().stopped->kind, ErrorKind::unauthorized);
  EXPECT_EQ(judged().counts.left, 15U);
}

TEST_F(Scripted, AnOutageStopsItAndOneFailureDoesNot) {
  begin(ids(1000), {.at_once = 16});
  end_all([](std::size_t i) -> Result<Decision> {
    if (i == 3 || i >= 50) return failure(ErrorKind::unavailable);
    return decided();
  });
  EXPECT_EQ(judged().next, 50U);
  EXPECT_EQ(judged().stopped->kind, ErrorKind::unavailable);
  EXPECT_EQ(judged().counts.denied, 49U);
  EXPECT_EQ(judged().counts.failed, 1U + 16U + 15U) << "the row, and what was under way";
  EXPECT_EQ(begun.size(), 50U + 16U + 15U);
}

TEST_F(Scripted, OneIdThatAlwaysFailsDoesNotHoldAJobUp) {
  for (std::size_t n : {1U, 9U}) {
    ending = {};
    begin(ids(n), {.at_once = 1});
    end_all([](std::size_t) { return Result<Decision>(failure(ErrorKind::timed_out)); });
    EXPECT_FALSE(judged().stopped);
    EXPECT_EQ(judged().next, n);
    EXPECT_EQ(judged().counts.failed, n);
  }
}

TEST_F(Scripted, AClientWithoutAPlaceIsWaitedFor) {
  int full = 100;
  at_once = [&](std::size_t) -> Result<Decision> {
    if (--full >= 0) return failure(ErrorKind::overloaded);
    return decided();
  };
  begin(ids(20));
  ASSERT_TRUE(transport->run([this] { return ending.ended(); }));
  EXPECT_EQ(judged().counts.denied, 20U);
  EXPECT_EQ(begun.size(), 120U);
  EXPECT_EQ(at[100] - at[0], 10s);
  for (std::size_t i = 0; i < 20; ++i) EXPECT_TRUE(judged().answers[i]);
}

TEST_F(Scripted, ACallThatWaitsForAPlaceCanBeCancelled) {
  at_once = [&](std::size_t i) -> Result<Decision> {
    if (i == 1) return failure(ErrorKind::overloaded);
    return decided();
  };
  const Call call = begin(ids(5));
  transport->settle();
  EXPECT_FALSE(ending.ended());
  call.cancel();
  EXPECT_EQ(answers(), "D....");
  EXPECT_EQ(judged().next, 1U);
}

TEST_F(Scripted, ErrorsOfIdsStopNothing) {
  begin(ids(500));
  const ErrorKind own[] = {ErrorKind::invalid_id, ErrorKind::not_found, ErrorKind::conflict, ErrorKind::rejected,
                           ErrorKind::provider_failed};
  end_all([&](std::size_t i) { return Result<Decision>(failure(own[i % std::size(own)])); });
  EXPECT_EQ(judged().counts.failed, 500U);
  EXPECT_EQ(judged().next, 500U);
}

TEST_F(Scripted, ACancelledCallKeepsWhatWasDecided) {
  const Call call = begin(ids(10), {.at_once = 3});
  transport->settle();
  ends(1, decided());
  ends(2, decided());
  call.cancel();
  call.cancel();
  EXPECT_EQ(answers(), ".DD.......");
  EXPECT_EQ(judged().next, 0U);
  EXPECT_EQ(judged().stopped->kind, ErrorKind::cancelled);
  EXPECT_EQ(judged().counts.left, 8U);
  call.cancel();
  EXPECT_EQ(ending.times(), 1);
}

TEST_F(Scripted, ACancelledCallThatWaitsForItsTimeEndsAtOnce) {
  at_once = [](std::size_t) { return Result<Decision>(decided()); };
  const Call call = begin(ids(10), {.per_second = 0.01});
  transport->settle();
  EXPECT_FALSE(ending.ended());
  call.cancel();
  EXPECT_EQ(answers(), "D.........");
  EXPECT_EQ(judged().next, 1U);
  transport->run([] { return false; });  // the timer finds nothing to do
  EXPECT_EQ(ending.times(), 1);
}

TEST_F(Scripted, ACallThatIsCancelledBeforeItBeganBeginsNone) {
  begin(ids(3)).cancel();
  transport->settle();
  EXPECT_TRUE(begun.empty());
  EXPECT_EQ(answers(), "...");
}

TEST_F(Scripted, WhatBeginsWhileTheWholeIsCancelledIsCancelledAsWell) {
  Call whole;
  at_once = nullptr;
  const auto judge = [&](std::string_view, Callback<Decision> done) {
    whole.cancel();
    under_way[0] = std::move(done);
    auto state = std::make_shared<Cancelled>();
    state->what = [this] { ends(0, failure(ErrorKind::cancelled)); };
    states.push_back(state);
    return Call(std::weak_ptr<Call::State>(state));
  };
  whole = judge_many(judge, transport, clock, ids(3), {}, ending.callback());
  transport->settle();
  EXPECT_EQ(answers(), "...");
}

TEST_F(Scripted, ACancellationThatComesTooLateIsNone) {
  const Call call = begin(ids(2));
  transport->settle();
  states.clear();  // the calls under way take no notice
  call.cancel();
  ends(0, decided());
  ends(1, decided());
  EXPECT_EQ(answers(), "DD");
  EXPECT_FALSE(judged().stopped);
  EXPECT_EQ(judged().next, 2U);
}

TEST_F(Scripted, AForkedChildCancelsNoCallOfItsParent) {
  const Call whole = begin(ids(3), {.at_once = 1});
  transport->settle();
  int cancelled = 0;
  const auto step = std::make_shared<Cancelled>();
  step->what = [&cancelled] { ++cancelled; };
  Steps steps(clock, 1s);
  steps.begin([&step] { return Call(std::weak_ptr<Call::State>(step)); });
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    alarm(30);
    whole.cancel();
    steps.cancel();
    _exit(ending.ended() || under_way.empty() || cancelled > 0 ? 1 : 0);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  whole.cancel();
  steps.cancel();
  EXPECT_EQ(judged().stopped->kind, ErrorKind::cancelled);
  EXPECT_EQ(cancelled, 1);
}

TEST_F(Scripted, DrainingAndClosedLeaveTheRest) {
  for (const auto kind : {ErrorKind::draining, ErrorKind::closed}) {
    ending = {};
    begin(ids(6), {.at_once = 2});
    end_all([&](std::size_t i) -> Result<Decision> {
      if (i >= 3) return failure(kind);
      return decided();
    });
    EXPECT_EQ(answers(), "DDD...");
    EXPECT_EQ(judged().next, 3U);
    EXPECT_EQ(judged().stopped->kind, kind);
    EXPECT_EQ(judged().counts.failed, 0U);
  }
}

TEST_F(Scripted, TheEndOfTheProcessIsAnAnswer) {
  transport->ended = true;
  begin(ids(3));
  EXPECT_EQ(answers(), "...");
  EXPECT_EQ(judged().stopped->kind, ErrorKind::closed);
}

TEST_F(Scripted, TheEndOfTheProcessEndsTheWaitForItsTime) {
  at_once = [this](std::size_t) {
    transport->ended = true;
    return Result<Decision>(decided());
  };
  begin(ids(3), {.per_second = 1.0});
  transport->settle();
  EXPECT_EQ(answers(), "D..");
  EXPECT_EQ(judged().stopped->kind, ErrorKind::closed);
}

TEST_F(Scripted, OptionsThatNoIdCanBeJudgedWithRefuseTheCall) {
  begin(ids(3));
  end_all([](std::size_t) { return Result<Decision>(make_error(ErrorKind::invalid_argument, "who?", "subject")); });
  ASSERT_FALSE(ending.wait());
  EXPECT_EQ(ending.wait().error().parameter, "subject");
  const auto refused = [&](std::size_t n, VerifyManyOptions options) {
    ending = {};
    begin(ids(n), std::move(options));
    EXPECT_TRUE(ending.ended());
    return ending.wait().error().parameter;
  };
  EXPECT_EQ(refused(100'001, {}), "ids");
  EXPECT_EQ(refused(1, {.at_once = 0}), "at_once");
  EXPECT_EQ(refused(1, {.at_once = 1001}), "at_once");
  for (const double rate : {0.0, -1.0, 0.001, 100'001.0, std::numeric_limits<double>::quiet_NaN(),
                            std::numeric_limits<double>::infinity()}) {
    EXPECT_EQ(refused(1, {.per_second = rate}), "per_second");
  }
}

TEST_F(Scripted, ProgressIsToldInOrderAndCanStopIt) {
  std::vector<std::size_t> told;
  begin(ids(300), {.at_once = 1}, {.progress = [&](std::size_t ended, std::size_t all, const Call& call) {
          EXPECT_EQ(all, 300U);
          told.push_back(ended);
          if (ended == 30) call.cancel();
        }});
  end_all([](std::size_t) { return Result<Decision>(decided()); });
  EXPECT_EQ(told, (std::vector<std::size_t>{3, 6, 9, 12, 15, 18, 21, 24, 27, 30}));
  EXPECT_EQ(judged().next, 30U);
}

TEST_F(Scripted, SlowProgressIsToldByTime) {
  std::vector<std::size_t> told;
  begin(ids(1000), {.per_second = 4.0}, {.progress = [&](std::size_t ended, std::size_t, const Call& call) {
          told.push_back(ended);
          if (ended == 5) call.cancel();
        }});
  at_once = [](std::size_t) { return Result<Decision>(decided()); };
  ASSERT_TRUE(transport->run([this] { return ending.ended(); }));
  EXPECT_EQ(told, (std::vector<std::size_t>{2, 3, 4, 5}));
}

TEST_F(Scripted, TheEndIsToldWhereverTheThreadIsLeftToOthers) {
  at_once = [](std::size_t) { return Result<Decision>(decided()); };
  for (const std::size_t n : {255U, 256U, 257U, 512U}) {
    ending = {};
    std::size_t told = 0;
    begin(ids(n), {}, {.progress = [&](std::size_t ended, std::size_t, const Call&) { told = ended; }});
    transport->settle();
    EXPECT_EQ(judged().counts.denied, n);
    EXPECT_EQ(told, n);
  }
}

TEST_F(Scripted, EachDecisionIsToldBeforeTheAnswer) {
  std::size_t told = 0;
  begin(ids(10), {}, {.decided = [&](const Decision&) {
          EXPECT_FALSE(ending.ended());
          ++told;
        }});
  end_all([](std::size_t i) -> Result<Decision> {
    if (i % 2 == 1) return failure(ErrorKind::not_found);
    return decided();
  });
  EXPECT_EQ(told, 5U);
}

TEST_F(Scripted, NothingIsKeptAfterTheEnd) {
  const auto kept = std::make_shared<int>(1);
  begin(ids(3), {}, {.decided = [kept](const Decision&) {}});
  end_all([](std::size_t) { return Result<Decision>(decided()); });
  transport->drop();
  EXPECT_EQ(kept.use_count(), 1);
}

/// Over a real socket.
class VerifyMany : public test::SandboxV2 {
 protected:
  Verifier verifier(std::string records = "") const {
    return Verifier::create({.portone = portone_,
                             .policy = Policy::preset("kr.youth_protection").value(),
                             .records = std::move(records)})
        .value();
  }
};

TEST_F(VerifyMany, JudgesAsVerifyDoes) {
  const auto verifier = this->verifier();
  std::vector<std::string> ids;
  for (int i = 0; i < 300; ++i) ids.push_back(i % 3 == 2 ? "iv-nobody" : persona(i % 3 == 0 ? "adult" : "minor"));
  ids.emplace_back("no id\n");
  const Ending<JudgedPtr> ending;
  verify_many(verifier, ids, {}, ending.callback());
  const auto judged = ending.wait().value();
  ASSERT_EQ(judged->answers.size(), 301U);
  for (std::size_t i = 0; i < 300; ++i) {
    const auto& answer = *judged->answers[i];
    if (i % 3 == 2) {
      EXPECT_EQ(answer.error().kind, ErrorKind::not_found);
    } else {
      EXPECT_EQ(answer.value().allowed(), i % 3 == 0);
      EXPECT_EQ(answer.value().verification()->id, ids[i]);
    }
  }
  EXPECT_EQ(judged->answers[300]->error().kind, ErrorKind::invalid_id);
  EXPECT_EQ(judged->counts.allowed, 100U);
  EXPECT_EQ(judged->counts.denied, 100U);
  EXPECT_EQ(judged->counts.failed, 101U);
  EXPECT_GT(judged->bytes, 200 * sizeof(Verification));
}

TEST_F(VerifyMany, EachDecisionIsWrittenDown) {
  const auto file = std::filesystem::temp_directory_path() / ("bonin-many-" + std::to_string(getpid()) + ".jsonl");
  {
    const auto verifier = this->verifier(file.string());
    const std::vector<std::string> ids(50, persona("adult"));
    const Ending<JudgedPtr> ending;
    verify_many(verifier, ids, {}, ending.callback());
    EXPECT_EQ(ending.wait().value()->counts.allowed, 50U);
    EXPECT_EQ(verifier.metrics().records_written, 50U);
  }
  std::filesystem::remove(file);
}

TEST_F(VerifyMany, AVerifierThatDrainsBeginsNoMoreAndWaitsForTheRest) {
  const auto verifier = this->verifier();
  const std::vector<std::string> ids(2000, persona("adult"));
  const Ending<JudgedPtr> ending;
  const Ending<std::int64_t> drained;
  std::atomic<bool> once{false};
  verify_many(verifier, ids, {.at_once = 4}, ending.callback(),
              {.progress = [&](std::size_t, std::size_t, const Call&) {
                if (!once.exchange(true)) verifier.drain(10s, drained.callback());
              }});
  const auto judged = ending.wait().value();
  ASSERT_TRUE(judged->stopped);
  EXPECT_EQ(judged->stopped->kind, ErrorKind::draining);
  EXPECT_EQ(drained.wait().value(), 0);
  EXPECT_EQ(judged->counts.allowed, judged->next) << "what was under way ended, and nothing is lost or done twice";
  EXPECT_EQ(judged->counts.allowed + judged->counts.left, 2000U);
}

TEST_F(VerifyMany, AClientThatIsClosedEndsIt) {
  const auto verifier = this->verifier();
  const Ending<JudgedPtr> ending;
  verify_many(verifier, std::vector<std::string>(2000, persona("adult")), {.at_once = 8}, ending.callback(),
              {.progress = [&](std::size_t, std::size_t, const Call&) { portone_->close(); }});
  const auto judged = ending.wait().value();
  EXPECT_EQ(judged->stopped->kind, ErrorKind::closed);
  EXPECT_EQ(judged->counts.failed, 0U);
  EXPECT_GT(judged->counts.left, 0U);
}

TEST_F(VerifyMany, TwoAtOnceAndOneCancelledFromAnotherThread) {
  const auto verifier = this->verifier();
  const std::vector<std::string> ids(1500, persona("adult"));
  const Ending<JudgedPtr> first, second;
  verify_many(verifier, ids, {}, first.callback());
  const Call call = verify_many(verifier, ids, {}, second.callback());
  std::thread([call] { call.cancel(); }).join();
  EXPECT_EQ(first.wait().value()->counts.allowed, 1500U);
  const auto judged = second.wait().value();
  EXPECT_EQ(judged->stopped->kind, ErrorKind::cancelled);
  EXPECT_EQ(judged->counts.allowed + judged->counts.left, 1500U);
  EXPECT_EQ(second.times(), 1);
}

TEST_F(VerifyMany, AForkedChildMayLetGoOfItsParentsAnswers) {
  if (test::thread_sanitizer) GTEST_SKIP() << "ThreadSanitizer takes no threads after a fork";
  const auto verifier = this->verifier();
  const std::vector<std::string> ids(300, persona("adult"));
  const auto judge = [&] {
    const Ending<JudgedPtr> ending;
    verify_many(verifier, ids, {}, ending.callback());
    return ending.wait().value();
  };
  auto parents = judge();
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    alarm(30);
    parents.reset();
    _exit(judge()->counts.allowed == 300 ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  EXPECT_EQ(parents->counts.allowed, 300U);
  EXPECT_EQ(judge()->counts.allowed, 300U);
}

}  // namespace
}  // namespace bonin
