// Where the file of a store may lie, who may read it, and what is said of an address.

#include <sqlite3.h>
#include <sys/stat.h>

#include <fstream>
#include <future>

#include "registry/sqlite_store.hpp"
#include "support/file_system.hpp"
#include "support/observed.hpp"
#include "support/postgres.hpp"
#include "support/registry.hpp"

namespace bonin::registry_test {
namespace {

using registry_detail::SqliteStore;
using registry_detail::StoreFailure;

unsigned mode_of(const std::string& path) {
  struct stat found {};
  return stat(path.c_str(), &found) == 0 ? found.st_mode & 0777 : 0;
}

TEST(RegistryFile, IsTheOwnersAloneWhateverTheUmask) {
  const TempDir directory;
  const auto path = directory.file("db");
  const auto before = umask(0777);
  const auto registry = open("sqlite:" + path);
  const auto answer = claim(registry, verified("ci"), "a");
  umask(before);
  EXPECT_EQ(said(answer), "created");
  for (const auto* suffix : {"", "-wal", "-shm"}) EXPECT_EQ(mode_of(path + suffix), 0600u) << suffix;
}

TEST(RegistryFile, IsTheOwnersAloneEvenIfItWasThere) {
  const TempDir directory;
  const auto path = directory.file("db");
  for (const bool fresh : {true, false}) {
    if (fresh) std::ofstream(path).flush();  // as `touch` makes it
    // A second process keeps the log and the shared memory there.
    SqliteStore other(path, 5s, getpid());
    if (!fresh) other.open();
    for (const auto* suffix : {"", "-wal", "-shm"}) chmod((path + suffix).c_str(), 0666);
    const auto registry = open("sqlite:" + path);
    ASSERT_TRUE(claim(registry, verified("ci"), "a")->granted());
    for (const auto* suffix : {"", "-wal", "-shm"}) EXPECT_EQ(mode_of(path + suffix), 0600u) << suffix;
  }
  test::observed(48, "a store file that others may read: taken from them with its log and shared memory");
}

/// In a worker that is not the owner of the file.
TEST(RegistryWorker, DISABLED_MeetsSomebodyElsesFile) {
  if (setuid(65534) != 0) return;
  const auto answer = claim(open("sqlite:" + worker_setting("BONIN_WORKER_STORE")), verified("ci"), "a");
  worker_line(said(answer));
}

TEST(RegistryFile, OfSomebodyElseThatOthersMayReadIsRefused) {
  if (getuid() != 0) GTEST_SKIP() << "only root has files of two owners";
  const TempDir directory;
  const auto path = directory.file("db");
  std::ofstream(path).flush();
  chmod(path.c_str(), 0666);
  chmod(directory.path().c_str(), 0777);
  Worker worker("RegistryWorker.DISABLED_MeetsSomebodyElsesFile", {{"BONIN_WORKER_STORE", path}});
  EXPECT_EQ(worker.finish(),
            "error store_unavailable: others than its owner may read or write the file of the store, and this process "
            "cannot change that: have its owner run `chmod 600` on it\n");
  EXPECT_EQ(mode_of(path), 0666u);
  test::observed(48, "one of another user is refused");
}

TEST(RegistryFile, OnANetworkFileSystemIsRefused) {
  const TempDir directory;
  const auto path = directory.file("db");
  for (const bool there : {false, true}) {
    if (there) std::ofstream(path).flush();
    for (const auto& [type, name] : std::vector<std::pair<unsigned long, std::string>>{
             {0x6969, "nfs"}, {0xfe534d42, "smb"}, {0x01021997, "9p"}, {0x65735546, "fuse"}}) {
      const test::PretendedFileSystem pretended(type);
      SqliteStore store(path, 5s, getpid());
      try {
        store.open();
        ADD_FAILURE() << name;
      } catch (const StoreFailure& failure) {
        EXPECT_EQ(failure.error.kind, ErrorKind::store_unavailable);
        EXPECT_NE(failure.error.message.find("(" + name + ")"), std::string::npos) << failure.error.message;
        EXPECT_NE(failure.error.message.find("postgresql://"), std::string::npos);
      }
      EXPECT_EQ(std::filesystem::exists(path), there);
    }
  }
  for (const unsigned long local : {0xef53ul, 0x58465342ul, 0x01021994ul, 0x794c7630ul, 0x9123683eul}) {
    const test::PretendedFileSystem pretended(local);
    SqliteStore store(path, 5s, getpid());
    EXPECT_TRUE(store.open());
  }
  test::observed(48, "on NFS, SMB, 9p or FUSE: `store_unavailable` with what to do");
}

// ---- groups and pages

TEST(RegistryGroup, FaultOfOneCallFailsThatCallAlone) {
  const TempDir directory;
  const auto path = directory.file("db");
  const auto registry = open("sqlite:" + path);
  ASSERT_EQ(said(claim(registry, verified("ci"), "a")), "created");
  {
    SqliteStore other(path, 5s, getpid());
    other.open();
    other.execute(
        "CREATE TRIGGER poison BEFORE INSERT ON person WHEN NEW.account = 'poison' "
        "BEGIN SELECT RAISE(ABORT, 'no'); END");
  }
  // While this answer is being given, whatever comes waits, and shares one transaction afterwards.
  std::promise<void> holds, go;
  registry.claim(verified("ci"), "a", {}, [&](const Result<Claim>&) {
    holds.set_value();
    go.get_future().wait();
  });
  holds.get_future().wait();
  std::vector<Ending<Claim>> endings(20);
  for (std::size_t i = 0; i < endings.size(); ++i) {
    const auto n = std::to_string(i);
    registry.claim(verified("ci-" + n), i == 7 ? "poison" : "a" + n, {}, endings[i].callback());
  }
  go.set_value();
  for (std::size_t i = 0; i < endings.size(); ++i) {
    if (i == 7) {
      EXPECT_EQ(endings[i].wait().error().kind, ErrorKind::store_failed);
    } else {
      EXPECT_EQ(said(endings[i].wait()), "created");
    }
  }
  test::observed(49, "one row's constraint error fails that call, not the group it shared a transaction with");
}

std::atomic<int> statements{0};

/// SQLite tells of every statement that begins.
int watch_connection(sqlite3* db, char**, const sqlite3_api_routines*) {
  return sqlite3_trace_v2(
      db, SQLITE_TRACE_STMT, [](unsigned, void*, void*, void*) { return ++statements, 0; }, nullptr);
}

TEST(RegistryPage, AsksOnceAPageNotOnceARow) {
  sqlite3_auto_extension(reinterpret_cast<void (*)()>(watch_connection));
  const TempDir directory;
  const auto registry = open("sqlite:" + directory.file("db"));
  for (int i = 0; i < 30; ++i) {
    const auto n = std::to_string(i);
    ASSERT_EQ(said(claim(registry, verified("ci-" + n, i % 3 == 0 ? "" : "di-" + n), "a" + n)), "created");
  }
  ASSERT_TRUE(export_page(registry, 0, 1));  // its connection is open from here on
  const auto asked = [&](int limit) {
    const int before = statements;
    EXPECT_EQ(export_page(registry, 0, limit)->items.size(), static_cast<std::size_t>(limit));
    return statements - before;
  };
  EXPECT_EQ(asked(30), asked(1));
  sqlite3_cancel_auto_extension(reinterpret_cast<void (*)()>(watch_connection));
  const auto second = export_page(registry, 10, 10);
  for (std::size_t i = 0; i < 10; ++i) {
    const auto& person = second->items[i];
    EXPECT_EQ(person.account_id, "a" + std::to_string(i + 10));
    EXPECT_EQ(person.keys.size(), (i + 10) % 3 == 0 ? 1u : 2u);
  }
  EXPECT_EQ(second->next, second->items.back().person);
  EXPECT_TRUE(export_page(registry, 30, 10)->items.empty());
}

// ---- addresses

TEST(RegistryAddress, NulIsRefusedWhereverATextNamesSomething) {
  using namespace std::string_literals;
  for (const auto& key : {"file:/tmp/pepper\0.txt"s, "env:PEPPER\0X"s}) {
    const auto made =
        Registry::create({.store = "sqlite::memory:", .own_store = {}, .peppers = {{"one", Secret(key)}}});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().kind, ErrorKind::invalid_pepper);
    EXPECT_EQ(made.error().parameter, "pepper");
    EXPECT_NE(made.error().message.find("NUL"), std::string::npos);
  }
  for (const auto& store : {"sqlite:/tmp/a\0b"s, "postgresql://host/a\0b"s}) {
    const auto made = Registry::create({.store = store, .own_store = {}, .peppers = {pepper("one", 'a')}});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().parameter, "store");
  }
}

