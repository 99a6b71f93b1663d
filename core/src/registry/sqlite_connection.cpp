// The connection of the SQLite store: opening, waiting, failing, committing.

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <mutex>
#include <thread>

#include "registry/sqlite_file.hpp"
#include "registry/sqlite_schema.hpp"
#include "registry/sqlite_statement.hpp"

namespace bonin::registry_detail {

void SqliteStore::failed(int code) {
  const int extended = db_ != nullptr ? sqlite3_extended_errcode(db_) : code;
  const int primary = code & 0xff;
  const auto because = [&](ErrorKind kind, const std::string& what) {
    StoreFailure failure;
    failure.error.kind = kind;
    failure.error.message = what + " (sqlite: " + sqlite3_errstr(extended) + ", " + std::to_string(extended) + ")";
    failure.again = std::exchange(gave_way_, false) && primary == SQLITE_BUSY;
    failure.alone = kind == ErrorKind::store_failed && primary != SQLITE_IOERR;
    throw failure;
  };
  // After any failure but a lock, the next call opens a new connection and sees the file as it is then.
  broken_ = primary != SQLITE_BUSY && primary != SQLITE_LOCKED && primary != SQLITE_CONSTRAINT;
  switch (primary) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      because(ErrorKind::store_busy, "the store is locked by somebody else");
      break;
    case SQLITE_FULL:
      because(ErrorKind::store_full, "there is no space left for the store");
      break;
    case SQLITE_READONLY:
      because(ErrorKind::store_read_only, "the store cannot be written to");
      break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      because(ErrorKind::store_corrupt, "the store is damaged, or no store at all");
      break;
    case SQLITE_CANTOPEN:
    case SQLITE_AUTH:
    case SQLITE_PERM:
      because(ErrorKind::store_unavailable, "the store `" + path_ + "` cannot be opened");
      break;
    case SQLITE_IOERR:
      // The write may still take effect when the next connection reads the log.
      if (committing_) because(ErrorKind::outcome_unknown, "the disk failed while the store was committing");
      because(ErrorKind::store_failed, "the disk failed");
      break;
    default:
      because(ErrorKind::store_failed, "the store failed");
  }
  fail(ErrorKind::store_failed, "the store failed");
}

sqlite3_stmt* SqliteStore::statement(Slot slot, const char* sql) {
  auto& statement = statements_[slot];
  if (statement == nullptr) {
    const int code = sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) failed(code);
  }
  return statement;
}

void SqliteStore::execute(const char* sql) {
  const int code = sqlite3_exec(db_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) failed(code);
}

std::int64_t SqliteStore::pragma(const char* sql) {
  sqlite3_stmt* statement = nullptr;
  int code = sqlite3_prepare_v2(db_, sql, -1, &statement, nullptr);
  std::int64_t value = 0;
  if (code == SQLITE_OK) {
    code = sqlite3_step(statement);
    if (code == SQLITE_ROW) value = sqlite3_column_int64(statement, 0);
  }
  sqlite3_finalize(statement);
  if (code != SQLITE_ROW && code != SQLITE_DONE) failed(code);
  return value;
}

namespace {

void refuse(std::optional<Error> error) {
  if (error) throw StoreFailure{.error = std::move(*error)};
}

}  // namespace

void SqliteStore::check_file() const {
  if (in_memory()) return;
  refuse(check_file_system(path_));
  if (!*opened_) create_private(path_);
  refuse(keep_private(path_));
}

