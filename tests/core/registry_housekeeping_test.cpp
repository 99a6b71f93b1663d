// What is removed, when, and that nobody waits for it.

#include <sqlite3.h>

#include <atomic>

#include "support/observed.hpp"
#include "support/postgres.hpp"
#include "support/registry.hpp"

namespace bonin::registry_test {
namespace {

void sql(const std::string& path, const std::string& statements) {
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &db), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(db, statements.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(db);
  sqlite3_close(db);
}

std::string several(int n, const std::string& columns) {
  return "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + std::to_string(n) + ") " +
         columns;
}

/// Persons that nothing keeps, each with a key under the pepper `one`.
void add_lapsed(const std::string& path, int n) {
  sql(path,
      several(n,
              "INSERT INTO person (account, rejoin_at, banned_until, ban_reason, reservation, reserved_for, "
              "reserved_until, kept_until, key_heads) SELECT NULL, 1, 0, '', NULL, '', 0, 1, randomblob(4) FROM n"));
  sql(path,
      "INSERT INTO hashed_key (hash, person, source, received_at) "
      "SELECT CAST(key_heads || randomblob(28) AS BLOB), id, 1, 1 FROM person WHERE account IS NULL;"
      "UPDATE key_source SET keys = (SELECT count(*) FROM hashed_key)");
}

template <class T, class Ask>
void expect_claims_to_come_between(const Registry& registry, Ask ask, const std::function<void(const T&)>& judge) {
  std::atomic<bool> ended{false};
  Ending<T> ending;
  std::optional<bool> before;
  Ending<Claim> claimed;
  // Asked on the thread that writes, so that both wait there when the first slice begins.
  registry.release("nobody", 0ms, [&](const Result<bool>&) {
    ask([&, done = ending.callback()](Result<T> result) {
      ended = true;
      done(std::move(result));
    });
    registry.try_claim(verified("ci-late"), "late", {}, [&, done = claimed.callback()](Result<Claim> claim) {
      before = !ended;
      done(std::move(claim));
    });
  });
  EXPECT_EQ(said(claimed.wait()), "created");
  EXPECT_TRUE(before.value());
  const auto result = ending.wait();
  ASSERT_TRUE(result) << result.error().what();
  judge(result.value());
}

TEST(RegistryHousekeeping, ClaimIsAnsweredWhileAGreatManyAreRemoved) {
  const TempDir directory;
  const auto path = directory.file("db");
  const auto registry = open("sqlite:" + path);
  ASSERT_EQ(said(claim(registry, verified("ci-0"), "a0")), "created");
  add_lapsed(path, 20'000);
  const auto before = registry.metrics().transactions;
  expect_claims_to_come_between<std::vector<PepperCount>>(
      registry, [&](auto done) { registry.rotate(done); },
      [](const auto& counts) {
        ASSERT_EQ(counts.size(), 1u);
        EXPECT_EQ(counts[0].keys, 2);
      });
  // 500 a slice.
  EXPECT_GE(registry.metrics().transactions - before, 40u);
  EXPECT_EQ(count(registry)->persons, 2);
}

TEST(RegistryHousekeeping, ClaimIsAnsweredWhileAGreatManyUsesAreForgotten) {
  const TempDir directory;
  const auto path = directory.file("db");
  Settings settings;
  const auto registry = open("sqlite:" + path, settings);
  ASSERT_TRUE(consume(registry, "id-kept", "s"));
  sql(path,
      several(20'000, "INSERT INTO used_id (id_hash, subject_hash, used_at) SELECT randomblob(32), '', i % 2 FROM n"));
  expect_claims_to_come_between<std::int64_t>(
      registry, [&](auto done) { registry.forget_uses(Moment{1ms}, done); },
      [](const auto& forgotten) { EXPECT_EQ(forgotten, 10'000); });
  EXPECT_EQ(count(registry)->uses, 10'001);
  const auto rest = wait_for<std::int64_t>([&](auto done) { registry.forget_uses(settings.clock->now(), done); });
  EXPECT_EQ(rest.value(), 10'000);
  EXPECT_EQ(consume(registry, "id-kept", "t").value(), Standing::Use::other_subject);
}

TEST(RegistryHousekeeping, UsesAreForgottenInPostgresTheSameWay) {
  BONIN_NEEDS_POSTGRES();
  auto& postgres = Postgres::instance();
  const auto url = postgres.fresh_database();
  const auto registry = open(url);
  ASSERT_TRUE(consume(registry, "id-kept", "s"));
  postgres.sql(Postgres::database_of(url),
               "INSERT INTO bonin.used_verification (id_hash, subject_hash, used_at) "
               "SELECT md5(i::text), '', i % 2 FROM generate_series(1, 5000) AS n (i)");
  const auto forgotten = wait_for<std::int64_t>([&](auto done) { registry.forget_uses(Moment{1ms}, done); });
  EXPECT_EQ(forgotten.value(), 2'500);
  EXPECT_EQ(count(registry)->uses, 2'501);
  ASSERT_TRUE(rotate(registry));
}

TEST(RegistryHousekeeping, WritersTidyOnWhileThereIsMore) {
  const TempDir directory;
  const auto path = directory.file("db");
  Settings settings;
  const auto registry = open("sqlite:" + path, settings);
  ASSERT_EQ(said(claim(registry, verified("ci-0"), "a0")), "created");
  add_lapsed(path, 500);
  settings.clock->advance(60s);  // once a minute
  for (const int left : {301, 101, 1}) {
    ASSERT_EQ(said(claim(registry, verified("ci-0"), "a0")), "existing");
    EXPECT_EQ(count(registry)->persons, left);
    settings.clock->advance(500ms);  // while there is more than 200
  }
}

/// Two machines on one store, one of them two hours ahead.
class RegistryClocks : public testing::Test {
 protected:
  RegistryClocks() { ahead_.clock->advance(2h); }
  const TempDir directory_;
  const std::string store_ = "sqlite:" + directory_.file("db");
  const Settings right_;
  const Settings ahead_;
};

TEST_F(RegistryClocks, ClockThatIsAheadTakesNoBanAway) {
  const auto registry = open(store_, right_);
  const auto kim = std::make_shared<Verification>(verified("ci-kim"));
  ASSERT_TRUE(ban(registry, {.verification = kim}, right_.clock->now() + 1h));
  ASSERT_EQ(said(claim(registry, verified("ci-lee"), "b")), "created");
  ASSERT_TRUE(release(registry, "b", 1h).value());
  const auto fast = open(store_, ahead_);
  ASSERT_EQ(said(claim(fast, verified("ci-park"), "c")), "created");  // its first write tidies
  ASSERT_TRUE(rotate(fast));
  EXPECT_EQ(said(claim(registry, *kim, "a")), "refused banned");
  EXPECT_EQ(said(claim(registry, verified("ci-lee"), "a")), "refused rejoin_period");
}

TEST(RegistryKeys, AreThoseThatAStoreHolds) {
  const Settings settings{.peppers = {pepper("new", 'b'), pepper("old", 'a')}};
  const auto registry = open("sqlite::memory:", settings);
  const auto kim = verified("ci-kim", "di-kim");
  const auto keys = registry.keys(kim).value();
  std::string text;
  for (const auto& key : keys) {
    text += std::string(to_string(key.kind)) + " " + key.pepper_id + " " + key.provider + ", ";
    EXPECT_EQ(key.hash.size(), 64u);
    std::string hex;
    for (const auto byte : key.hash_bytes()) {
      char two[3];
      std::snprintf(two, sizeof two, "%02x", byte);
      hex += two;
    }
    EXPECT_EQ(hex, key.hash);
  }
  EXPECT_EQ(text, "ci new DANAL, ci old DANAL, di new DANAL, di old DANAL, ");
  ASSERT_EQ(said(claim(registry, kim, "a")), "created");
  const auto page = export_page(registry).value();
  ASSERT_EQ(page.items[0].keys.size(), 2u);
  EXPECT_EQ(page.items[0].keys[0].key.hash, keys[0].hash);
  EXPECT_EQ(page.items[0].keys[1].key.hash, keys[2].hash);
}

TEST(RegistryKeys, OfWhomNothingIsAttestedAreRefused) {
  const auto registry = open("sqlite::memory:");
  auto unverified = verified("ci-kim");
  unverified.status = Status::failed;
  auto told = verified("ci-kim");
  told.person.ci = {"ci-kim", Attestation::self_declared_possible};
  auto chosen = verified("", "di-kim");
  chosen.provider = "KCP_V2";
  for (const auto& nobody : {verified(""), unverified, told, chosen}) {
    const auto keys = registry.keys(nobody);
    ASSERT_FALSE(keys);
    EXPECT_EQ(keys.error().kind, ErrorKind::invalid_argument);
    EXPECT_EQ(keys.error().parameter, "verification");
  }
  registry.close();
  EXPECT_EQ(registry.keys(verified("ci-kim")).error().kind, ErrorKind::closed);
}

}  // namespace
}  // namespace bonin::registry_test
