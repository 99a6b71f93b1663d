#pragma once
// The rules' statements in MySQL and MariaDB.

#include <cstdlib>

#include "registry/distant_store.hpp"
#include "registry/mysql_address.hpp"
#include "registry/mysql_library.hpp"

namespace bonin::registry_detail {

/// What one statement answered, as bytes. NULL is empty.
struct MysqlRows {
  std::size_t columns = 0;
  std::vector<std::string> cells;

  std::size_t size() const { return columns == 0 ? 0 : cells.size() / columns; }
  const std::string& at(std::size_t row, std::size_t column) const { return cells[row * columns + column]; }
};

inline std::int64_t mysql_number(const MysqlRows& rows, std::size_t row, std::size_t column) {
  return std::strtoll(rows.at(row, column).c_str(), nullptr, 10);
}

class MysqlStore final : public DistantStore {
 public:
  MysqlStore(MysqlAddress address, std::chrono::milliseconds timeout);
  ~MysqlStore() override { close(); }

  bool open() override;
  void begin_read() override;
  /// In one flight, the COMMIT included.
  void begin_look_up(const Wanted&) override;
  /// In one flight.
  void begin_write_ahead(const std::vector<std::int64_t>& locks, const Wanted&) override;
  void commit() override;
  void rollback() noexcept override;
  bool took_effect() override;

  void add_pepper(const PepperRow&) override;

  std::vector<KeyRow> keys_of(std::int64_t first, std::int64_t last) override;
  void add_key(const KeyRow&) override;
  void erase_key(const Hash&) override;
  void move_key(const Hash& from, const Hash& to, std::string_view pepper) override;

  std::optional<PersonRow> person(std::int64_t id) override;
  std::int64_t add_person(const PersonRow&) override;
  void add_person_with(const PersonRow&, std::vector<KeyRow>) override;
  void put_person(const PersonRow&) override;
  void erase_person(std::int64_t id) override;
  std::int64_t erase_lapsed(Millis before, int limit) override;
  std::vector<PersonRow> persons_after(std::int64_t id, int limit) override;

  void add_use(const UseRow&) override;
  void touch_use(std::string_view id_hash, Millis used_at) override;
  void erase_use(std::string_view id_hash, Millis used_at) override;
  ErasedUses erase_uses(Millis before, std::string_view after, int rows) override;

  Found find_many(const std::vector<Hash>& keys, const std::vector<std::string>& accounts) override;
  std::vector<UseRow> find_uses(const std::vector<std::string>& id_hashes) override;
  std::vector<UseRow> uses_after(std::string_view id_hash, int limit) override;

  Counts counts() override;
  std::vector<std::pair<std::string, std::int64_t>> keys_by_pepper() override;

 private:
  std::vector<PepperRow> ask_peppers() override;
  bool ask_uses_pepper(std::string_view id) override;
  std::optional<Hit> ask_key(const Hash&) override;
  std::optional<PersonRow> ask_person_of_account(std::string_view account) override;
  std::optional<PersonRow> ask_person_of_reservation(std::string_view reservation) override;
  std::optional<UseRow> ask_use(std::string_view id_hash) override;

  using Time = std::chrono::steady_clock::time_point;

  /// Statements in one flight, after those that were posted. The rows of each that gives any, in their order.
  std::vector<MysqlRows> flight(std::string_view sql);
  /// The rows of a flight of one statement that gives any.
  MysqlRows run(std::string_view sql);
  /// A statement whose answer comes with that of the next flight.
  void post(const std::string& sql) {
    posted_.append(sql).append("; ");
    ++posted_count_;
  }
  std::optional<PersonRow> one_person(const std::string& where);

  /// Carries a call of the library's to its end. False: the server stays silent until the deadline, or the registry
  /// ends.
  template <class Start, class Continue>
  bool carry(Time deadline, Start start, Continue next);
  /// Waits until something of `events` (MysqlLibrary) has happened, without keeping a fork waiting. 0: nothing has.
  int wait(int events, Time deadline) const;
  void connect();
  /// The version of the tables. Throws when the server's settings, or the tables, are not as they must be.
  long inspect();
  void migrate();
  void check_flush(const MysqlRows& settings) const;
  [[noreturn]] void failed();
  [[noreturn]] void lost();
  void close() noexcept;

  const MysqlAddress address_;
  const std::chrono::milliseconds timeout_;
  const std::string lane_;  // names this store's row in `bonin_writer`
  const MysqlLibrary* library_ = nullptr;
  st_mysql* connection_ = nullptr;
  // Settings of each transaction, and their end: a pooler gives the next one another session.
  std::string reading_, read_, writing_settings_, written_;
  std::string posted_;
  std::size_t posted_count_ = 0;
  std::size_t answered_ = 0;  // statements of the last flight
  std::string token_;         // of the write transaction under way
  std::string unanswered_;    // of the one whose COMMIT got no answer
  bool wrote_ = false;        // this connection has committed something
  bool writing_ = false;
  bool in_transaction_ = false;
  bool committing_ = false;
};

}  // namespace bonin::registry_detail
