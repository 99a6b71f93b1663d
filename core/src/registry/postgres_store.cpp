#include "registry/postgres_store.hpp"

#include "registry/postgres_rows.hpp"

namespace bonin::registry_detail {
// A row that is about to be written is locked as it is read.
std::optional<PersonRow> PostgresStore::one_person(std::string_view read, std::string_view write,
                                                   const Arguments& arguments) {
  const auto rows = run(writing_ ? write : read, arguments);
  if (PQntuples(rows.get()) == 0) return std::nullopt;
  return person_at(rows.get(), 0);
}

// ---- peppers ------------------------------------------------------------------------------------

std::vector<PepperRow> PostgresStore::ask_peppers() {
  const auto rows = run("SELECT id, proof FROM bonin.pepper", {});
  std::vector<PepperRow> found;
  for (int i = 0; i < PQntuples(rows.get()); ++i) found.push_back({text(rows.get(), i, 0), text(rows.get(), i, 1)});
  return found;
}

void PostgresStore::add_pepper(const PepperRow& row) {
  // Another machine with the same pepper may be adding it as well; with another key of that id it fails at the check.
  post("INSERT INTO bonin.pepper (id, proof) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING", Arguments()
                                                                                               << row.id << row.proof);
}

bool PostgresStore::ask_uses_pepper(std::string_view id) {
  const auto rows = run("SELECT 1 FROM bonin.person_key WHERE pepper = $1 LIMIT 1", Arguments() << id);
  return PQntuples(rows.get()) > 0;
}

// ---- keys ---------------------------------------------------------------------------------------

std::optional<Hit> PostgresStore::ask_key(const Hash& hash) {
#define BONIN_KEY \
  "SELECT k.pepper, " BONIN_PERSON " FROM bonin.person_key k JOIN bonin.person p ON p.id = k.person WHERE k.hash = $1"
  const auto rows = run(writing_ ? std::string_view(BONIN_KEY " FOR UPDATE OF p") : BONIN_KEY, Arguments() << hash);
#undef BONIN_KEY
  if (PQntuples(rows.get()) == 0) return std::nullopt;
  return Hit{text(rows.get(), 0, 0), person_at(rows.get(), 0, 1)};
}

std::vector<KeyRow> PostgresStore::keys_of(std::int64_t first, std::int64_t last) {
  const auto rows = run("SELECT " BONIN_KEY_ROW
                        " FROM bonin.person_key k WHERE k.person BETWEEN $1 AND $2 ORDER BY k.person, k.kind, k.hash",
                        Arguments() << first << last);
  std::vector<KeyRow> keys;
  for (int i = 0; i < PQntuples(rows.get()); ++i) keys.push_back(key_at(rows.get(), i));
  return keys;
}

void PostgresStore::add_key(const KeyRow& row) {
  ahead_.keys.erase(row.hash);
  post(
      "INSERT INTO bonin.person_key (hash, kind, pepper, person, provider, received_at) "
      "VALUES ($1, $2, $3, $4, $5, $6)",
      Arguments() << row.hash << static_cast<std::int64_t>(row.kind) << row.pepper << row.person << row.provider
                  << row.received_at);
}

void PostgresStore::erase_key(const Hash& hash) {
  ahead_.keys.erase(hash);
  post("DELETE FROM bonin.person_key WHERE hash = $1", Arguments() << hash);
}

void PostgresStore::move_key(const Hash& from, const Hash& to, std::string_view pepper) {
  ahead_.keys.erase(from);
  ahead_.keys.erase(to);
  post("UPDATE bonin.person_key SET hash = $1, pepper = $2 WHERE hash = $3", Arguments() << to << pepper << from);
}

// ---- persons ------------------------------------------------------------------------------------

#define BONIN_PERSON_BY(column) "SELECT " BONIN_PERSON " FROM bonin.person p WHERE p." column " = $1"

std::optional<PersonRow> PostgresStore::person(std::int64_t id) {
  return one_person(BONIN_PERSON_BY("id"), BONIN_PERSON_BY("id") " FOR UPDATE", Arguments() << id);
}

std::optional<PersonRow> PostgresStore::ask_person_of_account(std::string_view account) {
  return one_person(BONIN_PERSON_BY("account"), BONIN_PERSON_BY("account") " FOR UPDATE", Arguments() << account);
}

std::optional<PersonRow> PostgresStore::ask_person_of_reservation(std::string_view reservation) {
  return one_person(BONIN_PERSON_BY("reservation"), BONIN_PERSON_BY("reservation") " FOR UPDATE",
                    Arguments() << reservation);
}

std::int64_t PostgresStore::add_person(const PersonRow& row) {
  forget(row);
  const auto rows =
      run("INSERT INTO bonin.person (account, rejoin_at, banned_until, ban_reason, reservation, "
          "reserved_for, reserved_until, kept_until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
          Arguments().bind(row));
  return number(rows.get(), 0, 0);
}

void PostgresStore::add_person_with(const PersonRow& row, std::vector<KeyRow> keys) {
  if (keys.empty()) return static_cast<void>(add_person(row));
  forget(row);
  Array hashes, kinds;
  for (const auto& key : keys) {
    ahead_.keys.erase(key.hash);
    hashes.add(key.hash);
    kinds.add(static_cast<std::int64_t>(key.kind));
  }
  post(
      "WITH p AS (INSERT INTO bonin.person (account, rejoin_at, banned_until, ban_reason, reservation, reserved_for, "
      "reserved_until, kept_until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id) "
      "INSERT INTO bonin.person_key (hash, kind, pepper, person, provider, received_at) "
      "SELECT k.hash, k.kind, $11, p.id, $12, $13 FROM p, unnest($9::bytea[], $10::smallint[]) AS k (hash, kind)",
      Arguments().bind(row) << hashes.take() << kinds.take() << keys[0].pepper << keys[0].provider
                            << keys[0].received_at);
}

void PostgresStore::put_person(const PersonRow& row) {
  forget(row.id);
  forget(row);
  post(
      "UPDATE bonin.person SET account = $1, rejoin_at = $2, banned_until = $3, ban_reason = $4, reservation = $5, "
      "reserved_for = $6, reserved_until = $7, kept_until = $8 WHERE id = $9",
      Arguments().bind(row) << row.id);
}

void PostgresStore::erase_person(std::int64_t id) {
  forget(id);
  post("DELETE FROM bonin.person WHERE id = $1", Arguments() << id);
}

std::int64_t PostgresStore::erase_lapsed(Millis before, int limit) {
  ahead_ = {};
  // Whatever somebody else is about to use is left alone.
  const auto rows =
      run("WITH gone AS (DELETE FROM bonin.person WHERE id IN (SELECT id FROM bonin.person WHERE account IS NULL AND "
          "kept_until <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING 1) SELECT count(*) FROM gone",
          Arguments() << before << static_cast<std::int64_t>(limit));
  post("DELETE FROM bonin.writer WHERE at < now() - interval '1 day'", {});
  return number(rows.get(), 0, 0);
}

std::vector<PersonRow> PostgresStore::persons_after(std::int64_t id, int limit) {
  const auto rows = run("SELECT " BONIN_PERSON " FROM bonin.person p WHERE p.id > $1 ORDER BY p.id LIMIT $2",
                        Arguments() << id << static_cast<std::int64_t>(limit));
  std::vector<PersonRow> found;
  for (int i = 0; i < PQntuples(rows.get()); ++i) found.push_back(person_at(rows.get(), i));
  return found;
}

// ---- uses and numbers ---------------------------------------------------------------------------

std::optional<UseRow> PostgresStore::ask_use(std::string_view id_hash) {
  const auto rows = run("SELECT id_hash, subject_hash, used_at FROM bonin.used_verification WHERE id_hash = $1",
                        Arguments() << id_hash);
  if (PQntuples(rows.get()) == 0) return std::nullopt;
  return use_at(rows.get(), 0);
}

void PostgresStore::add_use(const UseRow& row) {
  ahead_.uses.erase(row.id_hash);
  post("INSERT INTO bonin.used_verification (id_hash, subject_hash, used_at) VALUES ($1, $2, $3)",
       Arguments() << row.id_hash << row.subject_hash << row.used_at);
}

void PostgresStore::touch_use(std::string_view id_hash, Millis used_at) {
  ahead_.uses.erase(std::string(id_hash));
  post("UPDATE bonin.used_verification SET used_at = $1 WHERE id_hash = $2", Arguments() << used_at << id_hash);
}

void PostgresStore::erase_use(std::string_view id_hash, Millis used_at) {
  ahead_.uses.erase(std::string(id_hash));
  post("DELETE FROM bonin.used_verification WHERE id_hash = $1 AND used_at = $2", Arguments() << id_hash << used_at);
}

ErasedUses PostgresStore::erase_uses(Millis before, std::string_view after, int rows) {
  const auto told =
      run("WITH slice AS (SELECT id_hash FROM bonin.used_verification WHERE id_hash > $1 "
          "ORDER BY id_hash LIMIT $2), "
          "gone AS (DELETE FROM bonin.used_verification u USING slice s "
          "WHERE u.id_hash = s.id_hash AND u.used_at < $3 RETURNING 1) "
          "SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM slice), (SELECT max(id_hash) FROM slice)",
          Arguments() << after << static_cast<std::int64_t>(rows) << before);
  ahead_.uses.clear();
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