bool SqliteStore::open() {
  if (db_ != nullptr) return false;
  // An empty store in its place would let everybody sign up again.
  if (in_memory() && (*opened_ || getpid() != home_)) {
    fail(ErrorKind::store_unavailable, "a store in memory lives in the process that made it only");
  }
  broken_ = committing_ = false;
  try {
    // One at a time: see create_private(), which closes a descriptor.
    static std::mutex opening;
    const std::lock_guard lock(opening);
    check_file();
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    const int code = sqlite3_open_v2(path_.c_str(), &db_, flags, nullptr);
    if (code != SQLITE_OK) failed(code);
    sqlite3_busy_handler(db_, wait, this);
    // So would a new file in the place of the one there was: its version would be 0.
    if (*opened_ && pragma("PRAGMA user_version") == 0) {
      fail(ErrorKind::store_unavailable, "the store is gone: an empty file is in its place");
    }
    // SQLite may not wait by itself for the change of a journal's mode, when several processes make one file at once.
    for (auto waited = std::chrono::milliseconds(0);; waited += std::chrono::milliseconds(5)) {
      try {
        execute("PRAGMA journal_mode = WAL");
        break;
      } catch (StoreFailure& failure) {
        failure.again = failure.again || parking();
        if (failure.error.kind != ErrorKind::store_busy || waited >= timeout_ || stopping() || parking()) throw;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
      }
    }
    execute(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;"
        "PRAGMA journal_size_limit = 67108864");
    migrate();
    if (!in_memory()) refuse(keep_private(path_));  // somebody else may have made the log meanwhile
    *opened_ = true;
  } catch (...) {
    close();
    throw;
  }
  return true;
}

int SqliteStore::wait(void* self, int n) noexcept {
  auto& store = *static_cast<SqliteStore*>(self);
  const auto now = std::chrono::steady_clock::now();
  if (n == 0) store.waiting_since_ = now;
  store.gave_way_ = store.parking();
  if (store.gave_way_ || store.stopping() || now - store.waiting_since_ >= store.timeout_) return 0;
  std::this_thread::sleep_for(std::chrono::milliseconds(n < 5 ? 1 : n < 10 ? 5 : 20));
  return 1;
}

void SqliteStore::migrate() {
  const auto version = [this] { return pragma("PRAGMA user_version"); };
  const auto ours = [this] { return pragma("PRAGMA application_id") == sqlite_application_id; };
  if (version() == sqlite_version && ours()) return;
  execute("BEGIN IMMEDIATE");
  const auto from = version();
  if (!ours() && (from != 0 || pragma("SELECT count(*) FROM sqlite_schema") != 0)) {
    fail(ErrorKind::store_failed, "the file is the database of something else: give the registry a file of its own");
  }
  if (from > sqlite_version) fail(ErrorKind::store_failed, "the store was made by a newer version of bonin");
  for (auto step = from; step < sqlite_version; ++step) execute(sqlite_steps[step]);
  execute(("PRAGMA application_id = " + std::to_string(sqlite_application_id)).c_str());
  execute(("PRAGMA user_version = " + std::to_string(sqlite_version)).c_str());
  execute("COMMIT");
}

void SqliteStore::close() noexcept {
  for (auto& statement : statements_) {
    sqlite3_finalize(statement);
    statement = nullptr;
  }
  sqlite3_close_v2(db_);
  db_ = nullptr;
}

void SqliteStore::before_fork() noexcept {
  if (!in_memory()) close();
}

void SqliteStore::begin_read() { SqliteStatement(*this, s_begin_read, "BEGIN").run(); }

void SqliteStore::begin_write(const std::vector<std::int64_t>&) {
  // SQLite has one writer for each file, which is the lock.
  SqliteStatement(*this, s_begin_write, "BEGIN IMMEDIATE").run();
}

void SqliteStore::commit() {
  committing_ = true;
  SqliteStatement(*this, s_commit, "COMMIT").run();
  committing_ = false;
}

void SqliteStore::rollback() noexcept {
  committing_ = false;
  if (db_ == nullptr) return;
  if (sqlite3_get_autocommit(db_) == 0) {
    for (auto* statement : statements_) {
      if (statement != nullptr) sqlite3_reset(statement);
    }
    if (sqlite3_exec(db_, "ROLLBACK", nullptr, nullptr, nullptr) != SQLITE_OK) broken_ = true;
  }
  if (broken_ && !in_memory()) close();
}

}  // namespace bonin::registry_detail
