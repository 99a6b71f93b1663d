// Every call ends in time, whatever the store does; and what was done for nobody is given back.

#include <future>
#include <thread>

#include "registry/impl.hpp"
#include "registry/sqlite_store.hpp"
#include "support/observed.hpp"
#include "support/registry.hpp"
#include "support/sanitizer.hpp"
#include "support/silent_server.hpp"

namespace bonin::registry_test {
namespace {

using registry_detail::Rules;
using registry_detail::SqliteStore;
using registry_detail::Task;
using test::thread_sanitizer;

/// Without its own limits a call would last longer than any test.
Settings patient() {
  Settings settings;
  settings.timeout = 10min;
  return settings;
}

#define BONIN_NEEDS_LIBPQ()                                                                              \
  if (!Registry::create({.store = "postgresql:///x", .own_store = {}, .peppers = {pepper("one", 'a')}})) \
  GTEST_SKIP() << "built without PostgreSQL"

constexpr CallOptions hurried{50ms};

TEST(RegistryDeadline, CallsOwnLimitHoldsInASilentServer) {
  BONIN_NEEDS_LIBPQ();
  const SilentServer server;
  const auto registry = open(server.url(), patient());
  Ending<Claim> claim;
  registry.claim(verified("ci"), "a", {}, claim.callback(), hurried);
  EXPECT_EQ(claim.wait().error().kind, ErrorKind::timed_out);
  Ending<std::optional<std::string>> find;
  registry.find(verified("ci"), find.callback(), hurried);
  EXPECT_EQ(find.wait().error().kind, ErrorKind::timed_out);
  // Behind those that are stuck, too.
  Ending<Counts> count;
  registry.count(count.callback(), hurried);
  EXPECT_EQ(count.wait().error().kind, ErrorKind::timed_out);
  test::observed(47, "a server that says nothing: `timed_out` after the call's own limit");
}

TEST(RegistryDeadline, RegistrysOwnLimitHoldsInASilentServer) {
  BONIN_NEEDS_LIBPQ();
  const SilentServer server;
  Settings settings;
  settings.timeout = 50ms;
  const auto registry = open(server.url(), settings);
  const auto answer = claim(registry, verified("ci"), "a");
  EXPECT_EQ(answer.error().kind, ErrorKind::store_busy);
  EXPECT_TRUE(answer.error().retryable());
  test::observed(47, "`store_busy` after the registry's");
}

TEST(RegistryDeadline, LongerLimitThanTheRegistrysIsTheRegistrys) {
  BONIN_NEEDS_LIBPQ();
  const SilentServer server;
  Settings settings;
  settings.timeout = 50ms;
  const auto registry = open(server.url(), settings);
  Ending<Claim> claim;
  registry.claim(verified("ci"), "a", {}, claim.callback(), {10min});
  EXPECT_EQ(claim.wait().error().kind, ErrorKind::store_busy);
}

TEST(RegistryDeadline, AbsurdLimitIsRefused) {
  const auto registry = open("sqlite::memory:");
  for (const auto timeout : {-1ms, 0ms, milliseconds(10min) + 1ms}) {
    Ending<Counts> count;
    registry.count(count.callback(), {timeout});
    EXPECT_EQ(count.wait().error().kind, ErrorKind::invalid_timeout);
  }
}

TEST(RegistryDeadline, CancelledCallEndsInASilentServer) {
  BONIN_NEEDS_LIBPQ();
  const SilentServer server;
  const auto registry = open(server.url(), patient());
  std::vector<Ending<Claim>> endings(3);
  std::vector<Call> calls;
  for (auto& ending : endings) calls.push_back(registry.claim(verified("ci"), "a", {}, ending.callback()));
  server.meet();
  for (const auto& call : calls) call.cancel();
  for (const auto& call : calls) call.cancel();
  for (const auto& ending : endings) {
    EXPECT_EQ(ending.wait().error().kind, ErrorKind::cancelled);
    EXPECT_EQ(ending.times(), 1);
  }
  test::observed(47, "`cancelled` when the caller cancels");
}

TEST(RegistryDeadline, ClosingDoesNotWaitForASilentServer) {
  BONIN_NEEDS_LIBPQ();
  const SilentServer server;
  const auto registry = open(server.url(), patient());
  std::vector<Ending<Claim>> endings(100);
  for (auto& ending : endings) registry.claim(verified("ci"), "a", {}, ending.callback());
  Ending<Counts> count;
  registry.count(count.callback());
  const int one = server.meet(), other = server.meet();
  registry.close();
  SilentServer::see_off(one);  // nobody of the registry's still waits for an answer
  SilentServer::see_off(other);
  for (const auto& ending : endings) EXPECT_EQ(ending.wait().error().kind, ErrorKind::closed);
  EXPECT_EQ(count.wait().error().kind, ErrorKind::closed);
  test::observed(47, "`close()` and the end of the process do not wait for it");
}

TEST(RegistryDeadline, ForkDoesNotWaitForASilentServer) {
  BONIN_NEEDS_LIBPQ();
  if (thread_sanitizer) GTEST_SKIP() << "ThreadSanitizer takes no threads after a fork";
  const SilentServer server;
  const auto registry = open(server.url(), patient());
  Ending<Claim> claim;
  const auto call = registry.claim(verified("ci"), "a", {}, claim.callback());
  server.meet();
  const pid_t child = fork();
  if (child == 0) {
    call.cancel();  // the parent's, and its lock
    Ending<Claim> own;
    registry.claim(verified("ci"), "a", {}, own.callback(), hurried);
    _exit(own.wait().error().kind == ErrorKind::timed_out ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT_FALSE(claim.ended());
  call.cancel();
  EXPECT_EQ(claim.wait().error().kind, ErrorKind::cancelled);
  test::observed(47, "a fork does not wait for it");
}

TEST(RegistryDeadline, ForkDoesNotWaitForSomebodyElsesLock) {
  if (thread_sanitizer) GTEST_SKIP() << "ThreadSanitizer takes no threads after a fork";
  const TempDir directory;
  const auto path = directory.file("db");
  Settings settings;
  settings.timeout = 10min;
  const auto registry = open("sqlite:" + path, settings);
  ASSERT_EQ(said(claim(registry, verified("ci-0"), "a0")), "created");
  SqliteStore other(path, 5s, getpid());
  other.open();
  other.begin_write({});
  Ending<Claim> ending;
  registry.claim(verified("ci-1"), "a1", {}, ending.callback());
  while (registry.metrics().waiting > 0) std::this_thread::yield();
  for (int i = 0; i < 3; ++i) {
    const pid_t child = fork();
    if (child == 0) _exit(0);
    waitpid(child, nullptr, 0);
  }
  EXPECT_FALSE(ending.ended());
  other.rollback();
  EXPECT_EQ(said(ending.wait()), "created");
}

TEST(RegistryDeadline, WhoLeftWhileALockWasWaitedForIsNotServed) {
  const TempDir directory;
  const auto path = directory.file("db");
  const auto registry = open("sqlite:" + path, patient());
  ASSERT_EQ(said(claim(registry, verified("ci-0"), "a0")), "created");
  SqliteStore other(path, 5s, getpid());
  other.open();
  other.begin_write({});
  Ending<Claim> hasty, calm;
  registry.claim(verified("ci-1"), "a1", {}, hasty.callback(), hurried);
  registry.claim(verified("ci-2"), "a2", {}, calm.callback());
  EXPECT_EQ(hasty.wait().error().kind, ErrorKind::timed_out);
  EXPECT_FALSE(calm.ended());
  other.rollback();
  EXPECT_EQ(said(calm.wait()), "created");
  EXPECT_EQ(find(registry, verified("ci-1")).value(), std::nullopt);
}

// ---- the end of a registry

TEST(RegistryDeadline, WhoeverClosesSettlesEveryCall) {
  for (int round = 0; round < 200; ++round) {
    OwnStore silent;
    silent.find = [](std::vector<PersonKey>, std::uint64_t, const Callback<std::optional<std::string>>&) {};
    silent.claim = [](std::vector<PersonKey>, std::string, std::uint64_t, const Callback<Claim>&) {};
    const auto registry =
        round % 2 == 0
            ? open("sqlite::memory:")
            : Registry::create({.own_store = silent, .peppers = {pepper("one", 'a')}, .timeout = 10min}).value();
    std::vector<std::vector<Ending<std::optional<std::string>>>> endings(3);
    std::atomic<bool> begun{false};
    std::vector<std::thread> callers;
    for (auto& mine : endings) {
      callers.emplace_back([&registry, &begun, &mine] {
        for (int i = 0; i < 50; ++i) {
          mine.emplace_back();
          registry.find(verified("ci"), mine.back().callback());
          begun = true;
        }
      });
    }
    while (!begun) std::this_thread::yield();
    registry.close();
    for (auto& caller : callers) caller.join();
    for (const auto& mine : endings) {
      for (const auto& ending : mine) {
        ASSERT_TRUE(ending.wait() || ending.wait().error().kind == ErrorKind::closed);
        ASSERT_EQ(ending.times(), 1);
      }
    }
  }
}

// ---- own stores

TEST(RegistryDeadline, OwnStoreThatIsLateIsNotWaitedForAndNotHeard) {
  Callback<std::optional<std::string>> late_find;
  Callback<Claim> late_claim;
  std::promise<void> asked_find, asked_claim;
  OwnStore own;
  own.find = [&](std::vector<PersonKey>, std::uint64_t, Callback<std::optional<std::string>> done) {
    late_find = std::move(done);
    asked_find.set_value();
  };
  own.claim = [&](std::vector<PersonKey>, std::string, std::uint64_t, Callback<Claim> done) {
    late_claim = std::move(done);
    asked_claim.set_value();
  };
  const auto registry = Registry::create({.own_store = own, .peppers = {pepper("one", 'a')}, .timeout = 10min}).value();
  Ending<bool> match;
  registry.match(verified("ci"), "a", match.callback(), {300ms});
  asked_find.get_future().wait();
  EXPECT_EQ(match.wait().error().kind, ErrorKind::timed_out);
  late_find(std::optional<std::string>("a"));
  EXPECT_EQ(match.times(), 1);

  Ending<Claim> claim;
  const auto call = registry.claim(verified("ci"), "a", {}, claim.callback());
  asked_claim.get_future().wait();
  call.cancel();
  EXPECT_EQ(claim.wait().error().kind, ErrorKind::cancelled);
  late_claim(Claim{Outcome::created, {}, {}});
  EXPECT_EQ(claim.times(), 1);
  test::observed(47, "an own store that never answers: the same, and a late answer is dropped");
}

TEST(RegistryDeadline, CommitWhoseAnswerWasLostCanBeSaidAgainAfterTheReservationsLife) {
  std::promise<void> asked;
  std::string holder;
  OwnStore own;
  own.find = [&](std::vector<PersonKey>, std::uint64_t, const Callback<std::optional<std::string>>& done) {
    done(holder.empty() ? std::optional<std::string>() : std::optional(holder));
  };
  own.claim = [&](std::vector<PersonKey>, const std::string& account, std::uint64_t, const Callback<Claim>& done) {
    if (holder == account) return done(Claim{Outcome::existing, {}, {}});
    holder = account;
    asked.set_value();  // and no answer
  };
  const auto clock = std::make_shared<MovableClock>();
  const auto registry =
      Registry::create({.own_store = own, .peppers = {pepper("one", 'a')}, .timeout = 10min, .clock = clock}).value();
  const auto place = wait_for<Admission>([&](auto done) {
                       registry.admit(verified("ci"), "session-1", {.reserve = true}, done);
                     })->reservation;
  ASSERT_TRUE(place);
  Ending<Claim> lost;
  const auto call = place->commit("a", lost.callback());
  asked.get_future().wait();
  EXPECT_FALSE(wait_for<bool>([&](auto done) { place->cancel(done); }).value()) << "it may be an account by now";
  call.cancel();
  EXPECT_EQ(lost.wait().error().kind, ErrorKind::cancelled);
  clock->advance(11min);
  EXPECT_EQ(said(wait_for<Claim>([&](auto done) { place->commit("a", done); })), "existing");
  EXPECT_EQ(said(wait_for<Claim>([&](auto done) { place->commit("b", done); })),
            "error claim_refused: nothing was granted: refused (lapsed)");
}

// ---- what was done for nobody

/// A registry whose writer does what a test tells it in the middle of a transaction.
class RegistryGivesBack : public testing::Test {
 protected:
  RegistryGivesBack() : impl_(std::make_shared<Registry::Impl>()), registry_(impl_) {
    impl_->ring = registry_detail::Keyring::create({pepper("one", 'a')}, {KeyKind::ci, KeyKind::di}).value();
    impl_->reservation_life = 10min;
    auto& options = impl_->engine_options;
    options.ring = impl_->ring;
    options.clock = std::make_shared<MovableClock>();  // all of it happens within one millisecond
    options.timeout = 10min;
    options.make = [] { return std::make_unique<SqliteStore>(":memory:", 20s, getpid()); };
    // Until it is let go, whatever comes waits, and shares one transaction afterwards.
    std::promise<void> holds;
    registry_.count([this, &holds](const Result<Counts>&) {
      holds.set_value();
      go_.get_future().wait();
    });
    holds.get_future().wait();
  }

  /// After what was asked for so far, in the same transaction.
  void then(std::function<void()> what) { then(std::move(what), done_); }
  void then(std::function<void()> what, const Ending<Done>& ending) {
    const auto engine = impl_->running();
    const auto work = [what](Rules&) {
      what();
      return Result<Done>(Done{});
    };
    engine->write(std::make_unique<Task<Done>>(engine->begin<Done>(RegistryOperation::find, {}, ending.callback()),
                                               work, Task<Done>::Options{}));
  }
  void let_go() {
    go_.set_value();
    done_.wait();
  }

  std::shared_ptr<Registry::Impl> impl_;
  Registry registry_;
  std::promise<void> go_;
  Ending<Done> done_;
};

TEST_F(RegistryGivesBack, ReservationAndUseOfACallThatWasCancelled) {
  Ending<Admission> ending;
  const auto call = registry_.admit(verified("ci"), "session-1", {true, true}, ending.callback());
  then([&] {
    call.cancel();
    ending.wait();
  });
  let_go();
  EXPECT_EQ(ending.wait().error().kind, ErrorKind::cancelled);
  const auto other = admit(registry_, verified("ci"), "session-2");
  EXPECT_EQ(other->standing.use, Standing::Use::first);
  EXPECT_TRUE(other->reservation);
  test::observed(47, "what was reserved or used up for a call that had ended is given back");
}

TEST_F(RegistryGivesBack, WhatReserveAndConsumeDid) {
  Ending<Reserved> reserved;
  Ending<Standing::Use> used;
  const auto first = registry_.reserve(verified("ci"), "session-1", reserved.callback());
  const auto second = registry_.consume("id-7", "session-1", used.callback());
  then([&] {
    first.cancel();
    second.cancel();
    reserved.wait();
    used.wait();
  });
  let_go();
  EXPECT_TRUE(reserve(registry_, verified("ci"), "session-2")->reservation);
  EXPECT_EQ(consume(registry_, "id-7", "session-2").value(), Standing::Use::first);
}

TEST_F(RegistryGivesBack, ButNotWhatTheSameSubjectHasComeToRelyOn) {
  Ending<Admission> first, second;
  const auto call = registry_.admit(verified("ci"), "session-1", {true, true}, first.callback());
  registry_.admit(verified("ci"), "session-1", {true, true}, second.callback());
  then([&] {
    call.cancel();
    first.wait();
  });
  let_go();
  const auto& kept = second.wait();
  ASSERT_TRUE(kept->reservation);
  EXPECT_EQ(consume(registry_, "id-1", "session-2").value(), Standing::Use::other_subject);
  EXPECT_EQ(said(commit(registry_, kept->reservation->id, "a")), "created");
}

TEST_F(RegistryGivesBack, NorWhatWasThereBefore) {
  go_.set_value();
  const auto before = admit(registry_, verified("ci"), "session-1");
  std::promise<void> go;
  Ending<Counts> held;
  registry_.count([&, done = held.callback()](const Result<Counts>& counts) {
    go.get_future().wait();
    done(counts);
  });
  Ending<Admission> again;
  const auto call = registry_.admit(verified("ci"), "session-1", {true, true}, again.callback());
  then([&] {
    call.cancel();
    again.wait();
  });
  go.set_value();
  done_.wait();
  EXPECT_EQ(again.wait().error().kind, ErrorKind::cancelled);
  EXPECT_EQ(consume(registry_, "id-1", "session-2").value(), Standing::Use::other_subject);
  EXPECT_EQ(said(commit(registry_, before->reservation->id, "a")), "created");
}

TEST_F(RegistryGivesBack, NorWhatAnotherCallDidAfterARollback) {
  int runs = 0;
  Call call;
  Ending<Done> before;
  Ending<Standing::Use> first, second;
  then(
      [&] {
        if (++runs != 2) return;
        call.cancel();
        first.wait();
      },
      before);
  call = registry_.consume("id-7", "session-1", first.callback());
  registry_.consume("id-7", "session-1", second.callback());
  then([&] {
    if (runs == 1) throw registry_detail::StoreFailure{.error = {}, .again = true};
  });
  let_go();
  EXPECT_EQ(first.wait().error().kind, ErrorKind::cancelled);
  EXPECT_EQ(second.wait().value(), Standing::Use::first);
  EXPECT_EQ(consume(registry_, "id-7", "session-2").value(), Standing::Use::other_subject);
}

}  // namespace
}  // namespace bonin::registry_test
