#include "registry/sqlite_store.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cstring>
#include <mutex>
#include <thread>

#include "registry/person_columns.hpp"
#include "registry/sqlite_schema.hpp"

namespace bonin::registry_detail {

/// A prepared statement at work: binds in order, steps, resets itself.
class SqliteStatement {
 public:
  SqliteStatement(SqliteStore& store, SqliteStore::Slot slot, const char* sql)
      : store_(store), statement_(store.statement(slot, sql)) {}
  SqliteStatement(const SqliteStatement&) = delete;
  SqliteStatement& operator=(const SqliteStatement&) = delete;
  ~SqliteStatement() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }

  // The caller keeps bound values alive as long as this object. They are not copied.
  SqliteStatement& operator<<(std::int64_t value) { return check(sqlite3_bind_int64(statement_, ++bound_, value)); }
  SqliteStatement& operator<<(std::string_view text) {
    const char* data = text.data() == nullptr ? "" : text.data();
    return check(sqlite3_bind_text(statement_, ++bound_, data, static_cast<int>(text.size()), SQLITE_STATIC));
  }
  SqliteStatement& operator<<(const Hash& hash) {
    return check(sqlite3_bind_blob(statement_, ++bound_, hash.data(), static_cast<int>(hash.size()), SQLITE_STATIC));
  }
  /// An empty text is NULL.
  SqliteStatement& or_null(std::string_view text) {
    if (!text.empty()) return *this << text;
    return check(sqlite3_bind_null(statement_, ++bound_));
  }

  /// True: there is a row.
  bool step() {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    store_.failed(code);
  }
  void run() { static_cast<void>(step()); }