TEST(RegistryAddress, PepperThatAShellPutBehindEnvIsNotShown) {
  const auto message = [](const std::string& key) {
    const auto made =
        Registry::create({.store = "sqlite::memory:", .own_store = {}, .peppers = {{"one", Secret(key)}}});
    EXPECT_FALSE(made) << key;
    return made ? std::string() : made.error().message;
  };
  EXPECT_EQ(message("env:BONIN_NO_SUCH_PEPPER"),
            "the environment variable `BONIN_NO_SUCH_PEPPER` is not set; set it to the key");
  const std::string unset = "the environment variable after `env:` is not set; set it to the key";
  for (const auto& slip : {std::string(), std::string("a1b2c3"), std::string(64, 'A'), std::string("1ABC"),
                           std::string("A-B"), std::string("AbC")}) {
    EXPECT_EQ(message("env:" + slip), unset) << slip;
  }
  for (const auto& path : {"/nonexistent/pepper", "./nonexistent", "../nonexistent", "nonexistent.txt"}) {
    EXPECT_EQ(
        message(std::string("file:") + path),
        "the file `" + std::string(path) + "` cannot be read; put the key there, readable for this process alone");
  }
  const std::string unread =
      "the file after `file:` cannot be read; put the key there, readable for this process alone";
  for (const auto& slip : {std::string("nonexistent"), std::string(40, 'a') + "/", std::string(64, 'a')}) {
    EXPECT_EQ(message("file:" + slip), unread) << slip;
  }
}

