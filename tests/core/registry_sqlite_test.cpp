// What can befall a file: nothing of it lets anybody in.

#include <sys/mount.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

#include "registry/sqlite_store.hpp"
#include "support/observed.hpp"
#include "support/registry.hpp"
#include "support/sanitizer.hpp"

namespace bonin::registry_test {
namespace {

using registry_detail::SqliteStore;
using registry_detail::StoreFailure;
using test::address_sanitizer;
using test::thread_sanitizer;

SqliteStore store_at(const std::string& path, milliseconds timeout = 5s) { return {path, timeout, getpid()}; }

/// The kind of the failure a statement ends with.
template <class Do>
std::string failure_of(Do what) {
  try {
    what();
    return "none";
  } catch (const StoreFailure& failure) {
    return std::string(failure.error.name());
  }
}

TEST(RegistrySqlite, LockedFileIsBusy) {
  const TempDir directory;
  Settings settings;
  const auto path = directory.file("db");
  ASSERT_EQ(said(claim(open("sqlite:" + path, settings), verified("ci-0"), "a0")), "created");
  auto other = store_at(path);
  other.open();
  other.begin_write({});
  settings.timeout = 500ms;
  const auto registry = open("sqlite:" + path, settings);
  EXPECT_EQ(claim(registry, verified("ci-1"), "a1").error().kind, ErrorKind::store_busy);
  EXPECT_EQ(find(registry, verified("ci-0")).value(), "a0");  // who only reads never waits
  other.rollback();
  settings.timeout = 20s;
  EXPECT_EQ(said(claim(open("sqlite:" + path, settings), verified("ci-1"), "a1")), "created");
  test::observed(37, "busy: `store_busy`, reading goes on");
}

/// Tells when the registry's thread has begun with a call: it looks at the time first.
struct WatchedClock final : Clock {
  Moment now() const noexcept override { return Clock::system()->now(); }
  std::chrono::steady_clock::time_point steady() const noexcept override {
    ++asked;
    return Clock::system()->steady();
  }
  mutable std::atomic<int> asked{0};
};

TEST(RegistrySqlite, ClosingDoesNotWaitForALock) {
  const TempDir directory;
  const auto path = directory.file("db");
  ASSERT_EQ(said(claim(open("sqlite:" + path), verified("ci-0"), "a0")), "created");
  auto other = store_at(path);
  other.open();
  other.begin_write({});

  const auto clock = std::make_shared<WatchedClock>();
  Registry::Options options;
  options.store = "sqlite:" + path;
  options.peppers = Settings().peppers;
  options.clock = clock;
  options.timeout = 10min;  // longer than a test may take
  const auto registry = Registry::create(std::move(options)).value();
  std::promise<Result<Claim>> answer;
  registry.try_claim(verified("ci-1"), "a1", {}, [&](Result<Claim> claim) { answer.set_value(std::move(claim)); });
  while (clock->asked < 2) std::this_thread::yield();
  registry.close();
  EXPECT_EQ(answer.get_future().get().error().kind, ErrorKind::closed);
}

TEST(RegistrySqlite, NoSpaceIsFullAndChangesNothing) {
  const TempDir directory;
  auto store = store_at(directory.file("db"));
  store.open();
  store.begin_read();
  store.commit();
  store.execute("PRAGMA max_page_count = 24");
  int stored = 0;
  const auto fill = [&] {
    for (;; ++stored) {
      store.begin_write({});
      registry_detail::PersonRow row;
      row.account = std::string(200, 'a') + std::to_string(stored);
      store.add_person(row);
      store.commit();
    }
  };
  EXPECT_EQ(failure_of(fill), "store_full");
  store.rollback();
  store.open();
  store.begin_read();
  EXPECT_EQ(store.counts().persons, stored);
  store.commit();
  test::observed(37, "full: `store_full`, what was stored is there");
}

TEST(RegistrySqlite, FullDiskIsFullAndHealsByItself) {
  const TempDir directory;
  if (getuid() != 0 || mount("tmpfs", directory.path().c_str(), "tmpfs", 0, "size=1m") != 0) {
    GTEST_SKIP() << "a small file system cannot be mounted here: the full disk is left out";
  }
  const auto registry = open("sqlite:" + directory.file("db"));
  int stored = 0;
  std::optional<Error> error;
  for (; !error && stored < 100'000; ++stored) {
    const auto n = std::to_string(stored);
    auto answer = claim(registry, verified("ci-" + n, "di-" + n), std::string(200, 'a') + n);
    if (!answer) {
      error = answer.error();
      break;
    }
  }
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind, ErrorKind::store_full) << error->what();
  EXPECT_EQ(find(registry, verified("ci-0")).value(), std::string(200, 'a') + "0");
  EXPECT_EQ(count(registry)->accounts, stored);
  ASSERT_EQ(mount("tmpfs", directory.path().c_str(), "tmpfs", MS_REMOUNT, "size=16m"), 0);
  EXPECT_EQ(said(claim(registry, verified("ci-more"), "more")), "created");
  registry.close();
  umount2(directory.path().c_str(), MNT_DETACH);
}

/// In a worker without rights over the file.
TEST(RegistryWorker, DISABLED_ReadsOnly) {
  if (getuid() == 0 && setuid(65534) != 0) return;
  const auto registry = open("sqlite:" + worker_setting("BONIN_WORKER_STORE"));
  const auto found = find(registry, verified("ci-0"));
  worker_line(found ? found.value().value_or("nobody") : found.error().what());
  const auto answer = claim(registry, verified("ci-1"), "a1");
  worker_line(answer ? said(answer) : std::string(answer.error().name()));
}

TEST(RegistrySqlite, ReadOnlyFileIsReadButNotWritten) {
  const TempDir directory;
  const auto path = directory.file("db");
  ASSERT_EQ(said(claim(open("sqlite:" + path), verified("ci-0"), "a0")), "created");
  // SQLite reads such a file only while somebody who may write keeps its log there.
  auto keep = store_at(path);
  keep.open();
  keep.begin_write({});
  keep.add_use({"x", "x", 1});
  keep.commit();
  for (const auto* name : {"db", "db-wal", "db-shm"}) {
    chmod(directory.file(name).c_str(), 0400);
    // The worker is somebody else when this is root, and somebody else's file would be refused.
    const uid_t worker = getuid() == 0 ? 65534 : getuid();
    ASSERT_EQ(chown(directory.file(name).c_str(), worker, getgid()), 0);
  }
  chmod(directory.path().c_str(), 0555);
  Worker worker("RegistryWorker.DISABLED_ReadsOnly", {{"BONIN_WORKER_STORE", path}});
  EXPECT_EQ(worker.finish(), "a0\nstore_read_only\n");
  chmod(directory.path().c_str(), 0700);
  for (const auto* name : {"db", "db-wal", "db-shm"}) chmod(directory.file(name).c_str(), 0600);
  test::observed(37, "read-only: read, and `store_read_only` when written");
}

TEST(RegistrySqlite, DamagedFileIsCorrupt) {
  const TempDir directory;
  std::ofstream(directory.file("text")) << std::string(8192, 'x');
  const auto foreign = open("sqlite:" + directory.file("text"));
  EXPECT_EQ(claim(foreign, verified("ci"), "a").error().kind, ErrorKind::store_corrupt);
  EXPECT_EQ(find(foreign, verified("ci")).error().kind, ErrorKind::store_corrupt);

  const auto path = directory.file("db");
  {
    const auto registry = open("sqlite:" + path);
    for (int i = 0; i < 200; ++i) {
      ASSERT_EQ(said(claim(registry, verified("ci-" + std::to_string(i)), "a" + std::to_string(i))), "created");
    }
    registry.close();
  }
  const auto size = std::filesystem::file_size(path);
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096);
    file << std::string(size - 4096, '\x5a');
  }
  const auto registry = open("sqlite:" + path);
  EXPECT_EQ(claim(registry, verified("ci-1"), "b").error().kind, ErrorKind::store_corrupt);
  EXPECT_EQ(find(registry, verified("ci-1")).error().kind, ErrorKind::store_corrupt);
  test::observed(37, "damaged: `store_corrupt`, nothing is made up");
}

