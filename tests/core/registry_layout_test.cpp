// The layout of a SQLite file: how small it is, and how a file of an earlier bonin is brought to it.

#include <sqlite3.h>
#include <sys/mount.h>

#include <cstring>
#include <random>

#include "registry/sqlite_store.hpp"
#include "support/observed.hpp"
#include "support/registry.hpp"

namespace bonin::registry_test {
namespace {

namespace fs = std::filesystem;
using registry_detail::Hash;
using registry_detail::Host;
using registry_detail::KeyRow;
using registry_detail::PersonRow;
using registry_detail::SqliteStore;
using registry_detail::StoreFailure;

/// The tables of version 1, as that bonin made them.
constexpr const char* version_1 = R"(
CREATE TABLE old.pepper (
  id    TEXT PRIMARY KEY,
  proof TEXT NOT NULL
) WITHOUT ROWID, STRICT;

CREATE TABLE old.person (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  account        TEXT,
  rejoin_at      INTEGER NOT NULL,
  banned_until   INTEGER NOT NULL,
  ban_reason     TEXT NOT NULL,
  reservation    TEXT,
  reserved_for   TEXT NOT NULL,
  reserved_until INTEGER NOT NULL,
  kept_until     INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX old.person_account ON person (account) WHERE account IS NOT NULL;
CREATE UNIQUE INDEX old.person_reservation ON person (reservation) WHERE reservation IS NOT NULL;
CREATE INDEX old.person_kept_until ON person (kept_until) WHERE account IS NULL;

CREATE TABLE old.person_key (
  hash        BLOB PRIMARY KEY CHECK (length(hash) = 32),
  kind        INTEGER NOT NULL,
  pepper      TEXT NOT NULL REFERENCES pepper (id),
  person      INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  provider    TEXT NOT NULL,
  received_at INTEGER NOT NULL
) WITHOUT ROWID, STRICT;
CREATE INDEX old.person_key_person ON person_key (person);
CREATE INDEX old.person_key_pepper ON person_key (pepper);

CREATE TABLE old.used_verification (
  id_hash      TEXT PRIMARY KEY,
  subject_hash TEXT NOT NULL,
  used_at      INTEGER NOT NULL
) WITHOUT ROWID, STRICT;
PRAGMA old.application_id = 1651469929;
PRAGMA old.user_version = 1;
)";

class Database {
 public:
  explicit Database(const std::string& path) { EXPECT_EQ(sqlite3_open(path.c_str(), &db_), SQLITE_OK); }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database() { sqlite3_close(db_); }
  void run(const std::string& sql) const {
    EXPECT_EQ(sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(db_);
  }
  /// The first column of all rows.
  std::string ask(const std::string& sql) const {
    std::string rows;
    const auto add = [](void* into, int, char** values, char**) {
      *static_cast<std::string*>(into) += std::string(values[0] == nullptr ? "null" : values[0]) + "\n";
      return 0;
    };
    if (sqlite3_exec(db_, sql.c_str(), add, &rows, nullptr) != SQLITE_OK) return sqlite3_errmsg(db_);
    return rows;
  }

 private:
  sqlite3* db_ = nullptr;
};

/// The same rows in a new file of version 1.
void write_version_1(const std::string& from, const std::string& to) {
  const Database db(from);
  db.run("ATTACH '" + to + "' AS old");
  db.run(version_1);
  db.run(R"(
INSERT INTO old.pepper SELECT id, proof FROM main.known_pepper;
INSERT INTO old.person SELECT id, account, rejoin_at, banned_until, ban_reason, nullif(lower(hex(reservation)), ''),
    lower(hex(reserved_for)), reserved_until, kept_until FROM main.person;
UPDATE old.sqlite_sequence SET seq = (SELECT seq FROM main.sqlite_sequence WHERE name = 'person') WHERE name = 'person';
INSERT INTO old.person_key SELECT k.hash, s.kind, s.pepper, k.person, s.provider, k.received_at
  FROM main.hashed_key k JOIN main.key_source s ON s.id = k.source;
INSERT INTO old.used_verification SELECT lower(hex(id_hash)), lower(hex(subject_hash)), used_at FROM main.used_id)");
}

std::string version_of(const std::string& path) { return Database(path).ask("PRAGMA user_version"); }

/// One of each: people known under two peppers, of two providers, banned, reserved, on the way back, and gone.
class RegistryLayout : public testing::Test {
 protected:
  void SetUp() override {
    {
      Settings before{.peppers = {pepper("old", 'a')}, .clock = settings_.clock};
      const auto registry = open("sqlite:" + fresh_, before);
      ASSERT_EQ(said(claim(registry, verified("ci-0", "di-0"), "a0")), "created");
      ASSERT_EQ(said(claim(registry, verified("ci-1"), "a1")), "created");
      ASSERT_TRUE(ban(registry, {.verification = std::make_shared<Verification>(verified("ci-2", "di-2"))},
                      settings_.clock->now() + 1h, "spam"));
      registry.close();
    }
    const auto registry = open("sqlite:" + fresh_, settings_);
    auto kakao = verified("ci-3", "di-3");
    kakao.provider = "INICIS_UNIFIED";
    ASSERT_EQ(said(claim(registry, kakao, "a3")), "created");
    ASSERT_EQ(said(claim(registry, verified("ci-1", "di-1"), "a1")), "existing");  // its CI moves to the newer pepper
    reservation_ = reserve(registry, verified("ci-4", "di-4", "id-4"), "s4").value().reservation->id;
    committed_ = reserve(registry, verified("ci-5", "di-5", "id-5"), "s5").value().reservation->id;
    ASSERT_EQ(said(commit(registry, committed_, "a5")), "created");
    ASSERT_EQ(said(claim(registry, verified("ci-6"), "a6")), "created");
    ASSERT_TRUE(release(registry, "a6", 24h).value());
    ASSERT_TRUE(consume(registry, "id-used", "s"));
    ASSERT_TRUE(admit(registry, verified("ci-7", "di-7", "id-7"), "s7"));
    ASSERT_EQ(said(claim(registry, verified("ci-8", "di-8"), "a8")), "created");
    ASSERT_TRUE(forget(registry, "a8").value());  // its number is not given again
    registry.close();
    write_version_1(fresh_, path_);
  }

