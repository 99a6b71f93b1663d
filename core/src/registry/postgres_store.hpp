#pragma once
// The rules' statements in PostgreSQL.

#include <bitset>

#include "registry/postgres_address.hpp"
#include "registry/store.hpp"

struct pg_conn;
struct pg_result;

namespace bonin::registry_detail {

class PostgresStore final : public Store {
 public:
  /// `url`: a connection string as libpq reads it.
  PostgresStore(Secret url, std::chrono::milliseconds timeout);
  ~PostgresStore() override { close(); }

  bool open() override;
  bool may_hang() const noexcept override { return true; }
  void begin_read() override;
  void begin_write(const std::vector<std::int64_t>& locks) override;
  void commit() override;
  void rollback() noexcept override;
  bool took_effect() override;

  std::vector<PepperRow> peppers() override;
  void add_pepper(const PepperRow&) override;
  bool uses_pepper(std::string_view id) override;

  std::optional<Hit> key(const Hash&) override;
  std::vector<KeyRow> keys_of(std::int64_t first, std::int64_t last) override;
  void add_key(const KeyRow&) override;
  void move_key(const Hash& from, const Hash& to, std::string_view pepper) override;

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

  Counts counts() override;
  std::vector<std::pair<std::string, std::int64_t>> keys_by_pepper() override;

 private:
  struct Clear {
    void operator()(pg_result* result) const noexcept;
  };
  using Rows = std::unique_ptr<pg_result, Clear>;
  class Arguments;
  using Time = std::chrono::steady_clock::time_point;

  struct Statement {
    std::size_t slot;
    const char* sql;
  };
  Rows run(const Statement&, const Arguments&);
  std::optional<PersonRow> one_person(const Statement& read, const Statement& write, const Arguments&);
  Rows simple(const std::string& sql);
  /// The last result of what was sent, or throws; in every case the connection has nothing more to say.
  Rows answer();
  bool wait_for_answer();
  /// Waits until the server can be written to or read from (POLLOUT, POLLIN), without keeping a fork waiting. False: it
  /// stays silent until the deadline, or the registry ends.
  bool wait(short events, Time deadline) const;
  void connect();
  bool connect_to(const PostgresHost& host, Time deadline);
  void migrate();
  [[noreturn]] void failed(const pg_result*);
  [[noreturn]] void lost();
  void close() noexcept;

  const Secret url_;
  const std::chrono::milliseconds timeout_;
  const std::string lane_;  // names this store's row in `writer`
  std::string token_;       // of the write transaction under way
  std::string unanswered_;  // of the one whose COMMIT got no answer
  pg_conn* connection_ = nullptr;
  std::bitset<64> prepared_;
  bool writing_ = false;
  bool committing_ = false;
};

}  // namespace bonin::registry_detail
