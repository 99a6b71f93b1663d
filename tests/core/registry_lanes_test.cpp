// Several connections of one registry: who waits for whom.

#include <chrono>
#include <functional>
#include <thread>

#include "registry/postgres_store.hpp"
#include "support/cutter.hpp"
#include "support/observed.hpp"
#include "support/postgres.hpp"

namespace bonin::registry_test {
namespace {

Registry with_connections(const std::string& url, int connections, milliseconds timeout = 60s) {
  return Registry::create(
             {.store = url, .peppers = {pepper("one", 'a')}, .timeout = timeout, .connections = connections})
      .value();
}

/// Somebody else's transaction, which locks a row until it is ended.
class Locker {
 public:
  Locker(const std::string& database, const std::string& row) : database_(database) {
    thread_ = std::thread([this, database, row] {
      Postgres::instance().sql(database, "BEGIN; SELECT 1 FROM bonin.person WHERE " + row + " FOR UPDATE; " + mark_);
    });
    while (Postgres::instance().sql(database, "SELECT count(*)" + itself_ + " AND wait_event = 'PgSleep'") != "1") {
    }
  }
  ~Locker() {
    Postgres::instance().sql(database_, "SELECT pg_terminate_backend(pid)" + itself_);
    thread_.join();
  }

 private:
  const std::string database_;
  const std::string mark_ = "SELECT pg_sleep(600)";
  const std::string itself_ = " FROM pg_stat_activity WHERE query LIKE '%" + mark_ + "' AND pid <> pg_backend_pid()";
  std::thread thread_;
};

TEST(RegistryLanes, PersonWhomSomebodyElseHasLockedDelaysNobodyElse) {
  BONIN_NEEDS_POSTGRES();
  const auto url = Postgres::instance().fresh_database();
  const auto registry = with_connections(url, 4);
  ASSERT_EQ(said(claim(registry, verified("ci-locked"), "locked")), "created");
  std::vector<Ending<Claim>> held(10), others(200);
  {
    const Locker locker(Postgres::database_of(url), "account = 'locked'");
    for (std::size_t i = 0; i < others.size(); ++i) {
      const auto n = std::to_string(i);
      if (i % 20 == 0) registry.try_claim(verified("ci-locked"), "locked", {}, held[i / 20].callback());
      registry.try_claim(verified("ci-" + n), "a" + n, {}, others[i].callback());
    }
    for (auto& ending : others) EXPECT_EQ(said(ending.wait()), "created");
    EXPECT_EQ(find(registry, verified("ci-locked")).value(), "locked") << "a look-up takes no lock";
    for (const auto& ending : held) EXPECT_FALSE(ending.ended());
  }
  for (auto& ending : held) EXPECT_EQ(said(ending.wait()), "existing");
}

TEST(RegistryLanes, NorDoSeveralWhoComeOneByOne) {
  BONIN_NEEDS_POSTGRES();
  const auto url = Postgres::instance().fresh_database();
  const auto registry = with_connections(url, 3);
  const std::vector<std::string> locked{"l1", "l2", "l3"};
  for (const auto& name : locked) ASSERT_EQ(said(claim(registry, verified("ci-" + name), name)), "created");
  std::vector<Ending<Claim>> held(locked.size());
  {
    const Locker locker(Postgres::database_of(url), "true");
    for (std::size_t i = 0; i < locked.size(); ++i) {
      registry.try_claim(verified("ci-" + locked[i]), locked[i], {}, held[i].callback());
      EXPECT_EQ(said(claim(registry, verified("ci-" + std::to_string(i)), std::to_string(i))), "created");
    }
    for (const auto& ending : held) EXPECT_FALSE(ending.ended());
  }
  for (auto& ending : held) EXPECT_EQ(said(ending.wait()), "existing");
}

TEST(RegistryLanes, LookUpsThatNeverEndKeepNothingElseWaiting) {
  const auto registry = open("sqlite::memory:");
  std::atomic<bool> enough{false};
  std::atomic<int> under_way{0};
  std::function<void()> look = [&] {
    ++under_way;
    registry.find(verified("ci-0"), [&](const Result<std::optional<std::string>>&) {
      if (!enough) look();
      --under_way;
    });
  };
  for (int i = 0; i < 8; ++i) look();
  EXPECT_EQ(said(claim(registry, verified("ci-1"), "a1")), "created");
  EXPECT_TRUE(count(registry));
  enough = true;
  while (under_way > 0) std::this_thread::yield();
}

TEST(RegistryLanes, LogOfAFileIsSeenToThoughNobodySurveys) {
  const TempDir directory;
  const auto registry = open("sqlite:" + directory.file("db"));
  int next = 0;
  while (registry.metrics().connections < 2) {  // the one that writes, and the one that sees to the log
    ASSERT_LT(next, 50'000);
    std::vector<Ending<Claim>> endings(500);
    for (auto& ending : endings) {
      const auto n = std::to_string(++next);
      registry.try_claim(verified("ci-" + n, "di-" + n), "a" + n, {}, ending.callback());
    }
    for (auto& ending : endings) ASSERT_EQ(said(ending.wait()), "created");
  }
}

TEST(RegistryLanes, CallsAboutOneAccountKeepTheirOrder) {
  BONIN_NEEDS_POSTGRES();
  const auto registry = with_connections(Postgres::instance().fresh_database(), 4);
  constexpr std::size_t rounds = 50, people = 8;
  std::vector<Ending<Claim>> claims(rounds * people);
  std::vector<Ending<bool>> releases(rounds * people);
  for (std::size_t i = 0; i < rounds; ++i) {
    for (std::size_t n = 0; n < people; ++n) {
      const auto who = std::to_string(n);
      registry.try_claim(verified("ci-" + who), "a" + who, {}, claims[i * people + n].callback());
      registry.release("a" + who, 0ms, releases[i * people + n].callback());
    }
  }
  for (auto& ending : claims) EXPECT_EQ(said(ending.wait()), "created");
  for (auto& ending : releases) EXPECT_TRUE(ending.wait().value());
}

TEST(RegistryLanes, NoMoreConnectionsThanTheOptionSays) {
  BONIN_NEEDS_POSTGRES();
  for (const int connections : {1, 2, 3}) {
    const auto url = Postgres::instance().fresh_database();
    const auto registry = with_connections(url, connections);
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 10; ++i) {
          const auto n = std::to_string(t) + "-" + std::to_string(i);
          EXPECT_EQ(said(claim(registry, verified("ci-" + n), "a" + n)), "created");
          EXPECT_EQ(find(registry, verified("ci-" + n)).value(), "a" + n);
          EXPECT_TRUE(count(registry));
        }
      });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_LE(registry.metrics().connections, static_cast<std::uint64_t>(connections));
    EXPECT_EQ(Postgres::instance().sql(Postgres::database_of(url),
                                       "SELECT count(*) <= " + std::to_string(connections) +
                                           " FROM pg_stat_activity WHERE application_name = 'bonin' AND datname = "
                                           "current_database()"),
              "t");
    EXPECT_EQ(count(registry)->accounts, 80);
  }
}