  /// What a registry says of everybody, and does.
  std::string answers(const std::string& path) {
    const auto registry = open("sqlite:" + path, settings_);
    std::string all;
    const auto say = [&all](const std::string& text) { all += text + "\n"; };
    const auto people = export_page(registry).value();
    for (const auto& person : people.items) {
      say(std::to_string(person.person) + " " + person.account_id + " " + person.ban_reason);
      for (const auto& key : person.keys) {
        say(std::string(to_string(key.key.kind)) + key.key.pepper_id + key.key.hash + key.key.provider +
            std::to_string(key.received_at.time_since_epoch().count()));
      }
    }
    const auto numbers = [&] {
      const auto counts = count(registry).value();
      for (const auto n : {counts.persons, counts.accounts, counts.keys, counts.uses}) say(std::to_string(n));
      const auto peppers = rotate(registry).value();
      for (const auto& of : peppers) say(of.pepper_id + " " + std::to_string(of.keys));
    };
    numbers();
    for (int i = 0; i < 10; ++i) {
      const auto n = std::to_string(i);
      for (const auto& v : {verified("ci-" + n, "di-" + n, "id-" + n), verified("", "di-" + n), verified("ci-" + n)}) {
        const auto is = standing(registry, v, "s" + n).value();
        for (const auto word : {static_cast<int>(is.account), static_cast<int>(is.use), static_cast<int>(is.place)}) {
          say(n + " " + std::to_string(word));
        }
        say(find(registry, v).value().value_or("nobody"));
      }
    }
    say(std::to_string(static_cast<int>(consume(registry, "id-used", "s").value())));
    say(std::to_string(static_cast<int>(consume(registry, "id-used", "thief").value())));
    say(said(commit(registry, committed_, "a5")));
    say(said(commit(registry, reservation_, "a4")));
    for (int i = 0; i < 10; ++i) {
      const auto n = std::to_string(i);
      say(said(claim(registry, verified("ci-" + n, "di-" + n), "b" + n)));
    }
    say(std::to_string(
        unban(registry, {.verification = std::make_shared<Verification>(verified("", "di-2"))}).value()));
    const auto after = export_page(registry).value();
    for (const auto& person : after.items) say(std::to_string(person.person) + person.account_id);
    numbers();
    registry.close();
    return all;
  }