TEST(RegistrySqlite, DirectoryThatIsNotThereIsSaidAtOnce) {
  for (const char* store : {"sqlite:/nonexistent/directory/db", "sqlite:nonexistent/db"}) {
    const auto registry = Registry::create({.store = store, .peppers = {{"p", Secret(std::string(32, 'p'))}}});
    ASSERT_FALSE(registry);
    EXPECT_EQ(registry.error().kind, ErrorKind::invalid_argument);
    EXPECT_NE(registry.error().message.find("nonexistent"), std::string::npos) << registry.error().message;
  }
}

TEST(RegistrySqlite, DirectoryThatHasGoneIsUnavailable) {
  const auto directory = std::make_unique<TempDir>();
  const auto path = directory->file("below");
  std::filesystem::create_directory(path);
  const auto registry = open("sqlite:" + path + "/db");
  std::filesystem::remove_all(path);
  const auto refused = claim(registry, verified("ci"), "a");
  EXPECT_EQ(refused.error().kind, ErrorKind::store_unavailable);
  EXPECT_NE(refused.error().message.find(path), std::string::npos) << refused.error().message;
}

TEST(RegistrySqlite, ThePathsOfOtherLibrariesLeadNowhere) {
  const auto registry =
      Registry::create({.store = "sqlite:///accounts.db", .peppers = {{"p", Secret(std::string(32, 'p'))}}});
  ASSERT_FALSE(registry);
  EXPECT_NE(registry.error().message.find("`sqlite:accounts.db`"), std::string::npos) << registry.error().message;
}