TEST(RegistryLanes, NumberOfConnectionsIsChecked) {
  const auto refused = [](Registry::Options options) {
    const auto made = Registry::create(std::move(options));
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().kind, ErrorKind::invalid_argument);
    EXPECT_EQ(made.error().parameter, "connections");
  };
  for (const int connections : {0, -1, 65}) {
    refused({.store = "postgresql:///x", .peppers = {pepper("one", 'a')}, .connections = connections});
  }
  refused({.store = "sqlite::memory:", .peppers = {pepper("one", 'a')}, .connections = 2});
}

/// The clock of a machine that is two hours ahead.
class FastClock final : public Clock {
 public:
  Moment now() const noexcept override { return Clock::system()->now() + 2h; }
  std::chrono::steady_clock::time_point steady() const noexcept override { return Clock::system()->steady(); }
  bool is_the_machines() const noexcept override { return true; }
};

TEST(RegistryLanes, FastClockOfAMachineEndsNoBanAndNoReservation) {
  BONIN_NEEDS_POSTGRES();
  const auto url = Postgres::instance().fresh_database();
  const auto right = with_connections(url, 4);
  const auto fast =
      Registry::create(
          {.store = url, .peppers = {pepper("one", 'a')}, .timeout = 60s, .clock = std::make_shared<FastClock>()})
          .value();
  const auto banned = std::make_shared<const Verification>(verified("ci-banned"));
  ASSERT_TRUE(ban(right, {.verification = banned}, Clock::system()->now() + 1h));
  ASSERT_EQ(said(claim(right, verified("ci-left"), "left")), "created");
  ASSERT_TRUE(release(right, "left", 1h).value());
  const auto kept = reserve(right, verified("ci-new"), "somebody");
  ASSERT_TRUE(kept->reservation);
  EXPECT_EQ(said(claim(fast, *banned, "a")), "refused banned");
  EXPECT_TRUE(standing(fast, *banned, "x")->banned.value());
  EXPECT_EQ(said(claim(fast, verified("ci-left"), "b")), "refused rejoin_period");
  EXPECT_EQ(said(claim(fast, verified("ci-new"), "c")), "taken reserved");
  EXPECT_EQ(said(commit(right, kept->reservation->id, "new")), "created");
  test::observed(68,
                 "in PostgreSQL the database's clock decides, so a ban, a rejoin period and a reservation outlive it");
  // What the fast machine writes ends by the database's clock as well.
  const auto other = reserve(fast, verified("ci-other"), "somebody");
  EXPECT_LE(other->reservation->expires_at, Clock::system()->now() + 11min);
}

