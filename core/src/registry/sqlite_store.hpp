#pragma once
// The rules' statements in SQLite.

#include <sys/types.h>

#include <atomic>

#include "registry/sqlite_file.hpp"
#include "registry/store.hpp"

struct sqlite3;
struct sqlite3_context;
struct sqlite3_stmt;
struct sqlite3_value;

namespace bonin::registry_detail {

class SqliteStatement;

class SqliteStore final : public Store {
 public:
  /// `path`: a file, or `:memory:` for a store that lives as long as this object, in the process `home` only.
  /// `known`: shared by all stores of a registry. The file is created only before one of them has been open.
  SqliteStore(std::string path, std::chrono::milliseconds timeout, pid_t home,
              std::shared_ptr<KnownFile> known = std::make_shared<KnownFile>())
      : path_(std::move(path)), timeout_(timeout), home_(home), known_(std::move(known)) {}
  ~SqliteStore() override { close(); }

  bool open() override;
  void before_fork() noexcept override;
  void begin_read() override;
  void begin_write(const std::vector<std::int64_t>& locks) override;
  void commit() override;
  void rollback() noexcept override;

  std::vector<PepperRow> peppers() override;
  void add_pepper(const PepperRow&) override;
  bool uses_pepper(std::string_view id) override;

  std::optional<Hit> key(const Hash&) override;
  std::vector<KeyRow> keys_of(std::int64_t first, std::int64_t last) override;
  void add_key(const KeyRow&) override;
  void erase_key(const Hash&) override;
  void move_key(const Hash& from, const Hash& to, std::string_view pepper) override;

  void expect_many() override;
  std::optional<PersonRow> person(std::int64_t id) override;
  std::optional<PersonRow> person_of_account(std::string_view account) override;
  std::optional<PersonRow> person_of_reservation(std::string_view reservation) override;
  std::int64_t add_person(const PersonRow& row) override { return add_person(row, {}); }
  void add_person_with(const PersonRow& person, std::vector<KeyRow> keys) override;
  void put_person(const PersonRow&) override;
  void erase_person(std::int64_t id) override;
  std::int64_t erase_lapsed(Millis before, int limit) override;
  std::vector<PersonRow> persons_after(std::int64_t id, int limit) override;

  std::optional<UseRow> use(std::string_view id_hash) override;
  void add_use(const UseRow&) override;
  void touch_use(std::string_view id_hash, Millis used_at) override;
  void erase_use(std::string_view id_hash, Millis used_at) override;
  ErasedUses erase_uses(Millis before, std::string_view after, int rows) override;
  std::vector<UseRow> uses_after(std::string_view id_hash, int limit) override;

  bool wants_upkeep() noexcept override;
  void upkeep() override;

  Counts counts() override;
  std::vector<std::pair<std::string, std::int64_t>> keys_by_pepper() override;

  /// Runs a statement that answers nothing. For tests and for opening.
  void execute(const char* sql);

 private:
  friend class SqliteStatement;
  /// One slot a statement, prepared at first use and kept.
  enum Slot : std::size_t {
    s_begin_read,
    s_begin_write,
    s_commit,
    s_rollback,
    s_peppers,
    s_add_pepper,
    s_uses_pepper,
    s_key,
    s_keys_of,
    s_add_key,
    s_add_key_head,
    s_source_and_person,
    s_move_key,
    s_key_heads,
    s_put_key_heads,
    s_erase_key,
    s_erase_keys,
    s_source,
    s_source_of,
    s_add_source,
    s_add_to_source,
    s_person,
    s_person_of_account,
    s_person_of_reservation,
    s_add_person,
    s_put_person,
    s_erase_person,
    s_erase_lapsed,
    s_persons_after,
    s_use,
    s_add_use,
    s_touch_use,
    s_erase_use,
    s_last_use,
    s_erase_uses,
    s_uses_after,
    s_counts,
    s_keys_by_pepper,
    s_highest_person,
    slot_count,
  };
  sqlite3_stmt* statement(Slot slot, const char* sql);
  void check_file() const;
  void begin(Slot slot, const char* sql);
  /// Fails unless the file at the path is the one that the registry has opened first.
  FileState check_place() const;
  /// Fails when the file is an older copy of it. First in a transaction.
  void check_age();
  [[noreturn]] void gone() const;
  [[noreturn]] void was_set_back() const;
  void migrate();
  /// SQLite tells how long the log is after a commit.
  static int committed(void* self, sqlite3* db, const char* name, int pages) noexcept;
  /// SQLite asks in the middle of a migration whether to end it.
  static int give_way(void* self) noexcept;
  /// What the keys of one kind, pepper and provider have in common.
  struct Source {
    std::int64_t id = 0;
    KeyKind kind = KeyKind::ci;
    std::string pepper;
    std::string provider;
    std::int64_t added = 0;  // its keys that this transaction has added, less those that it has removed
  };
  Source& source(std::int64_t id);
  Source& source_of(KeyKind kind, std::string_view pepper, std::string_view provider);
  static void count_source(sqlite3_context* context, int count, sqlite3_value** values) noexcept;
  /// Writes down how many keys of each source this transaction has added.
  void store_counts();
  std::int64_t add_person(const PersonRow&, std::string_view key_heads);
  void add_row(const KeyRow&);
  std::string key_heads(std::int64_t person);
  /// Of a key: numbers of the person and of the source.
  struct Owner {
    std::int64_t person = 0;
    std::int64_t source = 0;
  };
  std::optional<Owner> owner_of(const Hash&);
  /// In the person's row. `by` may be empty.
  void replace_head(std::int64_t person, const Hash& of, std::string_view by);
  std::int64_t pragma(const char* sql);
  [[noreturn]] void failed(int code);
  void close() noexcept;
  /// SQLite asks for the n-th time (from 0) whether to go on waiting for a lock; 0: no.
  static int wait(void* self, int n) noexcept;
  bool in_memory() const { return path_ == ":memory:"; }

  const std::string path_;
  const std::chrono::milliseconds timeout_;
  const pid_t home_;
  const std::shared_ptr<KnownFile> known_;
  sqlite3* db_ = nullptr;
  std::array<sqlite3_stmt*, slot_count> statements_{};
  std::chrono::steady_clock::time_point waiting_since_{};
  bool broken_ = false;  // nothing more is asked of this connection
  bool committing_ = false;
  bool many_ = false;  // this connection is set up for many rows
  bool writing_ = false;
  FileState seen_;               // of the open file, when it was last looked at
  bool age_known_ = false;       // of what was seen then
  std::int64_t added_ = 0;       // the highest number that this transaction has given to a person
  bool gave_way_ = false;        // a wait ended for a fork's sake
  int log_pages_ = 0;            // after the last commit
  int log_seen_ = 0;             // when upkeep was last wanted
  std::vector<Source> sources_;  // those that were met; of an open transaction too, so a rollback forgets them
};

}  // namespace bonin::registry_detail