  const TempDir directory_;
  const std::string fresh_ = directory_.file("fresh");
  const std::string path_ = directory_.file("db");
  const Settings settings_{.peppers = {pepper("new", 'b'), pepper("old", 'a')}};
  std::string reservation_, committed_;
};

TEST_F(RegistryLayout, FileOfVersion1AnswersTheSame) {
  const auto expected = answers(fresh_);
  EXPECT_EQ(version_of(path_), "1\n");
  EXPECT_EQ(answers(path_), expected);
  const Database db(path_);
  EXPECT_EQ(db.ask("PRAGMA user_version"), "2\n");
  EXPECT_EQ(db.ask("PRAGMA integrity_check"), "ok\n");
  EXPECT_EQ(db.ask("PRAGMA foreign_key_check"), "");
  EXPECT_EQ(db.ask("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name"),
            Database(fresh_).ask("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name"));
  EXPECT_EQ(db.ask("SELECT count(*) FROM hashed_key"), db.ask("SELECT sum(keys) FROM key_source"));
}

TEST_F(RegistryLayout, EmptyFileOfVersion1IsTaken) {
  const auto path = directory_.file("empty");
  {
    const Database db(":memory:");
    db.run("ATTACH '" + path + "' AS old");
    db.run(version_1);
  }
  const auto registry = open("sqlite:" + path, settings_);
  EXPECT_EQ(said(claim(registry, verified("ci"), "a")), "created");
  EXPECT_EQ(export_page(registry)->items.at(0).person, 1);
}

TEST_F(RegistryLayout, EarlierBoninThatHasItOpenFailsAtItsFirstStatement) {
  answers(path_);
  EXPECT_NE(Database(path_).ask("SELECT id, proof FROM pepper").find("no such table"), std::string::npos);
}

/// In a worker: dies as soon as a statement with certain words begins.
TEST(RegistryWorker, DISABLED_DiesInAMigration) {
  sqlite3_auto_extension(reinterpret_cast<void (*)()>(+[](sqlite3* db, char**, const sqlite3_api_routines*) {
    return sqlite3_trace_v2(
        db, SQLITE_TRACE_STMT,
        [](unsigned, void*, void* statement, void*) {
          const char* sql = sqlite3_sql(static_cast<sqlite3_stmt*>(statement));
          static const auto words = worker_setting("BONIN_WORKER_WORDS");
          if (sql != nullptr && std::strstr(sql, words.c_str()) != nullptr) raise(SIGKILL);
          return 0;
        },
        nullptr);
  }));
  SqliteStore store(worker_setting("BONIN_WORKER_STORE"), 5s, getpid());
  store.open();
  worker_line("open");
}

TEST_F(RegistryLayout, KilledInTheMiddleOfItLosesNothing) {
  const auto expected = answers(fresh_);
  const Database db(path_);
  const auto rows = [&db] {
    return db.ask("SELECT hash FROM person_key") + db.ask("SELECT id_hash FROM used_verification");
  };
  const auto before = rows();
  for (const std::string words : {"ALTER TABLE", "INSERT INTO used_id", "INSERT INTO person ", "INSERT INTO hashed_key",
                                  "DROP TABLE person_key", "DROP TABLE pepper", "user_version = 2", "COMMIT"}) {
    Worker worker("RegistryWorker.DISABLED_DiesInAMigration",
                  {{"BONIN_WORKER_STORE", path_}, {"BONIN_WORKER_WORDS", words}});
    EXPECT_EQ(worker.finish(), "") << words;
    EXPECT_EQ(db.ask("PRAGMA user_version"), "1\n") << words;
    EXPECT_EQ(rows(), before) << words;
  }
  EXPECT_EQ(answers(path_), expected);
  test::observed(
      38, "SQLite: killed while a file of an earlier bonin is brought to the newer layout: the file is as it was");
}

std::string failure_of(SqliteStore& store, bool* again = nullptr) {
  try {
    store.open();
    return "none";
  } catch (const StoreFailure& failure) {
    if (again != nullptr) *again = failure.again;
    return std::string(failure.error.name());
  }
}

/// Makes it longer, so that there is a middle.
void crowd(const std::string& path, int people) {
  Database(path).run("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " +
                     std::to_string(people) +
                     ") INSERT INTO person SELECT i + 1000, 'x' || i, 0, 0, '', NULL, '', 0, 0 FROM n;"
                     "INSERT INTO person_key SELECT randomblob(32), 0, 'old', id, 'DANAL', 1 FROM person "
                     "WHERE id > 1000");
}

TEST_F(RegistryLayout, NeitherAForkNorTheEndWaitsForIt) {
  crowd(path_, 20'000);
  Host host;
  SqliteStore store(path_, 5s, getpid());
  store.heed(host);
  bool again = true;
  host.stopping = true;
  EXPECT_EQ(failure_of(store, &again), "store_busy");
  EXPECT_FALSE(again);
  host.stopping = false;
  host.parking = true;
  EXPECT_EQ(failure_of(store, &again), "store_busy");
  EXPECT_TRUE(again);
  EXPECT_EQ(version_of(path_), "1\n");
  host.parking = false;
  EXPECT_EQ(failure_of(store), "none");
  EXPECT_EQ(version_of(path_), "2\n");
}

TEST_F(RegistryLayout, ItsWritersWaitMeanwhileAndThenSeeIt) {
  const Database other(path_);
  other.run("BEGIN IMMEDIATE");
  SqliteStore store(path_, 10ms, getpid());
  EXPECT_EQ(failure_of(store), "store_busy");
  other.run("ROLLBACK");
  EXPECT_EQ(failure_of(store), "none");
}

TEST_F(RegistryLayout, NoSpaceForItLeavesTheFileAsItWas) {
  const auto expected = answers(fresh_);
  const TempDir small;
  if (getuid() != 0 || mount("tmpfs", small.path().c_str(), "tmpfs", 0, "size=16m") != 0) {
    GTEST_SKIP() << "a small file system cannot be mounted here: the full disk is left out";
  }
  const auto path = small.file("db");
  crowd(path_, 20'000);
  fs::copy_file(path_, path);
  const auto used = fs::file_size(path);
  ASSERT_EQ(
      mount("tmpfs", small.path().c_str(), "tmpfs", MS_REMOUNT, ("size=" + std::to_string(used + 200'000)).c_str()), 0);
  {
    const auto registry = open("sqlite:" + path, settings_);
    EXPECT_EQ(find(registry, verified("ci-1")).error().kind, ErrorKind::store_full);
    ASSERT_EQ(mount("tmpfs", small.path().c_str(), "tmpfs", MS_REMOUNT, "size=64m"), 0);
    EXPECT_EQ(find(registry, verified("ci-1")).value(), "a1");
    registry.close();
  }
  EXPECT_EQ(version_of(path), "2\n");
  umount2(small.path().c_str(), MNT_DETACH);
}

// ---- what the layout does without

void begin(SqliteStore& store) {
  store.open();
  store.begin_write({});
  store.add_pepper({"one", "proof"});
  store.commit();
}

Hash random_hash(std::mt19937_64& random) {
  Hash hash;
  for (auto& byte : hash) byte = static_cast<std::uint8_t>(random());
  return hash;
}

TEST(RegistryStore, IsSmall) {
  const TempDir directory;
  const auto path = directory.file("db");
  constexpr int people = 20'000;
  {
    SqliteStore store(path, 5s, getpid());
    begin(store);
    std::mt19937_64 random(1);
    store.begin_write({});
    for (int i = 0; i < people; ++i) {
      PersonRow person;
      person.account = "account-" + std::to_string(i);
      store.add_person_with(person, {{random_hash(random), KeyKind::ci, "one", 0, "DANAL", 1'790'000'000'000},
                                     {random_hash(random), KeyKind::di, "one", 0, "DANAL", 1'790'000'000'000}});
      store.add_use(
          {registry_detail::hex(random_hash(random)), registry_detail::hex(random_hash(random)), 1'790'000'000'000});
    }
    store.commit();
  }
  EXPECT_LE(fs::file_size(path) / people, 350u);
}

TEST(RegistryStore, ErasesThePersonsKeysAndNobodyElses) {
  const TempDir directory;
  SqliteStore store(directory.file("db"), 5s, getpid());
  begin(store);
  std::mt19937_64 random(1);
  store.begin_write({});
  std::vector<Hash> hashes;
  std::vector<std::int64_t> persons;
  for (int i = 0; i < 4; ++i) {
    auto hash = random_hash(random);
    if (i > 0) std::copy_n(hashes[0].begin(), 8, hash.begin());  // they begin alike
    if (i % 2 == 0) persons.push_back(store.add_person({}));
    store.add_key({hash, KeyKind::di, "one", persons.back(), "DANAL", 1});
    hashes.push_back(hash);
  }
  EXPECT_EQ(store.keys_of(persons[0], persons[1]).size(), 4u);
  EXPECT_EQ(store.keys_of(persons[0], persons[0]).size(), 2u);
  store.add_pepper({"two", "proof"});
  const auto moved = random_hash(random);
  store.move_key(hashes[1], moved, "two");
  EXPECT_EQ(store.key(moved)->pepper, "two");
  EXPECT_EQ(store.counts().keys, 4);
  EXPECT_TRUE(store.uses_pepper("two"));
  store.erase_person(persons[0]);
  EXPECT_FALSE(store.uses_pepper("two"));
  EXPECT_TRUE(store.uses_pepper("one"));
  EXPECT_EQ(store.counts().keys, 2);
  for (const auto& gone : {hashes[0], hashes[1], moved}) EXPECT_FALSE(store.key(gone));
  for (const auto& kept : {hashes[2], hashes[3]}) EXPECT_EQ(store.key(kept)->person.id, persons[1]);
  try {
    store.add_key({random_hash(random), KeyKind::di, "one", persons[0], "DANAL", 1});
    ADD_FAILURE() << "a key without a person";
  } catch (const StoreFailure& failure) {
    EXPECT_EQ(failure.error.kind, ErrorKind::store_failed);
  }
  store.rollback();
  EXPECT_EQ((store.begin_read(), store.counts().keys), 0);
  EXPECT_FALSE(store.uses_pepper("one"));
  store.commit();
}

TEST(RegistryStore, KeepsTextsThatAreNoHexAsTheyAre) {
  const TempDir directory;
  SqliteStore store(directory.file("db"), 5s, getpid());
  begin(store);
  store.begin_write({});
  PersonRow person;
  for (const std::string text : {"", "x", "0", "ABCDEF", "00ff", "61"}) {
    store.add_use({"id" + text, text, 1});
    EXPECT_EQ(store.use("id" + text)->subject_hash, text);
    store.add_use({text, "s", 1});
    EXPECT_EQ(store.use(text)->id_hash, text);
    person.reservation = person.reserved_for = text;
    const auto id = store.add_person(person);
    EXPECT_EQ(store.person(id)->reservation, text);
    EXPECT_EQ(store.person(id)->reserved_for, text);
    if (!text.empty()) {
      EXPECT_EQ(store.person_of_reservation(text)->id, id);
    }
  }
  EXPECT_FALSE(store.use("a"));  // 61 in hex
  store.commit();
}

TEST(RegistryStore, LogIsMovedIntoTheFileByAnother) {
  const TempDir directory;
  const auto path = directory.file("db");
  SqliteStore store(path, 5s, getpid());
  begin(store);
  SqliteStore other(path, 5s, getpid());
  other.open();
  std::mt19937_64 random(1);
  int writes = 0;
  const auto write = [&] {
    store.begin_write({});
    for (int i = 0; i < 100; ++i) store.add_use({registry_detail::hex(random_hash(random)), "", 1});
    store.commit();
    ++writes;
    return store.wants_upkeep();
  };
  const auto log = [&path] { return fs::file_size(path + "-wal"); };
  while (!write()) ASSERT_LT(writes, 1'000);
  const auto before = log();
  EXPECT_GT(before, 4'000'000u);
  EXPECT_FALSE(write());  // not for each write from then on
  const auto after = log();
  other.upkeep();
  while (!write()) ASSERT_LT(writes, 2'000);  // the log began anew
  EXPECT_LE(log(), after + 500'000);
}

}  // namespace
}  // namespace bonin::registry_test
