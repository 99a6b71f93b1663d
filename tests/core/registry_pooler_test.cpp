// A pooler between a registry and PostgreSQL: each transaction may meet another session.

#include <thread>

#include "support/pgbouncer.hpp"

namespace bonin::registry_test {
namespace {

class RegistryPooler : public testing::TestWithParam<int> {
 protected:
  void SetUp() override {
    BONIN_NEEDS_POSTGRES();
    pooler_ = std::make_unique<PgBouncer>(GetParam());
    if (!pooler_->missing().empty()) GTEST_SKIP() << pooler_->missing();
    database_ = Postgres::database_of(postgres().fresh_database());
    postgres().sql("postgres", "ALTER DATABASE " + database_ + " SET synchronous_commit = off");
  }
  static Postgres& postgres() { return Postgres::instance(); }
  std::string url() const { return pooler_->url(database_); }
  /// Each row of a person says with which settings it came.
  void record_settings() const {
    postgres().sql(database_,
                   "CREATE TABLE seen (setting text); CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS "
                   "'BEGIN INSERT INTO seen VALUES (concat_ws('' '', current_setting(''synchronous_commit''), "
                   "current_setting(''statement_timeout''), current_setting(''lock_timeout''), "
                   "current_setting(''idle_in_transaction_session_timeout''), "
                   "(SELECT count(*) FROM pg_prepared_statements))); RETURN NULL; END'; CREATE TRIGGER look AFTER "
                   "INSERT ON bonin.person FOR EACH ROW EXECUTE FUNCTION look()");
  }

  std::unique_ptr<PgBouncer> pooler_;
  std::string database_;
};

TEST_P(RegistryPooler, ClaimsAreRightAndDurable) {
  const auto first = open(url(), Settings{});
  ASSERT_EQ(find(first, verified("ci-0")).value(), std::nullopt);
  record_settings();
  constexpr int registries = 6, each = 50;
  std::vector<Registry> all;
  for (int i = 0; i < registries; ++i) all.push_back(open(url(), Settings{}));
  std::atomic<int> created{0}, taken{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < registries; ++i) {
    threads.emplace_back([&, i] {
      std::vector<Ending<Claim>> endings(each);
      for (int j = 0; j < each; ++j) {
        // Two registries claim each person.
        const auto person = std::to_string(i / 2 * each + j);
        all[i].try_claim(verified("ci-" + person, "di-" + person), std::to_string(i) + "-" + person, {},
                         endings[j].callback());
      }
      for (auto& ending : endings) {
        const auto answer = said(ending.wait());
        if (answer == "created") ++created;
        if (answer == "taken other_account") ++taken;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(created, registries / 2 * each);
  EXPECT_EQ(taken, registries / 2 * each);
  EXPECT_EQ(count(first)->accounts, registries / 2 * each);
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(find(all[0], verified("ci-" + std::to_string(i))).value().has_value());
  // The timeout of these registries is 20 s. Nothing is prepared in a session that may be another's next.
  // A group waits for a lock briefly.
  EXPECT_EQ(postgres().sql(database_,
                           "SELECT DISTINCT setting FROM seen WHERE setting NOT IN ('on 20s 20s 25s 0', 'on 20s 250ms "
                           "25s 0')"),
            "");
  EXPECT_EQ(postgres().sql(database_, "SELECT count(*) FROM seen"), std::to_string(registries / 2 * each));
}

TEST_P(RegistryPooler, NothingIsLeftToOtherClients) {
  const auto registry = open(url(), Settings{});
  for (int i = 0; i < 20; ++i) {
    const auto n = std::to_string(i);
    ASSERT_EQ(said(claim(registry, verified("ci-" + n), "a" + n)), "created");
    ASSERT_EQ(find(registry, verified("ci-" + n)).value(), "a" + n);
  }
  // Four at once: every session of the pool.
  std::vector<std::thread> others;
  std::vector<std::string> settings(4);
  for (auto& setting : settings) {
    others.emplace_back([&, this] {
      setting = postgres().sql_at(
          url(),
          "SELECT concat_ws(' ', current_setting('statement_timeout'), current_setting('lock_timeout'), "
          "current_setting('idle_in_transaction_session_timeout'), current_setting('synchronous_commit'), "
          "(SELECT count(*) FROM pg_prepared_statements), (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory')) "
          "FROM pg_sleep(0.3)");
    });
  }
  for (auto& other : others) other.join();
  for (const auto& setting : settings) EXPECT_EQ(setting, "0 0 0 off 0 0");
}

INSTANTIATE_TEST_SUITE_P(Prepared, RegistryPooler, testing::Values(0, 100));

TEST(RegistryPostgres, OwnSessionKeepsStatementsByTheirText) {
  BONIN_NEEDS_POSTGRES();
  auto& postgres = Postgres::instance();
  const auto url = postgres.fresh_database();
  const auto database = Postgres::database_of(url);
  const auto registry = open(url);
  ASSERT_EQ(said(claim(registry, verified("ci-0"), "a0")), "created");
  postgres.sql(database,
               "CREATE TABLE seen (name text, statement text); CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql "
               "AS 'BEGIN INSERT INTO seen SELECT name, statement FROM pg_prepared_statements; RETURN NULL; END'; "
               "CREATE TRIGGER look AFTER INSERT OR UPDATE ON bonin.writer FOR EACH ROW EXECUTE FUNCTION look()");
  ASSERT_EQ(said(claim(registry, verified("ci-1"), "a1")), "created");
  EXPECT_EQ(postgres.sql(database, "SELECT count(*) > 3 FROM seen"), "t");
  EXPECT_EQ(postgres.sql(database,
                         "SELECT count(*) FROM seen WHERE name <> 'bonin_' || "
                         "left(encode(sha256((length(statement) || ':' || statement)::bytea), 'hex'), 32)"),
            "0");
}

TEST(RegistryPostgres, StatementThatIsGoneIsSentAgainWithoutAName) {
  BONIN_NEEDS_POSTGRES();
  auto& postgres = Postgres::instance();
  const auto url = postgres.fresh_database();
  const auto database = Postgres::database_of(url);
  const auto registry = open(url);
  ASSERT_EQ(said(claim(registry, verified("ci-0"), "a0")), "created");
  // As if each transaction met another session.
  postgres.sql(database,
               "CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN DEALLOCATE ALL; RETURN NULL; END'; "
               "CREATE TRIGGER lose AFTER INSERT OR UPDATE ON bonin.writer FOR EACH ROW EXECUTE FUNCTION lose()");
  for (int i = 1; i < 5; ++i) {
    const auto n = std::to_string(i);
    EXPECT_EQ(said(claim(registry, verified("ci-" + n), "a" + n)), "created");
  }
  EXPECT_EQ(count(registry)->accounts, 5);
}

}  // namespace
}  // namespace bonin::registry_test
