#include "registry/mysql_store.hpp"

#include "registry/mysql_rows.hpp"

namespace bonin::registry_detail {
namespace {

/// `account = …, …` of an UPDATE.
std::string settings_of(const PersonRow& row) {
  return "account = " + mysql_bytes_or_null(row.account) + ", rejoin_at = " + std::to_string(row.rejoin_at) +
         ", banned_until = " + std::to_string(row.banned_until) + ", ban_reason = " + mysql_bytes(row.ban_reason) +
         ", reservation = " + mysql_bytes_or_null(row.reservation) +
         ", reserved_for = " + mysql_bytes(row.reserved_for) +
         ", reserved_until = " + std::to_string(row.reserved_until) +
         ", kept_until = " + (row.account.empty() ? std::to_string(row.kept_until()) : "NULL");
}

/// One row of bonin_person_key, of a person's number or of what gives it.
std::string key_values(const KeyRow& row, const std::string& person) {
  return "(" + mysql_bytes(row.hash) + ", " + std::to_string(static_cast<int>(row.kind)) + ", " +
         mysql_bytes(row.pepper) + ", " + person + ", " + mysql_bytes(row.provider) + ", " +
         std::to_string(row.received_at) + ")";
}

#define BONIN_MYSQL_ADD_KEY "INSERT INTO bonin_person_key (hash, kind, pepper, person, provider, received_at) VALUES "

}  // namespace

// A row that is about to be written is locked as it is read.
std::optional<PersonRow> MysqlStore::one_person(const std::string& where) {
  const auto rows =
      run("SELECT " BONIN_PERSON " FROM bonin_person p WHERE p." + where + (writing_ ? " FOR UPDATE" : ""));
  if (rows.size() == 0) return std::nullopt;
  return person_at(rows, 0);
}

// ---- peppers ------------------------------------------------------------------------------------

std::vector<PepperRow> MysqlStore::ask_peppers() { return peppers_of(run(BONIN_MYSQL_PEPPERS)); }

void MysqlStore::add_pepper(const PepperRow& row) {
  // Another machine with the same pepper may be adding it as well; with another key of that id it fails at the check.
  post("INSERT INTO bonin_pepper (id, proof) VALUES (" + mysql_bytes(row.id) + ", " + mysql_bytes(row.proof) +
       ") ON DUPLICATE KEY UPDATE id = id");
}

bool MysqlStore::ask_uses_pepper(std::string_view id) {
  const auto rows = run("SELECT 1 FROM bonin_person_key WHERE pepper = " + mysql_bytes(id) + " LIMIT 1");
  return rows.size() > 0;
}

// ---- keys ---------------------------------------------------------------------------------------

std::optional<Hit> MysqlStore::ask_key(const Hash& hash) {
  const auto rows =
      run(with_list(BONIN_MYSQL_KEYS(""), "(" + mysql_bytes(hash) + ")") + (writing_ ? " FOR UPDATE" : ""));
  if (rows.size() == 0) return std::nullopt;
  return Hit{rows.at(0, 1), person_at(rows, 0, 2)};
}

std::vector<KeyRow> MysqlStore::keys_of(std::int64_t first, std::int64_t last) {
  const auto rows =
      run("SELECT hash, kind, pepper, person, provider, received_at FROM bonin_person_key WHERE person BETWEEN " +
          std::to_string(first) + " AND " + std::to_string(last) + " ORDER BY person, kind, hash");
  std::vector<KeyRow> keys;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    keys.push_back({hash_at(rows, i, 0), static_cast<KeyKind>(mysql_number(rows, i, 1)), rows.at(i, 2),
                    mysql_number(rows, i, 3), rows.at(i, 4), mysql_number(rows, i, 5)});
  }
  return keys;
}

void MysqlStore::add_key(const KeyRow& row) {
  ahead_.keys.erase(row.hash);
  post(BONIN_MYSQL_ADD_KEY + key_values(row, std::to_string(row.person)));
}

void MysqlStore::erase_key(const Hash& hash) {
  ahead_.keys.erase(hash);
  post("DELETE FROM bonin_person_key WHERE hash = " + mysql_bytes(hash));
}

void MysqlStore::move_key(const Hash& from, const Hash& to, std::string_view pepper) {
  ahead_.keys.erase(from);
  ahead_.keys.erase(to);
  post("UPDATE bonin_person_key SET hash = " + mysql_bytes(to) + ", pepper = " + mysql_bytes(pepper) +
       " WHERE hash = " + mysql_bytes(from));
}

// ---- persons ------------------------------------------------------------------------------------

std::optional<PersonRow> MysqlStore::person(std::int64_t id) { return one_person("id = " + std::to_string(id)); }

std::optional<PersonRow> MysqlStore::ask_person_of_account(std::string_view account) {
  return one_person("account = " + mysql_bytes(account));
}

std::optional<PersonRow> MysqlStore::ask_person_of_reservation(std::string_view reservation) {
  return one_person("reservation = " + mysql_bytes(reservation));
}

std::int64_t MysqlStore::add_person(const PersonRow& row) {
  forget(row);
  post("INSERT INTO bonin_person SET " + settings_of(row));
  return mysql_number(run("SELECT LAST_INSERT_ID()"), 0, 0);
}

