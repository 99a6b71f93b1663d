// A SQLite file that is not where it was, and one that is older than it was: nothing is granted into it.

#include <sqlite3.h>
#include <sys/mount.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "support/observed.hpp"
#include "support/registry.hpp"
#include "support/sanitizer.hpp"

namespace bonin::registry_test {
namespace {

namespace fs = std::filesystem;

template <class T>
std::string why(const Result<T>& answer) {
  return answer ? "an answer" : std::string(answer.error().name()) + ": " + answer.error().message;
}

/// A store with one account, whose reader and writer are both open.
class RegistryMoved : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(said(claim(registry_, verified("ci-0"), "a0")), "created");
    ASSERT_EQ(find(registry_, verified("ci-0")).value(), "a0");
  }
  /// Neither lane answers, whatever it is asked.
  void expect_refused(const std::string& words) {
    for (int i = 0; i < 2; ++i) {
      const auto found = find(registry_, verified("ci-0"));
      const auto made = claim(registry_, verified("ci-1"), "a1");
      for (const auto& text : {why(found), why(made), why(count(registry_))}) {
        EXPECT_TRUE(text.starts_with("store_unavailable: ")) << text;
        EXPECT_NE(text.find(words), std::string::npos) << text;
        EXPECT_NE(text.find(path_), std::string::npos) << text;
      }
    }
  }
  void remove_files() const {
    for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(path_ + suffix);
  }
  /// What SQLite's own tools make: all that is stored by now.
  void back_up(const std::string& to) const {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(path_.c_str(), &db), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(db, ("VACUUM INTO '" + to + "'").c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(db);
  }

  const TempDir directory_;
  const std::string path_ = directory_.file("db");
  const Registry registry_ = open("sqlite:" + path_);
};

constexpr const char* moved = "was moved, deleted or replaced";

TEST_F(RegistryMoved, AwayIsNoticedAndBackAgainIsTaken) {
  fs::rename(path_, path_ + ".away");
  expect_refused(moved);
  EXPECT_FALSE(fs::exists(path_)) << "an empty file in its place would let everybody sign up again";
  fs::rename(path_ + ".away", path_);
  EXPECT_EQ(find(registry_, verified("ci-0")).value(), "a0");
  EXPECT_EQ(said(claim(registry_, verified("ci-1"), "a1")), "created");
  test::observed(37, "a SQLite file that is moved or deleted in use: `store_unavailable`, and nothing is granted");
}

TEST_F(RegistryMoved, DeletedIsNoticed) {
  remove_files();
  expect_refused(moved);
  EXPECT_FALSE(fs::exists(path_));
}

TEST_F(RegistryMoved, DeletedAndMadeAnewIsNotTaken) {
  remove_files();
  const auto other = open("sqlite:" + path_);  // another process that has just begun
  ASSERT_EQ(said(claim(other, verified("ci-0"), "b")), "created");
  expect_refused(moved);
  EXPECT_EQ(count(other)->accounts, 1);
}

TEST_F(RegistryMoved, ReplacedByARenameIsNotTakenBeforeANewStart) {
  back_up(directory_.file("backup"));
  fs::rename(directory_.file("backup"), path_);
  expect_refused(moved);
  EXPECT_EQ(find(open("sqlite:" + path_), verified("ci-0")).value(), "a0");
}

TEST_F(RegistryMoved, OlderCopyOverItIsNotTakenBeforeANewStart) {
  back_up(directory_.file("backup"));
  ASSERT_EQ(said(claim(registry_, verified("ci-1"), "a1")), "created");
  // Nothing of the log is left that would win over the copy.
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &db), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(db, "PRAGMA wal_checkpoint(TRUNCATE)", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(db);
  {
    std::ofstream over(path_, std::ios::binary | std::ios::trunc);  // as `cp` does
    over << std::ifstream(directory_.file("backup"), std::ios::binary).rdbuf();
  }
  expect_refused("set back to an older state");
  registry_.close();
  EXPECT_EQ(find(open("sqlite:" + path_), verified("ci-1")).value(), std::nullopt);
  test::observed(37, "an older copy over it: `store_unavailable` until the process starts anew");
}

TEST_F(RegistryMoved, EmptiedIsNoticed) {
  { std::ofstream over(path_, std::ios::trunc); }
  expect_refused(moved);
}

TEST_F(RegistryMoved, IsMissedByAForkedChildToo) {
  if (test::thread_sanitizer) GTEST_SKIP() << "ThreadSanitizer takes no threads after a fork";
  const pid_t child = fork();
  if (child == 0) {
    remove_files();
    const auto other = open("sqlite:" + path_);
    if (said(claim(other, verified("ci-0"), "b")) != "created") _exit(1);
    // The child's own connections are opened only now, and the file there is not the one its parent has opened.
    _exit(why(find(registry_, verified("ci-0"))).starts_with("store_unavailable") &&
                  why(claim(registry_, verified("ci-1"), "a1")).starts_with("store_unavailable")
              ? 0
              : 2);
  }
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << WEXITSTATUS(status);
  const auto found = find(registry_, verified("ci-0"));
  EXPECT_TRUE(why(found).starts_with("store_unavailable")) << why(found);
}

TEST(RegistryReadOnly, FileSystemThatNobodyMayWriteToIsReadOnly) {
  const TempDir directory;
  if (getuid() != 0 || mount("tmpfs", directory.path().c_str(), "tmpfs", 0, "size=4m") != 0) {
    GTEST_SKIP() << "a file system cannot be mounted here: the read-only one is left out";
  }
  const auto path = directory.file("db");
  {
    const auto registry = open("sqlite:" + path);
    EXPECT_EQ(said(claim(registry, verified("ci-0"), "a0")), "created");
    registry.close();
  }
  EXPECT_EQ(mount("tmpfs", directory.path().c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, "size=4m"), 0);
  const auto registry = open("sqlite:" + path);
  const auto absent = open("sqlite:" + directory.file("new"));
  for (const auto& text : {why(find(registry, verified("ci-0"))), why(claim(registry, verified("ci-1"), "a1")),
                           why(claim(absent, verified("ci-1"), "a1"))}) {
    EXPECT_TRUE(text.starts_with("store_read_only: ")) << text;
  }
  EXPECT_EQ(mount("tmpfs", directory.path().c_str(), "tmpfs", MS_REMOUNT, "size=4m"), 0);
  EXPECT_EQ(find(registry, verified("ci-0")).value(), "a0");
  EXPECT_EQ(said(claim(registry, verified("ci-1"), "a1")), "created");
  registry.close();
  absent.close();
  umount2(directory.path().c_str(), MNT_DETACH);
}

}  // namespace
}  // namespace bonin::registry_test