TEST(RegistryLanes, DatabaseThatWasSetBackIsNoticed) {
  BONIN_NEEDS_POSTGRES();
  auto& postgres = Postgres::instance();
  const auto url = postgres.fresh_database();
  const auto database = Postgres::database_of(url);
  const auto registry = with_connections(url, 1);
  ASSERT_EQ(said(claim(registry, verified("ci-0"), "a0")), "created");
  const auto cut = [&] {
    postgres.sql("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + database +
                                 "' AND application_name = 'bonin'");
  };
  cut();
  ASSERT_EQ(said(claim(registry, verified("ci-1"), "a1")), "created") << "a connection that broke is nothing special";
  // An older state holds an older token of the connection's.
  postgres.sql(database, "UPDATE bonin.writer SET token = 'older'");
  cut();
  const auto refused = claim(registry, verified("ci-2"), "a2");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::store_unavailable);
  EXPECT_NE(refused.error().message.find("set back to an older state"), std::string::npos);
  EXPECT_FALSE(find(registry, verified("ci-0")));
  const auto restarted = with_connections(url, 1);
  EXPECT_EQ(find(restarted, verified("ci-0")).value(), "a0");
  EXPECT_EQ(said(claim(restarted, verified("ci-2"), "a2")), "created");
}

TEST(RegistryLanes, CommitsWithoutAnAnswerAreNoDatabaseThatWasSetBack) {
  BONIN_NEEDS_POSTGRES();
  auto& postgres = Postgres::instance();
  Cutter cutter(postgres.port());
  const auto database = Postgres::database_of(postgres.fresh_database());
  using registry_detail::KnownState, registry_detail::PostgresStore, registry_detail::StoreFailure;
  PostgresStore store(Secret(postgres.url(database, cutter.port())), "bonin", 20s, std::make_shared<KnownState>());
  const auto write = [&] {
    store.open();
    store.begin_write({1});
    store.commit();
  };
  const auto cut = [&](bool after) {
    cutter.cut_at("excluded.at", after);
    EXPECT_THROW(write(), StoreFailure);
    store.rollback();
  };
  write();
  cut(true);  // committed, and nobody asks whether it was
  cut(false);
  EXPECT_NO_THROW(write());
}

}  // namespace
}  // namespace bonin::registry_test