std::size_t warnings_of(const std::string& store) {
  const auto made = Registry::create({.store = store, .own_store = {}, .peppers = {pepper("one", 'a')}});
  EXPECT_TRUE(made) << store;
  return made ? made->warnings().size() : 99;
}

TEST(RegistryAddress, RemoteHostWithoutTlsIsRefusedUnlessAskedFor) {
  if (!Registry::create({.store = "postgresql:///x", .own_store = {}, .peppers = {pepper("one", 'a')}})) {
    GTEST_SKIP() << "built without PostgreSQL";
  }
  const auto refused = [](const std::string& store) {
    const auto made = Registry::create({.store = store, .own_store = {}, .peppers = {pepper("one", 'a')}});
    return !made && made.error().kind == ErrorKind::invalid_argument && made.error().parameter == "store" &&
           made.error().message.find("hunter2") == std::string::npos &&
           made.error().message.find("sslmode=verify-full") != std::string::npos;
  };
  unsetenv("PGSSLMODE");
  for (const std::string mode : {"", "?sslmode=disable", "?sslmode=allow", "?sslmode=prefer"}) {
    EXPECT_EQ(warnings_of("postgresql://localhost/x" + mode), 0u) << mode;
    EXPECT_EQ(warnings_of("postgresql://127.0.0.53/x" + mode), 0u) << mode;
    EXPECT_EQ(warnings_of("postgresql://[::1]/x" + mode), 0u) << mode;
    EXPECT_EQ(warnings_of("postgresql:///x" + mode), 0u) << mode;
    EXPECT_EQ(warnings_of("postgresql://%2Fvar%2Frun%2Fpostgresql/x" + mode), 0u) << mode;
  }
  for (const std::string mode : {"", "?sslmode=allow", "?sslmode=prefer"}) {
    EXPECT_TRUE(refused("postgresql://user:hunter2@db.example.com/x" + mode)) << mode;
    EXPECT_TRUE(refused("postgresql://localhost,10.0.0.2/x" + mode)) << mode;
  }
  EXPECT_TRUE(refused("postgresql://127.1.2.3.example.com/x"));
  EXPECT_TRUE(refused("postgresql:///x?host=localhost&hostaddr=10.0.0.2"));
  EXPECT_EQ(warnings_of("postgresql://user:hunter2@db.example.com/x?sslmode=disable"), 1u);
  EXPECT_EQ(warnings_of("postgresql://localhost,10.0.0.2/x?sslmode=disable"), 1u);
  for (const std::string mode : {"require", "verify-ca", "verify-full"}) {
    EXPECT_EQ(warnings_of("postgresql://db.example.com/x?sslmode=" + mode), 0u) << mode;
  }
  setenv("PGSSLMODE", "verify-full", 1);
  EXPECT_EQ(warnings_of("postgresql://db.example.com/x"), 0u);
  EXPECT_TRUE(refused("postgresql://db.example.com/x?sslmode=prefer"));
  unsetenv("PGSSLMODE");
  const auto made = Registry::create({.store = "postgresql://user:hunter2@db.example.com/x?sslmode=disable",
                                      .own_store = {},
                                      .peppers = {pepper("one", 'a')}});
  ASSERT_EQ(made->warnings().size(), 1u);
  EXPECT_EQ(made->warnings()[0].find("hunter2"), std::string::npos);
  EXPECT_NE(made->warnings()[0].find("sslmode=verify-full"), std::string::npos);
  EXPECT_EQ(warnings_of("sqlite::memory:"), 0u);
  test::observed(48,
                 "PostgreSQL on another host without TLS: refused when the registry is made, or a warning where "
                 "`sslmode=disable` asks for it");
}

