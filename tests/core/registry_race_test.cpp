// Many at once: threads, processes, and a process that is killed.

#include <csignal>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <thread>

#include "support/mysql.hpp"
#include "support/observed.hpp"
#include "support/postgres.hpp"

namespace bonin::registry_test {
namespace {

constexpr int threads = 100;
constexpr int processes = 3;
constexpr int mixed = 20;

/// In a worker: every thread claims the one person, then each of some others, for an account of its own.
void claim_from_many_threads() {
  const auto store = worker_setting("BONIN_WORKER_STORE");
  const auto name = worker_setting("BONIN_WORKER_NAME");
  Settings settings;
  settings.timeout = 60s;
  const auto registry = open(store, settings);
  std::vector<std::thread> all;
  std::mutex printing;
  for (int t = 0; t < threads; ++t) {
    all.emplace_back([&, t] {
      const auto account = name + "-" + std::to_string(t);
      const auto report = [&](const std::string& person, const Result<Claim>& claim) {
        const std::lock_guard lock(printing);
        worker_line(person + " " + account + " " + said(claim));
      };
      report("one", claim(registry, verified("ci-one", "di-one"), account + "-one"));
      const auto n = std::to_string(t % mixed);
      // Half of them know the CI, half the DI that was seen with it first or not at all.
      report(n, claim(registry, t % 2 == 0 ? verified("ci-" + n, "di-" + n) : verified("ci-" + n), account + "-" + n));
    });
  }
  for (auto& thread : all) thread.join();
}

TEST(RegistryWorker, DISABLED_Claims) { claim_from_many_threads(); }

void race(const std::string& store) {
  std::vector<Worker> workers;
  for (int p = 0; p < processes; ++p) {
    workers.emplace_back("RegistryWorker.DISABLED_Claims",
                         std::vector<std::pair<std::string, std::string>>{
                             {"BONIN_WORKER_STORE", store}, {"BONIN_WORKER_NAME", "p" + std::to_string(p)}});
  }
  std::map<std::string, int> winners;
  int answers = 0;
  for (auto& worker : workers) {
    std::istringstream lines(worker.finish());
    EXPECT_TRUE(worker.clean());
    std::string person, account, outcome, reason;
    for (std::string line; std::getline(lines, line);) {
      std::istringstream words(line);
      words >> person >> account >> outcome;
      reason.clear();
      std::getline(words >> std::ws, reason);
      ++answers;
      if (outcome == "created") {
        ++winners[person];
      } else {
        EXPECT_EQ(outcome + " " + reason, "taken other_account") << line;
      }
    }
  }
  EXPECT_EQ(answers, processes * threads * 2);
  EXPECT_EQ(winners.size(), static_cast<std::size_t>(mixed + 1));
  for (const auto& [person, times] : winners) EXPECT_EQ(times, 1) << person;
  const auto counts = count(open(store)).value();
  EXPECT_EQ(counts.accounts, mixed + 1);
  EXPECT_EQ(counts.persons, mixed + 1);
}

TEST(RegistryRace, OneWinnerAPersonInSqlite) {
  const TempDir directory;
  race("sqlite:" + directory.file("db"));
  test::observed(34,
                 "SQLite, several processes of several threads: one account for each person, everybody else is "
                 "told `taken`");
  test::defended(8, "SQLite: one account a person, whatever the threads and processes");
}

TEST(RegistryRace, OneWinnerAPersonInPostgres) {
  BONIN_NEEDS_POSTGRES();
  race(Postgres::instance().fresh_database());
  test::observed(34,
                 "PostgreSQL, several processes of several threads: one account for each person, everybody else "
                 "is told `taken`");
  test::defended(8, "PostgreSQL: one account a person, whatever the threads and processes");
}

TEST(RegistryRace, OneWinnerAPersonInMysql) {
  BONIN_NEEDS_MYSQL();
  race(Mysql::instance().fresh_database());
  test::observed(34,
                 "MariaDB, several processes of several threads: one account for each person, everybody else is "
                 "told `taken`");
  test::defended(8, "MariaDB: one account a person, whatever the threads and processes");
}

/// In a worker: claims one after the other and says so after each answer, until it is killed.
void claim_for_ever() {
  const auto registry = open(worker_setting("BONIN_WORKER_STORE"));
  const auto name = worker_setting("BONIN_WORKER_NAME");
  for (int i = 0;; ++i) {
    const auto who = name + "-" + std::to_string(i);
    const auto answer = claim(registry, verified("ci-" + who, "di-" + who), who);
    if (said(answer) != "created") {
      worker_line("bad " + said(answer));
      return;
    }
    worker_line(who);
  }
}

TEST(RegistryWorker, DISABLED_ClaimsForEver) { claim_for_ever(); }

void kill_writers(const std::string& store, int rounds) {
  std::set<std::string> acknowledged;
  std::mt19937 random(7);
  for (int round = 0; round < rounds; ++round) {
    Worker worker("RegistryWorker.DISABLED_ClaimsForEver",
                  {{"BONIN_WORKER_STORE", store}, {"BONIN_WORKER_NAME", "r" + std::to_string(round)}});
    // Killed after some answer, at whatever the writer is doing then.
    for (unsigned n = random() % 20 + 1; n > 0; --n) acknowledged.insert(worker.line());
    worker.kill();
    std::istringstream rest(worker.finish());
    for (std::string line; std::getline(rest, line);) {
      if (!rest.eof()) acknowledged.insert(line);  // a last line without an end was not said
    }
  }
  std::map<std::string, int> there;
  const auto registry = open(store);
  std::int64_t after = 0;
  do {
    const auto page = export_page(registry, after, 10'000).value();
    for (const auto& person : page.items) {
      ++there[person.account_id];
      EXPECT_EQ(person.keys.size(), 2u) << person.account_id;
    }
    after = page.next;
  } while (after != 0);
  for (const auto& account : acknowledged) EXPECT_EQ(there[account], 1) << account;
  // What was not acknowledged may be there: at most the one call a writer was killed in.
  EXPECT_LE(there.size(), acknowledged.size() + static_cast<std::size_t>(rounds));
  EXPECT_GE(acknowledged.size(), static_cast<std::size_t>(rounds));
}

TEST(RegistryRace, KilledWriterLosesNothingItAcknowledgedInSqlite) {
  const TempDir directory;
  kill_writers("sqlite:" + directory.file("db"), 100);
  test::observed(38, "SQLite: every acknowledged account is there once, none is twice");
}

TEST(RegistryRace, KilledWriterLosesNothingItAcknowledgedInPostgres) {
  BONIN_NEEDS_POSTGRES();
  kill_writers(Postgres::instance().fresh_database(), 100);
  test::observed(38, "PostgreSQL: every acknowledged account is there once, none is twice");
}

TEST(RegistryRace, KilledWriterLosesNothingItAcknowledgedInMysql) {
  BONIN_NEEDS_MYSQL();
  kill_writers(Mysql::instance().fresh_database(), 20);
  test::observed(38, "MariaDB: every acknowledged account is there once, none is twice");
}

/// In a worker: opens a store that may not exist yet, at the same time as others.
TEST(RegistryWorker, DISABLED_Opens) {
  const auto name = worker_setting("BONIN_WORKER_NAME");
  worker_line(said(claim(open(worker_setting("BONIN_WORKER_STORE")), verified("ci-" + name), name)));
}

void open_at_once(const std::string& store) {
  std::vector<Worker> workers;
  for (int p = 0; p < 10; ++p) {
    workers.emplace_back("RegistryWorker.DISABLED_Opens",
                         std::vector<std::pair<std::string, std::string>>{
                             {"BONIN_WORKER_STORE", store}, {"BONIN_WORKER_NAME", "p" + std::to_string(p)}});
  }
  for (auto& worker : workers) EXPECT_EQ(worker.finish(), "created\n");
  EXPECT_EQ(count(open(store))->accounts, 10);
}

TEST(RegistryRace, TenProcessesMakeOneSqliteFile) {
  const TempDir directory;
  open_at_once("sqlite:" + directory.file("db"));
}

TEST(RegistryRace, TenProcessesMakeOnePostgresSchema) {
  BONIN_NEEDS_POSTGRES();
  open_at_once(Postgres::instance().fresh_database());
}

TEST(RegistryRace, TenProcessesMakeTheTablesOfMysqlOnce) {
  BONIN_NEEDS_MYSQL();
  open_at_once(Mysql::instance().fresh_database());
}

/// Two sign-ups of one person at once: one is admitted, the other hears that somebody is signing up.
void sign_up_twice(const std::string& store) {
  const auto registry = open(store);
  for (int round = 0; round < 20; ++round) {
    const auto n = std::to_string(round);
    std::vector<Ending<Admission>> endings(8);
    for (std::size_t i = 0; i < endings.size(); ++i) {
      const auto subject = "s" + std::to_string(i);
      registry.admit(verified("ci-" + n, "", "id-" + n + subject), subject, {true, true}, endings[i].callback());
    }
    int admitted = 0;
    for (auto& ending : endings) {
      const auto& admission = ending.wait();
      ASSERT_TRUE(admission);
      EXPECT_NE(admission->reservation.has_value(), admission->standing.reserved);
      admitted += admission->reservation.has_value();
    }
    EXPECT_EQ(admitted, 1);
  }
}

TEST(RegistryRace, OneOfTwoSignUpsIsAdmittedInSqlite) { sign_up_twice("sqlite::memory:"); }

TEST(RegistryRace, OneOfTwoSignUpsIsAdmittedInPostgres) {
  BONIN_NEEDS_POSTGRES();
  sign_up_twice(Postgres::instance().fresh_database());
}

TEST(RegistryRace, OneOfTwoSignUpsIsAdmittedInMysql) {
  BONIN_NEEDS_MYSQL();
  sign_up_twice(Mysql::instance().fresh_database());
}

void claim_in_line(const std::string& store) {
  std::vector<Registry> registries;
  for (int i = 0; i < 4; ++i) registries.push_back(open(store));
  constexpr int rounds = 30;
  for (int round = 0; round < rounds; ++round) {
    const auto n = std::to_string(round);
    std::vector<Ending<Claim>> endings(registries.size());
    for (std::size_t i = 0; i < endings.size(); ++i) {
      registries[i].try_claim(verified("ci-" + n), "a-" + n + "-" + std::to_string(i), {}, endings[i].callback());
    }
    int created = 0;
    for (auto& ending : endings) created += said(ending.wait()) == "created";
    EXPECT_EQ(created, 1);
  }
  const auto page = export_page(registries[0]).value();
  ASSERT_EQ(page.items.size(), static_cast<std::size_t>(rounds));
  EXPECT_EQ(page.items.back().person, rounds) << "whoever ran into a unique index has used a number up";
}

TEST(RegistryRace, WhoClaimsAPersonThatIsNewWaitsInLineInPostgres) {
  BONIN_NEEDS_POSTGRES();
  claim_in_line(Postgres::instance().fresh_database());
}

TEST(RegistryRace, WhoClaimsAPersonThatIsNewWaitsInLineInMysql) {
  BONIN_NEEDS_MYSQL();
  claim_in_line(Mysql::instance().fresh_database());
}

void ban_beside_a_commit(const std::string& store) {
  const auto one = open(store), other = open(store);
  for (int round = 0; round < 50; ++round) {
    const auto n = std::to_string(round);
    const auto who = verified("ci-" + n);
    const auto reserved = reserve(one, who, "session-" + n);
    ASSERT_TRUE(reserved && reserved->reservation);
    Ending<Claim> committed;
    Ending<Done> banned;
    one.try_commit(reserved->reservation->id, "a-" + n, committed.callback());
    other.ban({.verification = std::make_shared<const Verification>(who)}, {}, "abuse", banned.callback());
    ASSERT_TRUE(committed.wait());
    ASSERT_TRUE(banned.wait());
    EXPECT_EQ(standing(one, who, "session-" + n)->banned, true) << said(committed.wait());
  }
}

TEST(RegistryRace, NoBanIsLostToACommitInPostgres) {
  BONIN_NEEDS_POSTGRES();
  ban_beside_a_commit(Postgres::instance().fresh_database());
}

TEST(RegistryRace, NoBanIsLostToACommitInMysql) {
  BONIN_NEEDS_MYSQL();
  ban_beside_a_commit(Mysql::instance().fresh_database());
}

}  // namespace
}  // namespace bonin::registry_test
