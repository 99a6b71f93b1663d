// The connection of the SQLite store: opening, waiting, failing, committing.

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <mutex>
#include <thread>

#include "registry/sqlite_file.hpp"
#include "registry/sqlite_statement.hpp"

namespace bonin::registry_detail {

void SqliteStore::failed(int code) {
  const int extended = db_ != nullptr ? sqlite3_extended_errcode(db_) : code;
  const int primary = code & 0xff;
  const auto because = [&](ErrorKind kind, const std::string& what) {
    StoreFailure failure;
    failure.error.kind = kind;
    failure.error.message = what + " (sqlite: " + sqlite3_errstr(extended) + ", " + std::to_string(extended) + ")";
    failure.again = std::exchange(gave_way_, false) && (primary == SQLITE_BUSY || primary == SQLITE_INTERRUPT);
    failure.alone = kind == ErrorKind::store_failed && primary != SQLITE_IOERR;
    throw failure;
  };
  // After any failure but a lock, the next call opens a new connection and sees the file as it is then.
  broken_ = primary != SQLITE_BUSY && primary != SQLITE_LOCKED && primary != SQLITE_CONSTRAINT;
  if (extended == SQLITE_READONLY_DBMOVED) gone();
  const bool cannot_open = primary == SQLITE_CANTOPEN || primary == SQLITE_READONLY;
  // SQLite needs its log beside the file even to read it.
  if (cannot_open && !in_memory() && on_read_only_file_system(path_)) {
    because(ErrorKind::store_read_only, "the store lies on a file system that is read-only");
  }
  switch (primary) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      because(ErrorKind::store_busy, "the store is locked by somebody else");
      break;
    case SQLITE_INTERRUPT:
      because(ErrorKind::store_busy, "the store is being brought to this version's layout");
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
      if (db_ != nullptr && sqlite3_db_readonly(db_, "main") == 1) {
        because(ErrorKind::store_read_only,
                "the store cannot be written to, and SQLite reads such a file only while somebody who may write has it "
                "open");
      }
      [[fallthrough]];
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

void SqliteStore::gone() const {
  fail(ErrorKind::store_unavailable,
       "the store `" + path_ +
           "` was moved, deleted or replaced while it was in use: put the same file back, or "
           "restart to take the file that is there");
}

void SqliteStore::was_set_back() const {
  fail(ErrorKind::store_unavailable,
       "the store `" + path_ + "` was set back to an older state while it was in use: restart to go on with it");
}

FileState SqliteStore::check_place() const {
  const auto found = state_of(path_);
  if (!found || !found->same_file(known_->file) || found->size == 0) gone();
  return *found;
}

void SqliteStore::begin(Slot slot, const char* sql) {
  if (!in_memory()) {
    const auto found = check_place();
    if (found != seen_) {
      // Somebody wrote to the file itself: SQLite, which moves its log into it, or a copy that was put over it.
      sqlite3_db_release_memory(db_);
      sources_.clear();
      seen_ = found;
      age_known_ = false;
    }
  }
  added_ = 0;
  SqliteStatement(*this, slot, sql).run();
  if (!in_memory() && (!age_known_ || known_->set_back)) check_age();
  age_known_ = true;
}

/// A number is never given to two persons, so an older copy is known by its lower number.
void SqliteStore::check_age() {
  const std::int64_t known = known_->persons;  // before the transaction has a snapshot
  SqliteStatement query(*this, s_highest_person, "SELECT seq FROM sqlite_sequence WHERE name = 'person'");
  const auto highest = query.step() ? query.number(0) : 0;
  if (highest < known) known_->set_back = true;
  if (known_->set_back) was_set_back();
  known_->met(highest);
}

namespace {

void refuse(std::optional<Error> error) {
  if (error) throw StoreFailure{.error = std::move(*error)};
}

}  // namespace

void SqliteStore::check_file() const {
  if (in_memory()) return;
  if (known_->opened && !state_of(path_)) gone();
  refuse(check_file_system(path_));
  if (!known_->opened) create_private(path_);
  refuse(keep_private(path_));
}

bool SqliteStore::open() {
  if (db_ != nullptr) return false;
  // An empty store in its place would let everybody sign up again.
  if (in_memory() && (known_->opened || getpid() != home_)) {
    fail(ErrorKind::store_unavailable, "a store in memory lives in the process that made it only");
  }
  if (known_->set_back) was_set_back();
  broken_ = committing_ = many_ = false;
  try {
    // One at a time: see create_private(), which closes a descriptor.
    static std::mutex opening;
    std::unique_lock lock(opening);
    check_file();
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    const int code = sqlite3_open_v2(path_.c_str(), &db_, flags, nullptr);
    if (code != SQLITE_OK) failed(code);
    sqlite3_busy_handler(db_, wait, this);
    sqlite3_wal_hook(db_, committed, this);
    log_pages_ = log_seen_ = 0;
    if (!in_memory()) {
      const auto there = state_of(path_);
      int moved = 1;
      sqlite3_file_control(db_, nullptr, SQLITE_FCNTL_HAS_MOVED, &moved);
      if (!there || moved != 0 || (known_->opened && !there->same_file(known_->file))) gone();
      seen_ = *there;
      age_known_ = false;
    }
    // So would a new file in the place of the one there was: its version would be 0.
    if (known_->opened && pragma("PRAGMA user_version") == 0) gone();
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
    execute("PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF; PRAGMA journal_size_limit = 67108864");
    lock.unlock();  // what follows may take long, and other registries are opened meanwhile
    migrate();
    execute("PRAGMA foreign_keys = ON");
    if (!in_memory()) refuse(keep_private(path_));  // somebody else may have made the log meanwhile
    lock.lock();
    if (!known_->opened) {
      if (!in_memory()) known_->file = seen_;
      known_->opened = true;
    }
  } catch (...) {
    close();
    throw;
  }
  return true;
}

void SqliteStore::expect_many() {
  if (std::exchange(many_, true)) return;
  execute("PRAGMA cache_size = -65536");  // keys are spread over the whole table
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

void SqliteStore::close() noexcept {
  sources_.clear();
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

void SqliteStore::begin_read() {
  writing_ = false;
  begin(s_begin_read, "BEGIN");
}

void SqliteStore::begin_write(const std::vector<std::int64_t>&) {
  // SQLite has one writer for each file, which is the lock.
  writing_ = true;
  begin(s_begin_write, "BEGIN IMMEDIATE");
}

void SqliteStore::commit() {
  if (writing_) {
    store_counts();
    if (!in_memory()) check_place();
  }
  committing_ = true;
  SqliteStatement(*this, s_commit, "COMMIT").run();
  committing_ = false;
  known_->met(std::exchange(added_, 0));
}

// ---- the log ------------------------------------------------------------------------------------

namespace {

constexpr int log_to_move = 1'000;  // pages, of 4 KiB
constexpr int longest_log = 8'000;  // unless a reader needs it

}  // namespace

int SqliteStore::committed(void* self, sqlite3* db, const char* name, int pages) noexcept {
  static_cast<SqliteStore*>(self)->log_pages_ = pages;
  // Somebody else moves the log into the file while this connection writes on, so there is little left to move here.
  // Without a pause in the writing, only this makes the log begin anew.
  if (pages >= longest_log) sqlite3_wal_checkpoint_v2(db, name, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  return SQLITE_OK;
}

bool SqliteStore::wants_upkeep() noexcept {
  if (log_pages_ < log_seen_) log_seen_ = 0;  // it began anew
  if (log_pages_ - log_seen_ < log_to_move) return false;
  log_seen_ = log_pages_;
  return true;
}

void SqliteStore::upkeep() {
  check_place();
  const int code = sqlite3_wal_checkpoint_v2(db_, "main", SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  // Another process does it.
  if (code != SQLITE_OK && (code & 0xff) != SQLITE_BUSY) failed(code);
}

void SqliteStore::rollback() noexcept {
  committing_ = false;
  sources_.clear();
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