TEST(RegistryAddress, ThatLibpqCannotReadIsRefusedWithoutItsWords) {
  for (const std::string store :
       {"postgresql://user:hunter2@host/x?schema=y", "postgresql://user:hunter2%zz@host/x",
        "postgresql://user:a@hunter2@localhost/x", "postgresql://user:hunter2/b@localhost/x"}) {
    const auto made = Registry::create({.store = store, .own_store = {}, .peppers = {pepper("one", 'a')}});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().kind, ErrorKind::invalid_argument);
    EXPECT_EQ(made.error().parameter, "store");
    EXPECT_EQ(made.error().what().find("hunter2"), std::string::npos);
  }
}

TEST(RegistryPostgres, PageIsAskedForOnceAndKeysStayWithTheirPersons) {
  BONIN_NEEDS_POSTGRES();
  const auto registry = open(Postgres::instance().fresh_database());
  for (int i = 0; i < 12; ++i) {
    const auto n = std::to_string(i);
    ASSERT_EQ(said(claim(registry, verified("ci-" + n, i % 3 == 0 ? "" : "di-" + n), "a" + n)), "created");
  }
  const auto page = export_page(registry, 4, 6);
  ASSERT_EQ(page->items.size(), 6u);
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(page->items[i].account_id, "a" + std::to_string(i + 4));
    EXPECT_EQ(page->items[i].keys.size(), (i + 4) % 3 == 0 ? 1u : 2u);
  }
}

TEST(RegistryPostgres, FaultOfOneCallFailsThatCallAlone) {
  BONIN_NEEDS_POSTGRES();
  auto& postgres = Postgres::instance();
  const auto url = postgres.fresh_database();
  const auto registry = open(url);
  ASSERT_EQ(said(claim(registry, verified("ci"), "a")), "created");
  postgres.sql(Postgres::database_of(url),
               "ALTER TABLE bonin.person ADD CONSTRAINT poison CHECK (account <> 'poison')");
  std::promise<void> holds, go;
  registry.claim(verified("ci"), "a", {}, [&](const Result<Claim>&) {
    holds.set_value();
    go.get_future().wait();
  });
  holds.get_future().wait();
  std::vector<Ending<Claim>> endings(5);
  for (std::size_t i = 0; i < endings.size(); ++i) {
    const auto n = std::to_string(i);
    registry.claim(verified("ci-" + n), i == 2 ? "poison" : "a" + n, {}, endings[i].callback());
  }
  go.set_value();
  for (std::size_t i = 0; i < endings.size(); ++i) {
    if (i == 2) {
      EXPECT_EQ(endings[i].wait().error().kind, ErrorKind::store_failed);
    } else {
      EXPECT_EQ(said(endings[i].wait()), "created");
    }
  }
}

}  // namespace
}  // namespace bonin::registry_test