void MysqlStore::add_person_with(const PersonRow& row, std::vector<KeyRow> keys) {
  forget(row);
  post("INSERT INTO bonin_person SET " + settings_of(row));
  if (keys.empty()) return;
  std::string values;
  for (const auto& key : keys) {
    ahead_.keys.erase(key.hash);
    values += (values.empty() ? "" : ", ") + key_values(key, "LAST_INSERT_ID()");
  }
  post(BONIN_MYSQL_ADD_KEY + values);
}

void MysqlStore::put_person(const PersonRow& row) {
  forget(row.id);
  forget(row);
  post("UPDATE bonin_person SET " + settings_of(row) + " WHERE id = " + std::to_string(row.id));
}

void MysqlStore::erase_person(std::int64_t id) {
  forget(id);
  post("DELETE FROM bonin_person WHERE id = " + std::to_string(id));
}

std::int64_t MysqlStore::erase_lapsed(Millis before, int limit) {
  ahead_ = {};
  // Whatever somebody else is about to use is left alone.
  const auto rows = run("SELECT id FROM bonin_person WHERE kept_until <= " + std::to_string(before) +
                        " ORDER BY kept_until LIMIT " + std::to_string(limit) + " FOR UPDATE SKIP LOCKED");
  std::string list;
  for (const auto& id : rows.cells) list += (list.empty() ? "" : ",") + id;
  if (!list.empty()) post("DELETE FROM bonin_person WHERE id IN (" + list + ")");
  post("DELETE FROM bonin_writer WHERE at < UTC_TIMESTAMP() - INTERVAL 1 DAY");
  return static_cast<std::int64_t>(rows.size());
}

std::vector<PersonRow> MysqlStore::persons_after(std::int64_t id, int limit) {
  const auto rows = run("SELECT " BONIN_PERSON " FROM bonin_person p WHERE p.id > " + std::to_string(id) +
                        " ORDER BY p.id LIMIT " + std::to_string(limit));
  std::vector<PersonRow> found;
  for (std::size_t i = 0; i < rows.size(); ++i) found.push_back(person_at(rows, i));
  return found;
}

// ---- uses and numbers ---------------------------------------------------------------------------

std::optional<UseRow> MysqlStore::ask_use(std::string_view id_hash) {
  const auto rows = run(BONIN_MYSQL_USES "= " + mysql_digest(id_hash));
  if (rows.size() == 0) return std::nullopt;
  return use_at(rows, 0);
}

void MysqlStore::add_use(const UseRow& row) {
  ahead_.uses.erase(row.id_hash);
  post("INSERT INTO bonin_used_verification (id_hash, subject_hash, used_at) VALUES (" + mysql_digest(row.id_hash) +
       ", " + mysql_digest(row.subject_hash) + ", " + std::to_string(row.used_at) + ")");
}

void MysqlStore::touch_use(std::string_view id_hash, Millis used_at) {
  ahead_.uses.erase(std::string(id_hash));
  post("UPDATE bonin_used_verification SET used_at = " + std::to_string(used_at) +
       " WHERE id_hash = " + mysql_digest(id_hash));
}

void MysqlStore::erase_use(std::string_view id_hash, Millis used_at) {
  ahead_.uses.erase(std::string(id_hash));
  post("DELETE FROM bonin_used_verification WHERE id_hash = " + mysql_digest(id_hash) +
       " AND used_at = " + std::to_string(used_at));
}

ErasedUses MysqlStore::erase_uses(Millis before, std::string_view after, int rows) {
  const auto from = mysql_digest(after);
  const auto slice =
      run("SELECT COUNT(*), MAX(id_hash) FROM (SELECT id_hash FROM bonin_used_verification WHERE id_hash > " + from +
          " ORDER BY id_hash LIMIT " + std::to_string(rows) + ") AS slice");
  const auto there = mysql_number(slice, 0, 0);
  if (there == 0) return {};
  ahead_.uses.clear();
  const auto last = hex(hash_at(slice, 0, 1));
  const auto gone =
      run("DELETE FROM bonin_used_verification WHERE id_hash > " + from + " AND id_hash <= " + mysql_digest(last) +
          " AND used_at < " + std::to_string(before) + "; SELECT ROW_COUNT()");
  return {mysql_number(gone, 0, 0), there == rows ? last : std::string()};
}

Counts MysqlStore::counts() {
  const auto rows =
      run("SELECT (SELECT COUNT(*) FROM bonin_person), (SELECT COUNT(account) FROM bonin_person), "
          "(SELECT COUNT(*) FROM bonin_person_key), (SELECT COUNT(*) FROM bonin_used_verification)");
  return {mysql_number(rows, 0, 0), mysql_number(rows, 0, 1), mysql_number(rows, 0, 2), mysql_number(rows, 0, 3)};
}

std::vector<std::pair<std::string, std::int64_t>> MysqlStore::keys_by_pepper() {
  const auto rows = run("SELECT pepper, COUNT(*) FROM bonin_person_key GROUP BY pepper");
  std::vector<std::pair<std::string, std::int64_t>> counts;
  for (std::size_t i = 0; i < rows.size(); ++i) counts.emplace_back(rows.at(i, 0), mysql_number(rows, i, 1));
  return counts;
}

}  // namespace bonin::registry_detail
