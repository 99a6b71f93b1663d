#include "registry/postgres_store.hpp"

#include <libpq-fe.h>

#include <cstdlib>
#include <cstring>
#include <deque>

#include "registry/keyring.hpp"
#include "registry/person_columns.hpp"
#include "registry/postgres_schema.hpp"

namespace bonin::registry_detail {

/// The values of a statement, as text; a hash as bytes.
class PostgresStore::Arguments {
 public:
  Arguments& operator<<(std::string_view text) { return keep(std::string(text), 0); }
  Arguments& operator<<(std::int64_t number) { return keep(std::to_string(number), 0); }
  Arguments& operator<<(const Hash& hash) {
    return keep(std::string(reinterpret_cast<const char*>(hash.data()), hash.size()), 1);
  }
  /// An empty text is NULL.
  Arguments& or_null(std::string_view text) {
    if (!text.empty()) return *this << text;
    values_.push_back(nullptr);
    lengths_.push_back(0);
    formats_.push_back(0);
    return *this;
  }
  Arguments& bind(const PersonRow& row) {
    or_null(row.account);
    *this << row.rejoin_at << row.banned_until << row.ban_reason;
    or_null(row.reservation);
    return *this << row.reserved_for << row.reserved_until << row.kept_until();
  }

  int size() const { return static_cast<int>(values_.size()); }
  const char* const* values() const { return values_.data(); }
  const int* lengths() const { return lengths_.data(); }
  const int* formats() const { return formats_.data(); }