TEST(RegistrySqlite, FileThatHasGoneIsNotReplacedByAnEmptyOne) {
  const TempDir directory;
  const auto path = directory.file("db");
  auto store = store_at(path);
  const auto registry = open("sqlite:" + path);
  ASSERT_EQ(said(claim(registry, verified("ci-0"), "a0")), "created");
  store.open();
  store.before_fork();  // closes
  registry.close();
  for (const auto* name : {"db", "db-wal", "db-shm"}) std::filesystem::remove(directory.file(name));
  EXPECT_EQ(failure_of([&] { store.open(); }), "store_unavailable");
  EXPECT_FALSE(std::filesystem::exists(path));
  { std::ofstream empty(path); }
  EXPECT_EQ(failure_of([&] { store.open(); }), "store_unavailable");
  EXPECT_EQ(std::filesystem::file_size(path), 0u);
}

TEST(RegistrySqlite, DatabaseOfSomethingElseIsLeftAlone) {
  const TempDir directory;
  const auto path = directory.file("db");
  {
    auto store = store_at(path);
    store.open();
    store.execute("PRAGMA application_id = 7; PRAGMA user_version = 3");
  }
  const auto answer = claim(open("sqlite:" + path), verified("ci"), "a");
  EXPECT_EQ(answer.error().kind, ErrorKind::store_failed);
  EXPECT_NE(answer.error().message.find("something else"), std::string::npos);
}

TEST(RegistrySqlite, NewerSchemaIsRefused) {
  const TempDir directory;
  const auto path = directory.file("db");
  {
    auto store = store_at(path);
    store.open();
    store.execute("PRAGMA user_version = 1000");
  }
  const auto answer = claim(open("sqlite:" + path), verified("ci"), "a");
  EXPECT_EQ(answer.error().kind, ErrorKind::store_failed);
  EXPECT_NE(answer.error().message.find("newer"), std::string::npos);
}

TEST(RegistrySqlite, FileIsTheOwnersAloneAndHoldsNoKeyInTheClear) {
  const TempDir directory;
  const auto path = directory.file("db");
  const auto registry = open("sqlite:" + path);
  ASSERT_EQ(said(claim(registry, verified("ci-canary", "di-canary", "id-canary"), "a")), "created");
  ASSERT_TRUE(reserve(registry, verified("ci-canary-2"), "subject-canary"));
  ASSERT_TRUE(consume(registry, "id-canary", "subject-canary"));
  for (const auto& entry : std::filesystem::directory_iterator(directory.path())) {
    struct stat info {};
    ASSERT_EQ(stat(entry.path().c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u) << entry.path();
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), {});
    EXPECT_EQ(bytes.find("canary"), std::string::npos) << entry.path();
  }
  test::defended(12, "no byte of a CI or DI is in the file: HMAC-SHA-256 under the pepper");
}

TEST(RegistrySqlite, PathIsFixedWhenTheRegistryIsMade) {
  const TempDir directory, elsewhere;
  const auto here = std::filesystem::current_path();
  std::filesystem::current_path(directory.path());
  const auto registry = open("sqlite:db");
  std::filesystem::current_path(elsewhere.path());
  EXPECT_EQ(said(claim(registry, verified("ci"), "a")), "created");
  std::filesystem::current_path(here);
  EXPECT_TRUE(std::filesystem::exists(directory.file("db")));
}

// ---- fork ---------------------------------------------------------------------------------------

