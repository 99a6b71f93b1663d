#include "registry/sqlite_store.hpp"

#include "registry/person_columns.hpp"
#include "registry/sqlite_statement.hpp"

namespace bonin::registry_detail {

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
  return added_ = sqlite3_last_insert_rowid(db_);
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

std::int64_t SqliteStore::erase_lapsed(Millis before, int limit) {
  SqliteStatement query(*this, s_erase_lapsed,
                        "DELETE FROM person WHERE id IN "
                        "(SELECT id FROM person WHERE account IS NULL AND kept_until <= ? LIMIT ?)");
  (query << before << static_cast<std::int64_t>(limit)).run();
  return sqlite3_changes64(db_);
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

ErasedUses SqliteStore::erase_uses(Millis before, std::string_view after, int rows) {
  ErasedUses slice;
  {
    SqliteStatement query(*this, s_last_use,
                          "SELECT id_hash FROM used_verification WHERE id_hash > ? ORDER BY id_hash LIMIT 1 OFFSET ?");
    if ((query << after << static_cast<std::int64_t>(rows - 1)).step()) slice.last = query.text(0);
  }
  SqliteStatement query(
      *this, s_erase_uses,
      "DELETE FROM used_verification WHERE id_hash > ? AND (? IS NULL OR id_hash <= ?) AND used_at < ?");
  (query << after).or_null(slice.last).or_null(slice.last);
  (query << before).run();
  slice.erased = sqlite3_changes64(db_);
  return slice;
}

std::vector<UseRow> SqliteStore::uses_after(std::string_view id_hash, int limit) {
  std::vector<UseRow> rows;
  SqliteStatement query(*this, s_uses_after,
                        "SELECT id_hash, subject_hash, used_at FROM used_verification WHERE id_hash > ? "
                        "ORDER BY id_hash LIMIT ?");
  query << id_hash << static_cast<std::int64_t>(limit);
  while (query.step()) rows.push_back({query.text(0), query.text(1), query.number(2)});
  return rows;
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