 private:
  Arguments& keep(std::string text, int format) {
    lengths_.push_back(static_cast<int>(text.size()));
    formats_.push_back(format);
    kept_.push_back(std::move(text));
    values_.push_back(kept_.back().c_str());
    return *this;
  }
  std::deque<std::string> kept_;  // does not move what it holds
  std::vector<const char*> values_;
  std::vector<int> lengths_, formats_;
};

namespace {

std::int64_t number(const pg_result* rows, int row, int column) {
  return std::strtoll(PQgetvalue(rows, row, column), nullptr, 10);
}

std::string text(const pg_result* rows, int row, int column) {
  return {PQgetvalue(rows, row, column), static_cast<std::size_t>(PQgetlength(rows, row, column))};
}

PersonRow person_at(const pg_result* rows, int row, int first = 0) {
  PersonRow person;
  person.id = number(rows, row, first);
  person.account = text(rows, row, first + 1);
  person.rejoin_at = number(rows, row, first + 2);
  person.banned_until = number(rows, row, first + 3);
  person.ban_reason = text(rows, row, first + 4);
  person.reservation = text(rows, row, first + 5);
  person.reserved_for = text(rows, row, first + 6);
  person.reserved_until = number(rows, row, first + 7);
  return person;
}

Hash hash_of_hex(std::string_view hex) {
  const auto digit = [](char c) { return static_cast<std::uint8_t>(c <= '9' ? c - '0' : c - 'a' + 10); };
  Hash hash{};
  for (std::size_t i = 0; i < hash.size() && 2 * i + 1 < hex.size(); ++i) {
    hash[i] = static_cast<std::uint8_t>(digit(hex[2 * i]) << 4 | digit(hex[2 * i + 1]));
  }
  return hash;
}

}  // namespace

PostgresStore::Statement& PostgresStore::statement(std::string_view sql) {
  auto& statement = statements_[sql];
  if (statement.sql.empty()) {
    statement.sql = in_schema(sql, schema_);
    // Named by its text: whoever finds a statement of this name, another version of bonin included, finds this one.
    statement.name = "bonin_" + digest({statement.sql}).substr(0, 32);
  }
  return statement;
}

PostgresStore::Rows PostgresStore::run(std::string_view sql, const Arguments& arguments) {
  auto& statement = this->statement(sql);
  if (!named_) {
    if (PQsendQueryParams(connection_, statement.sql.c_str(), arguments.size(), nullptr, arguments.values(),
                          arguments.lengths(), arguments.formats(), 0) == 0) {
      lost();
    }
    return answer();
  }
  if (!statement.prepared) {
    if (PQsendPrepare(connection_, statement.name.c_str(), statement.sql.c_str(), 0, nullptr) == 0) lost();
    answer();
    statement.prepared = true;
  }
  if (PQsendQueryPrepared(connection_, statement.name.c_str(), arguments.size(), arguments.values(),
                          arguments.lengths(), arguments.formats(), 0) == 0) {
    lost();
  }
  return answer();
}

// A row that is about to be written is locked as it is read.
std::optional<PersonRow> PostgresStore::one_person(std::string_view read, std::string_view write,
                                                   const Arguments& arguments) {
  const auto rows = run(writing_ ? write : read, arguments);
  if (PQntuples(rows.get()) == 0) return std::nullopt;
  return person_at(rows.get(), 0);
}

// ---- peppers ------------------------------------------------------------------------------------

std::vector<PepperRow> PostgresStore::peppers() {
  const auto rows = run("SELECT id, proof FROM bonin.pepper", {});
  std::vector<PepperRow> found;
  for (int i = 0; i < PQntuples(rows.get()); ++i) found.push_back({text(rows.get(), i, 0), text(rows.get(), i, 1)});
  return found;
}

void PostgresStore::add_pepper(const PepperRow& row) {
  // Another machine with the same pepper may be adding it as well; with another key of that id it fails at the check.
  run("INSERT INTO bonin.pepper (id, proof) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING", Arguments()
                                                                                              << row.id << row.proof);
}

bool PostgresStore::uses_pepper(std::string_view id) {
  const auto rows = run("SELECT 1 FROM bonin.person_key WHERE pepper = $1 LIMIT 1", Arguments() << id);
  return PQntuples(rows.get()) > 0;
}

// ---- keys ---------------------------------------------------------------------------------------

std::optional<Hit> PostgresStore::key(const Hash& hash) {
#define BONIN_KEY \
  "SELECT k.pepper, " BONIN_PERSON " FROM bonin.person_key k JOIN bonin.person p ON p.id = k.person WHERE k.hash = $1"
  const auto rows = run(writing_ ? std::string_view(BONIN_KEY " FOR UPDATE OF p") : BONIN_KEY, Arguments() << hash);
#undef BONIN_KEY
  if (PQntuples(rows.get()) == 0) return std::nullopt;
  return Hit{text(rows.get(), 0, 0), person_at(rows.get(), 0, 1)};
}

std::vector<KeyRow> PostgresStore::keys_of(std::int64_t first, std::int64_t last) {
  const auto rows =
      run("SELECT encode(hash, 'hex'), kind, pepper, person, provider, received_at "
          "FROM bonin.person_key WHERE person BETWEEN $1 AND $2 ORDER BY person, kind, hash",
          Arguments() << first << last);
  std::vector<KeyRow> keys;
  for (int i = 0; i < PQntuples(rows.get()); ++i) {
    keys.push_back({hash_of_hex(text(rows.get(), i, 0)), static_cast<KeyKind>(number(rows.get(), i, 1)),
                    text(rows.get(), i, 2), number(rows.get(), i, 3), text(rows.get(), i, 4),
                    number(rows.get(), i, 5)});
  }
  return keys;
}

void PostgresStore::add_key(const KeyRow& row) {
  run("INSERT INTO bonin.person_key (hash, kind, pepper, person, provider, received_at) "
      "VALUES ($1, $2, $3, $4, $5, $6)",
      Arguments() << row.hash << static_cast<std::int64_t>(row.kind) << row.pepper << row.person << row.provider
                  << row.received_at);
}

void PostgresStore::move_key(const Hash& from, const Hash& to, std::string_view pepper) {
  run("UPDATE bonin.person_key SET hash = $1, pepper = $2 WHERE hash = $3", Arguments() << to << pepper << from);
}

// ---- persons ------------------------------------------------------------------------------------

#define BONIN_PERSON_BY(column) "SELECT " BONIN_PERSON " FROM bonin.person p WHERE p." column " = $1"

std::optional<PersonRow> PostgresStore::person(std::int64_t id) {
  return one_person(BONIN_PERSON_BY("id"), BONIN_PERSON_BY("id") " FOR UPDATE", Arguments() << id);
}

std::optional<PersonRow> PostgresStore::person_of_account(std::string_view account) {
  return one_person(BONIN_PERSON_BY("account"), BONIN_PERSON_BY("account") " FOR UPDATE", Arguments() << account);
}

std::optional<PersonRow> PostgresStore::person_of_reservation(std::string_view reservation) {
  return one_person(BONIN_PERSON_BY("reservation"), BONIN_PERSON_BY("reservation") " FOR UPDATE",
                    Arguments() << reservation);
}

std::int64_t PostgresStore::add_person(const PersonRow& row) {
  const auto rows =
      run("INSERT INTO bonin.person (account, rejoin_at, banned_until, ban_reason, reservation, "
          "reserved_for, reserved_until, kept_until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
          Arguments().bind(row));
  return number(rows.get(), 0, 0);
}

void PostgresStore::put_person(const PersonRow& row) {
  run("UPDATE bonin.person SET account = $1, rejoin_at = $2, banned_until = $3, ban_reason = $4, reservation = $5, "
      "reserved_for = $6, reserved_until = $7, kept_until = $8 WHERE id = $9",
      Arguments().bind(row) << row.id);
}

void PostgresStore::erase_person(std::int64_t id) { run("DELETE FROM bonin.person WHERE id = $1", Arguments() << id); }

std::int64_t PostgresStore::erase_lapsed(Millis before, int limit) {
  // Whatever somebody else is about to use is left alone.
  Arguments arguments;
  arguments << before << static_cast<std::int64_t>(limit);
  const auto rows = run(
      "DELETE FROM bonin.person WHERE id IN (SELECT id FROM bonin.person WHERE account IS NULL AND kept_until <= $1 "
      "LIMIT $2 FOR UPDATE SKIP LOCKED)",
      arguments);
  simple("DELETE FROM bonin.writer WHERE at < now() - interval '1 day'");
  return std::strtoll(PQcmdTuples(rows.get()), nullptr, 10);
}

std::vector<PersonRow> PostgresStore::persons_after(std::int64_t id, int limit) {
  const auto rows = run("SELECT " BONIN_PERSON " FROM bonin.person p WHERE p.id > $1 ORDER BY p.id LIMIT $2",
                        Arguments() << id << static_cast<std::int64_t>(limit));
  std::vector<PersonRow> found;
  for (int i = 0; i < PQntuples(rows.get()); ++i) found.push_back(person_at(rows.get(), i));
  return found;
}

// ---- uses and numbers ---------------------------------------------------------------------------

std::optional<UseRow> PostgresStore::use(std::string_view id_hash) {
  const auto rows = run("SELECT id_hash, subject_hash, used_at FROM bonin.used_verification WHERE id_hash = $1",
                        Arguments() << id_hash);
  if (PQntuples(rows.get()) == 0) return std::nullopt;
  return UseRow{text(rows.get(), 0, 0), text(rows.get(), 0, 1), number(rows.get(), 0, 2)};
}

void PostgresStore::add_use(const UseRow& row) {
  run("INSERT INTO bonin.used_verification (id_hash, subject_hash, used_at) VALUES ($1, $2, $3)",
      Arguments() << row.id_hash << row.subject_hash << row.used_at);
}

void PostgresStore::touch_use(std::string_view id_hash, Millis used_at) {
  run("UPDATE bonin.used_verification SET used_at = $1 WHERE id_hash = $2", Arguments() << used_at << id_hash);
}

void PostgresStore::erase_use(std::string_view id_hash, Millis used_at) {
  run("DELETE FROM bonin.used_verification WHERE id_hash = $1 AND used_at = $2", Arguments() << id_hash << used_at);
}

ErasedUses PostgresStore::erase_uses(Millis before, std::string_view after, int rows) {
  const auto told =
      run("WITH slice AS (SELECT id_hash FROM bonin.used_verification WHERE id_hash > $1 "
          "ORDER BY id_hash LIMIT $2), "
          "gone AS (DELETE FROM bonin.used_verification u USING slice s "
          "WHERE u.id_hash = s.id_hash AND u.used_at < $3 RETURNING 1) "
          "SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM slice), (SELECT max(id_hash) FROM slice)",
          Arguments() << after << static_cast<std::int64_t>(rows) << before);
  ErasedUses slice{number(told.get(), 0, 0), {}};
  if (number(told.get(), 0, 1) == rows) slice.last = text(told.get(), 0, 2);
  return slice;
}

Counts PostgresStore::counts() {
  const auto rows =
      run("SELECT (SELECT count(*) FROM bonin.person), "
          "(SELECT count(*) FROM bonin.person WHERE account IS NOT NULL), "
          "(SELECT count(*) FROM bonin.person_key), (SELECT count(*) FROM bonin.used_verification)",
          {});
  return {number(rows.get(), 0, 0), number(rows.get(), 0, 1), number(rows.get(), 0, 2), number(rows.get(), 0, 3)};
}

std::vector<std::pair<std::string, std::int64_t>> PostgresStore::keys_by_pepper() {
  const auto rows = run("SELECT pepper, count(*) FROM bonin.person_key GROUP BY pepper", {});
  std::vector<std::pair<std::string, std::int64_t>> counts;
  for (int i = 0; i < PQntuples(rows.get()); ++i) counts.emplace_back(text(rows.get(), i, 0), number(rows.get(), i, 1));
  return counts;
}

}  // namespace bonin::registry_detail
