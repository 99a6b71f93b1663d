#pragma once
// The rules' statements in SQLite.

#include <sys/types.h>

#include <atomic>

#include "registry/sqlite_file.hpp"
#include "registry/store.hpp"

struct sqlite3;
struct sqlite3_stmt;

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
  void move_key(const Hash& from, const Hash& to, std::string_view pepper) override;

  void expect_many() override;
  std::optional<PersonRow> person(std::int64_t id) override;
  std::optional<PersonRow> person_of_account(std::string_view account) override;
  std::optional<PersonRow> person_of_reservation(std::string_view reservation) override;
  std::int64_t add_person(const PersonRow&) override;
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
    s_move_key,
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
  FileState seen_;          // of the open file, when it was last looked at
  bool age_known_ = false;  // of what was seen then
  std::int64_t added_ = 0;  // the highest number that this transaction has given to a person
  bool gave_way_ = false;   // a wait ended for a fork's sake
};

}  // namespace bonin::registry_detail