/// Runs `what` in a forked child; its exit code.
template <class Do>
int in_child(Do what) {
  const pid_t child = fork();
  if (child == 0) _exit(what());
  int status = -1;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(RegistryFork, ChildWorksOnAConnectionOfItsOwn) {
  if (thread_sanitizer) GTEST_SKIP() << "ThreadSanitizer takes no threads after a fork";
  const TempDir directory;
  const auto registry = open("sqlite:" + directory.file("db"));
  ASSERT_EQ(said(claim(registry, verified("ci-0"), "a0")), "created");
  ASSERT_EQ(find(registry, verified("ci-0")).value(), "a0");
  for (int i = 1; i <= 5; ++i) {
    const auto n = std::to_string(i);
    const int code = in_child([&] {
      if (find(registry, verified("ci-0")).value() != "a0") return 1;
      return said(claim(registry, verified("ci-" + n), "a" + n)) == "created" ? 0 : 2;
    });
    EXPECT_EQ(code, 0);
    EXPECT_EQ(find(registry, verified("ci-" + n)).value(), "a" + n);
    EXPECT_EQ(said(claim(registry, verified("ci-p" + n), "p" + n)), "created");
  }
  EXPECT_EQ(count(registry)->accounts, 11);
}

TEST(RegistryFork, UnderLoadNeitherSideLosesAnything) {
  if (thread_sanitizer) GTEST_SKIP() << "ThreadSanitizer takes no threads after a fork";
  if (address_sanitizer)
    GTEST_SKIP() << "in a child, AddressSanitizer's allocator waits for a lock that no thread there holds";
  const TempDir directory;
  const auto registry = open("sqlite:" + directory.file("db"));
  std::atomic<bool> stop{false};
  std::atomic<int> claimed{0}, wrong{0};
  std::thread busy([&] {
    for (int i = 0; !stop; ++i) {
      const auto n = "t" + std::to_string(i);
      if (said(claim(registry, verified("ci-" + n), n)) == "created") {
        ++claimed;
      } else {
        ++wrong;
      }
    }
  });
  for (int i = 0; i < 20; ++i) {
    const auto n = "c" + std::to_string(i);
    EXPECT_EQ(in_child([&] { return said(claim(registry, verified("ci-" + n), n)) == "created" ? 0 : 1; }), 0);
  }
  stop = true;
  busy.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(count(registry)->accounts, claimed + 20);
  EXPECT_EQ(count(registry)->keys, claimed + 20);
}

TEST(RegistryFork, FileThatHasGoneIsMissedByBothSides) {
  if (thread_sanitizer) GTEST_SKIP() << "ThreadSanitizer takes no threads after a fork";
  const TempDir directory;
  const auto registry = open("sqlite:" + directory.file("db"));
  // Only the writer has opened it so far; the reader must not take its absence for a beginning.
  ASSERT_EQ(said(claim(registry, verified("ci-0"), "a0")), "created");
  const int code = in_child([&] {
    for (const auto* name : {"db", "db-wal", "db-shm"}) std::filesystem::remove(directory.file(name));
    const auto found = find(registry, verified("ci-0"));
    const auto made = claim(registry, verified("ci-0"), "b");
    const bool both = !found && !made;
    return both && found.error().kind == ErrorKind::store_unavailable &&
                   made.error().kind == ErrorKind::store_unavailable
               ? 0
               : 1;
  });
  EXPECT_EQ(code, 0);
  EXPECT_FALSE(find(registry, verified("ci-0")));
  EXPECT_FALSE(std::filesystem::exists(directory.file("db")));
  EXPECT_EQ(claim(registry, verified("ci-0"), "b").error().kind, ErrorKind::store_unavailable);
}

TEST(RegistryFork, StoreInMemoryStaysBehind) {
  if (thread_sanitizer) GTEST_SKIP() << "ThreadSanitizer takes no threads after a fork";
  const auto registry = open("sqlite::memory:");
  ASSERT_EQ(said(claim(registry, verified("ci-0"), "a0")), "created");
  const int code = in_child([&] {
    const auto answer = claim(registry, verified("ci-0"), "b");
    return !answer && answer.error().kind == ErrorKind::store_unavailable ? 0 : 1;
  });
  EXPECT_EQ(code, 0);
  EXPECT_EQ(find(registry, verified("ci-0")).value(), "a0");
}

// ---- groups -------------------------------------------------------------------------------------

TEST(RegistrySqlite, CallsThatWaitShareOneTransaction) {
  const TempDir directory;
  const auto path = directory.file("db");
  const auto registry = open("sqlite:" + path);
  ASSERT_EQ(said(claim(registry, verified("ci"), "a")), "created");
  auto holder = store_at(path);
  holder.open();
  holder.begin_write({});
  // All of these wait for the lock; one of them is about a person the same group creates.
  std::vector<Ending<Claim>> endings(40);
  for (std::size_t i = 0; i < endings.size(); ++i) {
    const auto n = std::to_string(i / 2);
    registry.try_claim(verified("ci-" + n), "a" + std::to_string(i), {}, endings[i].callback());
  }
  holder.rollback();
  for (std::size_t i = 0; i < endings.size(); ++i) {
    EXPECT_EQ(said(endings[i].wait()), i % 2 == 0 ? "created" : "taken other_account");
  }
}

}  // namespace
}  // namespace bonin::registry_test