  std::int64_t number(int column) const { return sqlite3_column_int64(statement_, column); }
  std::string text(int column) const {
    const auto* data = sqlite3_column_text(statement_, column);
    if (data == nullptr) return {};
    return {reinterpret_cast<const char*>(data), static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }
  Hash hash(int column) const {
    Hash hash{};
    const void* data = sqlite3_column_blob(statement_, column);
    if (data != nullptr && sqlite3_column_bytes(statement_, column) == static_cast<int>(hash.size())) {
      std::memcpy(hash.data(), data, hash.size());
    }
    return hash;
  }
  PersonRow person(int first = 0) const {
    PersonRow row;
    row.id = number(first);
    row.account = text(first + 1);
    row.rejoin_at = number(first + 2);
    row.banned_until = number(first + 3);
    row.ban_reason = text(first + 4);
    row.reservation = text(first + 5);
    row.reserved_for = text(first + 6);
    row.reserved_until = number(first + 7);
    return row;
  }
  SqliteStatement& bind(const PersonRow& row) {
    or_null(row.account);
    *this << row.rejoin_at << row.banned_until << row.ban_reason;
    or_null(row.reservation);
    return *this << row.reserved_for << row.reserved_until << row.kept_until();
  }

 private:
  SqliteStatement& check(int code) {
    if (code != SQLITE_OK) store_.failed(code);
    return *this;
  }

  SqliteStore& store_;
  sqlite3_stmt* const statement_;
  int bound_ = 0;
};

// ---- the connection -----------------------------------------------------------------------------

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

// ---- peppers ------------------------------------------------------------------------------------

std::vector<PepperRow> SqliteStore::peppers() {
  std::vector<PepperRow> rows;
  SqliteStatement query(*this, s_peppers, "SELECT id, proof FROM pepper");
  while (query.step()) rows.push_back({query.text(0), query.text(1)});
  return rows;
}

void SqliteStore::add_pepper(const PepperRow& row) {
  SqliteStatement query(*this, s_add_pepper, "INSERT INTO pepper (id, proof) VALUES (?, ?)");
  (query << row.id << row.proof).run();
}

bool SqliteStore::uses_pepper(std::string_view id) {
  SqliteStatement query(*this, s_uses_pepper, "SELECT 1 FROM person_key WHERE pepper = ? LIMIT 1");
  return (query << id).step();
}

// ---- keys ---------------------------------------------------------------------------------------

std::optional<Hit> SqliteStore::key(const Hash& hash) {
  SqliteStatement query(*this, s_key,
                        "SELECT k.pepper, " BONIN_PERSON
                        " FROM person_key k JOIN person p ON p.id = k.person WHERE k.hash = ?");
  if (!(query << hash).step()) return std::nullopt;
  return Hit{query.text(0), query.person(1)};
}

std::vector<KeyRow> SqliteStore::keys_of(std::int64_t first, std::int64_t last) {
  std::vector<KeyRow> rows;
  SqliteStatement query(*this, s_keys_of,
                        "SELECT hash, kind, pepper, person, provider, received_at FROM person_key "
                        "WHERE person BETWEEN ? AND ? ORDER BY person, kind, hash");
  query << first << last;
  while (query.step()) {
    rows.push_back({query.hash(0), static_cast<KeyKind>(query.number(1)), query.text(2), query.number(3), query.text(4),
                    query.number(5)});
  }
  return rows;
}

void SqliteStore::add_key(const KeyRow& row) {
  SqliteStatement query(*this, s_add_key,
                        "INSERT INTO person_key (hash, kind, pepper, person, provider, received_at) "
                        "VALUES (?, ?, ?, ?, ?, ?)");
  query << row.hash << static_cast<std::int64_t>(row.kind) << row.pepper << row.person << row.provider;
  (query << row.received_at).run();
}

void SqliteStore::move_key(const Hash& from, const Hash& to, std::string_view pepper) {
  SqliteStatement query(*this, s_move_key, "UPDATE person_key SET hash = ?, pepper = ? WHERE hash = ?");
  (query << to << pepper << from).run();
}

// ---- persons ------------------------------------------------------------------------------------

std::optional<PersonRow> SqliteStore::person(std::int64_t id) {
  SqliteStatement query(*this, s_person, "SELECT " BONIN_PERSON " FROM person p WHERE p.id = ?");
  if (!(query << id).step()) return std::nullopt;
  return query.person();
}

std::optional<PersonRow> SqliteStore::person_of_account(std::string_view account) {
  SqliteStatement query(*this, s_person_of_account, "SELECT " BONIN_PERSON " FROM person p WHERE p.account = ?");
  if (!(query << account).step()) return std::nullopt;
  return query.person();
}

std::optional<PersonRow> SqliteStore::person_of_reservation(std::string_view reservation) {
  SqliteStatement query(*this, s_person_of_reservation,
                        "SELECT " BONIN_PERSON " FROM person p WHERE p.reservation = ?");
  if (!(query << reservation).step()) return std::nullopt;
  return query.person();
}

std::int64_t SqliteStore::add_person(const PersonRow& row) {
  SqliteStatement query(*this, s_add_person,
                        "INSERT INTO person (account, rejoin_at, banned_until, ban_reason, reservation, reserved_for, "
                        "reserved_until, kept_until) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  query.bind(row).run();
  return sqlite3_last_insert_rowid(db_);
}

void SqliteStore::put_person(const PersonRow& row) {
  SqliteStatement query(*this, s_put_person,
                        "UPDATE person SET account = ?, rejoin_at = ?, banned_until = ?, ban_reason = ?, "
                        "reservation = ?, reserved_for = ?, reserved_until = ?, kept_until = ? WHERE id = ?");
  (query.bind(row) << row.id).run();
}

void SqliteStore::erase_person(std::int64_t id) {
  SqliteStatement query(*this, s_erase_person, "DELETE FROM person WHERE id = ?");
  (query << id).run();
}

void SqliteStore::erase_lapsed(Millis now, int limit) {
  SqliteStatement query(*this, s_erase_lapsed,
                        "DELETE FROM person WHERE id IN "
                        "(SELECT id FROM person WHERE account IS NULL AND kept_until <= ? LIMIT ?)");
  (query << now << static_cast<std::int64_t>(limit)).run();
}

std::vector<PersonRow> SqliteStore::persons_after(std::int64_t id, int limit) {
  std::vector<PersonRow> rows;
  SqliteStatement query(*this, s_persons_after,
                        "SELECT " BONIN_PERSON " FROM person p WHERE p.id > ? ORDER BY p.id LIMIT ?");
  query << id << static_cast<std::int64_t>(limit);
  while (query.step()) rows.push_back(query.person());
  return rows;
}

// ---- uses and numbers ---------------------------------------------------------------------------

std::optional<UseRow> SqliteStore::use(std::string_view id_hash) {
  SqliteStatement query(*this, s_use, "SELECT id_hash, subject_hash, used_at FROM used_verification WHERE id_hash = ?");
  if (!(query << id_hash).step()) return std::nullopt;
  return UseRow{query.text(0), query.text(1), query.number(2)};
}

void SqliteStore::add_use(const UseRow& row) {
  SqliteStatement query(*this, s_add_use,
                        "INSERT INTO used_verification (id_hash, subject_hash, used_at) VALUES (?, ?, ?)");
  (query << row.id_hash << row.subject_hash << row.used_at).run();
}

void SqliteStore::touch_use(std::string_view id_hash, Millis used_at) {
  SqliteStatement query(*this, s_touch_use, "UPDATE used_verification SET used_at = ? WHERE id_hash = ?");
  (query << used_at << id_hash).run();
}

void SqliteStore::erase_use(std::string_view id_hash, Millis used_at) {
  SqliteStatement query(*this, s_erase_use, "DELETE FROM used_verification WHERE id_hash = ? AND used_at = ?");
  (query << id_hash << used_at).run();
}

std::int64_t SqliteStore::erase_uses(Millis before) {
  SqliteStatement query(*this, s_erase_uses, "DELETE FROM used_verification WHERE used_at < ?");
  (query << before).run();
  return sqlite3_changes(db_);
}

Counts SqliteStore::counts() {
  SqliteStatement query(*this, s_counts,
                        "SELECT (SELECT count(*) FROM person), "
                        "(SELECT count(*) FROM person WHERE account IS NOT NULL), "
                        "(SELECT count(*) FROM person_key), (SELECT count(*) FROM used_verification)");
  query.run();
  return {query.number(0), query.number(1), query.number(2), query.number(3)};
}

std::vector<std::pair<std::string, std::int64_t>> SqliteStore::keys_by_pepper() {
  std::vector<std::pair<std::string, std::int64_t>> rows;
  SqliteStatement query(*this, s_keys_by_pepper, "SELECT pepper, count(*) FROM person_key GROUP BY pepper");
  while (query.step()) rows.emplace_back(query.text(0), query.number(1));
  return rows;
}

}  // namespace bonin::registry_detail
