#pragma once
// The rules' statements in PostgreSQL.

#include <unordered_map>

#include "registry/distant_store.hpp"
#include "registry/postgres_address.hpp"

struct pg_conn;
struct pg_result;

/// The server's time, in milliseconds since 1970.
#define BONIN_TIME "(extract(epoch FROM clock_timestamp()) * 1000)::bigint"

namespace bonin::registry_detail {

/// What all connections of a registry know of the database.
struct KnownState {
  std::atomic<bool> set_back{false};  // what it had committed is not there any more
};

class PostgresStore final : public DistantStore {
 public:
  /// `url`: a connection string as libpq reads it. `schema`: the one of the tables.
  PostgresStore(Secret url, std::string schema, std::chrono::milliseconds timeout, std::shared_ptr<KnownState> known);
  ~PostgresStore() override { close(); }

  bool open() override;
  void begin_read() override;
  /// In one statement.
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

  void expect_many() override;
  Found find_many(const std::vector<Hash>& keys, const std::vector<std::string>& accounts) override;
  std::vector<Held> hold(const std::vector<std::int64_t>& ids) override;
  void add_persons(std::vector<NewPerson>) override;
  void add_keys(const std::vector<KeyRow>&) override;
  void move_keys(const std::vector<MovedKey>&, std::string_view pepper) override;
  std::vector<UseRow> find_uses(const std::vector<std::string>& id_hashes) override;
  void add_uses(const std::vector<UseRow>&) override;
  std::vector<UseRow> uses_after(std::string_view id_hash, int limit) override;

  void add_use(const UseRow&) override;
  void touch_use(std::string_view id_hash, Millis used_at) override;
  void erase_use(std::string_view id_hash, Millis used_at) override;
  ErasedUses erase_uses(Millis before, std::string_view after, int rows) override;

  Counts counts() override;
  std::vector<std::pair<std::string, std::int64_t>> keys_by_pepper() override;

 private:
  std::vector<PepperRow> ask_peppers() override;
  bool ask_uses_pepper(std::string_view id) override;
  std::optional<Hit> ask_key(const Hash&) override;
  std::optional<PersonRow> ask_person_of_account(std::string_view account) override;
  std::optional<PersonRow> ask_person_of_reservation(std::string_view reservation) override;
  std::optional<UseRow> ask_use(std::string_view id_hash) override;

  struct Clear {
    void operator()(pg_result* result) const noexcept;
  };
  using Rows = std::unique_ptr<pg_result, Clear>;
  class Arguments;
  using Time = std::chrono::steady_clock::time_point;

  /// As the server gets it.
  struct Statement {
    std::string sql;
    std::string name;
    bool prepared = false;
  };
  Statement& statement(std::string_view sql);
  /// One statement. `sql` is a constant.
  Rows run(std::string_view sql, const Arguments&);
  /// Sends it with its text, whatever is prepared.
  void send_text(std::string_view sql, const Arguments&);
  void commit_write();
  /// Sends it, and does not wait for the answer.
  void send(std::string_view sql, const Arguments&);
  /// The rows of each statement that was sent since the pipeline began, in their order.
  std::vector<Rows> answers();
  /// A statement whose answer comes with that of the next one that is asked for, or of the COMMIT.
  void post(std::string_view sql, const Arguments&);
  /// The same, planned for these values: of many rows.
  void post_text(std::string_view sql, const Arguments&);
  std::optional<PersonRow> one_person(std::string_view read, std::string_view write, const Arguments&);
  /// Any number of statements, in one flight.
  Rows simple(std::string_view sql);
  /// The rows of the last of what was sent that has any, or throws; in every case the connection has nothing more to
  /// say.
  Rows answer();
  bool wait_for_answer();
  /// Waits until the server can be written to or read from (POLLOUT, POLLIN), without keeping a fork waiting. False: it
  /// stays silent until the deadline, or the registry ends.
  bool wait(short events, Time deadline) const;
  void connect();
  bool connect_to(const PostgresHost& host, Time deadline);
  /// Of the tables; 0: there are none. What is to be said `before` and `after` needs no flights of its own.
  long version(const std::string& before, const std::string& after);
  void migrate();
  /// Fails when the transaction that this connection's predecessor committed last is not there: a backup took the
  /// database's place, or a replica that had not got it yet.
  void check_age();
  [[noreturn]] void failed(const pg_result*);
  [[noreturn]] void lost();
  void close() noexcept;

  const Secret url_;
  const std::string schema_;
  const std::chrono::milliseconds timeout_;
  const std::string settings_;  // of each transaction, for a pooler gives the next one another session
  const std::shared_ptr<KnownState> known_;
  const std::string lane_;    // names this store's row in `writer`
  std::string token_;         // of the write transaction under way
  std::string unanswered_;    // of the one whose COMMIT got no answer
  std::string acknowledged_;  // of the last one that was committed
  Time acknowledged_at_{};
  pg_conn* connection_ = nullptr;
  std::unordered_map<std::string_view, Statement> statements_;
  std::vector<Statement*> preparing_;  // in the pipeline that is under way
  bool named_ = false;                 // statements are prepared once: the session is this connection's own
  bool never_named_ = false;           // a named one was not found: there is a pooler after all
  bool wrote_ = false;                 // this connection has committed something
  bool writing_ = false;
  bool committing_ = false;
};

}  // namespace bonin::registry_detail
