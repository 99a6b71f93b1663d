#include "registry/sqlite_store.hpp"

#include <sqlite3.h>

#include "registry/person_columns.hpp"
#include "registry/sqlite_schema.hpp"
#include "registry/sqlite_statement.hpp"

namespace bonin::registry_detail {

// ---- peppers and sources ------------------------------------------------------------------------

std::vector<PepperRow> SqliteStore::peppers() {
  std::vector<PepperRow> rows;
  SqliteStatement query(*this, s_peppers, "SELECT id, proof FROM known_pepper");
  while (query.step()) rows.push_back({query.text(0), query.text(1)});
  return rows;
}

void SqliteStore::add_pepper(const PepperRow& row) {
  SqliteStatement query(*this, s_add_pepper, "INSERT INTO known_pepper (id, proof) VALUES (?, ?)");
  (query << row.id << row.proof).run();
}

bool SqliteStore::uses_pepper(std::string_view id) {
  store_counts();
  SqliteStatement query(*this, s_uses_pepper, "SELECT 1 FROM key_source WHERE pepper = ? AND keys > 0");
  return (query << id).step();
}

SqliteStore::Source& SqliteStore::source(std::int64_t id) {
  const auto known = std::find_if(sources_.begin(), sources_.end(), [id](const Source& s) { return s.id == id; });
  if (known != sources_.end()) return *known;
  SqliteStatement query(*this, s_source, "SELECT kind, pepper, provider FROM key_source WHERE id = ?");
  if (!(query << id).step()) fail(ErrorKind::store_corrupt, "a key in the store is of no known source");
  sources_.push_back({id, static_cast<KeyKind>(query.number(0)), query.text(1), query.text(2)});
  return sources_.back();
}

SqliteStore::Source& SqliteStore::source_of(KeyKind kind, std::string_view pepper, std::string_view provider) {
  const auto known = std::find_if(sources_.begin(), sources_.end(), [&](const Source& s) {
    return s.kind == kind && s.pepper == pepper && s.provider == provider;
  });
  if (known != sources_.end()) return *known;
  const auto number = static_cast<std::int64_t>(kind);
  {
    SqliteStatement query(*this, s_source_of,
                          "SELECT id FROM key_source WHERE kind = ? AND pepper = ? AND provider = ?");
    if ((query << number << pepper << provider).step()) return source(query.number(0));
  }
  SqliteStatement query(*this, s_add_source,
                        "INSERT INTO key_source (kind, pepper, provider, keys) VALUES (?, ?, ?, 0)");
  (query << number << pepper << provider).run();
  return source(sqlite3_last_insert_rowid(db_));
}

void SqliteStore::store_counts() {
  for (auto& source : sources_) {
    if (source.added == 0) continue;
    SqliteStatement query(*this, s_add_to_source, "UPDATE key_source SET keys = keys + ? WHERE id = ?");
    (query << source.added << source.id).run();
    source.added = 0;
  }
}

// ---- keys ---------------------------------------------------------------------------------------

namespace {

std::string head_of(const Hash& hash) { return {reinterpret_cast<const char*>(hash.data()), sqlite_key_head}; }

}  // namespace

std::optional<Hit> SqliteStore::key(const Hash& hash) {
  SqliteStatement query(*this, s_key,
                        "SELECT k.source, " BONIN_PERSON
                        " FROM hashed_key k JOIN person p ON p.id = k.person WHERE k.hash = ?");
  if (!(query << hash).step()) return std::nullopt;
  return Hit{source(query.number(0)).pepper, query.person(1)};
}

std::vector<KeyRow> SqliteStore::keys_of(std::int64_t first, std::int64_t last) {
  std::vector<KeyRow> rows;
  // A head leads to the person's key, and hardly ever to somebody else's as well.
  SqliteStatement query(
      *this, s_keys_of,
      "WITH RECURSIVE head (person, first, rest) AS ("
      "SELECT id, substr(key_heads, 1, 4), substr(key_heads, 5) FROM person "
      "WHERE id BETWEEN ? AND ? AND length(key_heads) > 0 "
      "UNION ALL SELECT person, substr(rest, 1, 4), substr(rest, 5) FROM head WHERE length(rest) > 0) "
      "SELECT DISTINCT k.hash, s.kind, s.pepper, k.person, s.provider, k.received_at FROM head h "
      "CROSS JOIN hashed_key k CROSS JOIN key_source s "
      "WHERE k.hash BETWEEN h.first AND CAST(h.first || ? AS BLOB) AND k.person = h.person "
      "AND s.id = k.source ORDER BY k.person, s.kind, k.hash");
  query << first << last;
  query.blob(std::string(sizeof(Hash) - sqlite_key_head, '\xff'));
  while (query.step()) {
    rows.push_back({query.hash(0), static_cast<KeyKind>(query.number(1)), query.text(2), query.number(3), query.text(4),
                    query.number(5)});
  }
  return rows;
}

void SqliteStore::add_row(const KeyRow& row) {
  auto& source = source_of(row.kind, row.pepper, row.provider);
  SqliteStatement query(*this, s_add_key,
                        "INSERT INTO hashed_key (hash, person, source, received_at) VALUES (?, ?, ?, ?)");
  (query << row.hash << row.person << source.id << row.received_at).run();
  ++source.added;
}

void SqliteStore::add_key(const KeyRow& row) {
  add_row(row);
  SqliteStatement query(*this, s_add_key_head,
                        "UPDATE person SET key_heads = CAST(key_heads || ? AS BLOB) WHERE id = ?");
  query.blob(head_of(row.hash));
  (query << row.person).run();
  if (sqlite3_changes64(db_) != 1) fail(ErrorKind::store_failed, "a key needs its person");
}

std::string SqliteStore::key_heads(std::int64_t person) {
  SqliteStatement query(*this, s_key_heads, "SELECT key_heads FROM person WHERE id = ?");
  return (query << person).step() ? query.bytes(0) : std::string();
}

std::optional<SqliteStore::Owner> SqliteStore::owner_of(const Hash& hash) {
  SqliteStatement query(*this, s_source_and_person, "SELECT person, source FROM hashed_key WHERE hash = ?");
  if (!(query << hash).step()) return std::nullopt;
  return Owner{query.number(0), query.number(1)};
}

void SqliteStore::replace_head(std::int64_t person, const Hash& of, std::string_view by) {
  auto heads = key_heads(person);
  std::size_t at = 0;
  while (at < heads.size() && heads.compare(at, sqlite_key_head, head_of(of)) != 0) at += sqlite_key_head;
  if (at >= heads.size()) fail(ErrorKind::store_corrupt, "a person in the store does not know of its key");
  heads.replace(at, sqlite_key_head, by);
  SqliteStatement query(*this, s_put_key_heads, "UPDATE person SET key_heads = ? WHERE id = ?");
  (query.blob(heads) << person).run();
}

void SqliteStore::erase_key(const Hash& hash) {
  const auto owner = owner_of(hash);
  if (!owner) return;
  {
    SqliteStatement query(*this, s_erase_key, "DELETE FROM hashed_key WHERE hash = ?");
    (query << hash).run();
  }
  --source(owner->source).added;
  replace_head(owner->person, hash, {});
}

void SqliteStore::move_key(const Hash& from, const Hash& to, std::string_view pepper) {
  const auto owner = owner_of(from);
  if (!owner) return;
  const auto was = source(owner->source);
  auto& is = source_of(was.kind, pepper, was.provider);
  {
    SqliteStatement query(*this, s_move_key, "UPDATE hashed_key SET hash = ?, source = ? WHERE hash = ?");
    (query << to << is.id << from).run();
  }
  ++is.added;
  --source(owner->source).added;
  replace_head(owner->person, from, head_of(to));
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
  if (!query.packed(reservation).step()) return std::nullopt;
  return query.person();
}

std::int64_t SqliteStore::add_person(const PersonRow& row, std::string_view key_heads) {
  SqliteStatement query(*this, s_add_person,
                        "INSERT INTO person (account, rejoin_at, banned_until, ban_reason, reservation, reserved_for, "
                        "reserved_until, kept_until, key_heads) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  query.bind(row).blob(key_heads).run();
  return added_ = sqlite3_last_insert_rowid(db_);
}

void SqliteStore::add_person_with(const PersonRow& person, std::vector<KeyRow> keys) {
  std::string heads;
  for (const auto& key : keys) heads += head_of(key.hash);
  const auto id = add_person(person, heads);
  for (auto& key : keys) {
    key.person = id;
    add_row(key);
  }
}

void SqliteStore::put_person(const PersonRow& row) {
  SqliteStatement query(*this, s_put_person,
                        "UPDATE person SET account = ?, rejoin_at = ?, banned_until = ?, ban_reason = ?, "
                        "reservation = ?, reserved_for = ?, reserved_until = ?, kept_until = ? WHERE id = ?");
  (query.bind(row) << row.id).run();
}

void SqliteStore::erase_person(std::int64_t id) {
  const auto heads = key_heads(id);
  for (std::size_t i = 0; i < heads.size(); i += sqlite_key_head) {
    const auto first = heads.substr(i, sqlite_key_head);
    SqliteStatement query(*this, s_erase_keys,
                          "DELETE FROM hashed_key WHERE hash BETWEEN ? AND ? AND person = ? RETURNING source");
    query.blob(first).blob(first + std::string(sizeof(Hash) - sqlite_key_head, '\xff')) << id;
    while (query.step()) --source(query.number(0)).added;
  }
  SqliteStatement query(*this, s_erase_person, "DELETE FROM person WHERE id = ?");
  (query << id).run();
}

std::int64_t SqliteStore::erase_lapsed(Millis before, int limit) {
  std::vector<std::int64_t> ids;
  {
    SqliteStatement query(*this, s_erase_lapsed,
                          "SELECT id FROM person WHERE account IS NULL AND kept_until <= ? LIMIT ?");
    query << before << static_cast<std::int64_t>(limit);
    while (query.step()) ids.push_back(query.number(0));
  }
  for (const auto id : ids) erase_person(id);
  return static_cast<std::int64_t>(ids.size());
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
  SqliteStatement query(*this, s_use, "SELECT subject_hash, used_at FROM used_id WHERE id_hash = ?");
  if (!query.packed(id_hash).step()) return std::nullopt;
  return UseRow{std::string(id_hash), query.unpacked(0), query.number(1)};
}

void SqliteStore::add_use(const UseRow& row) {
  SqliteStatement query(*this, s_add_use, "INSERT INTO used_id (id_hash, subject_hash, used_at) VALUES (?, ?, ?)");
  (query.packed(row.id_hash).packed(row.subject_hash) << row.used_at).run();
}

void SqliteStore::touch_use(std::string_view id_hash, Millis used_at) {
  SqliteStatement query(*this, s_touch_use, "UPDATE used_id SET used_at = ? WHERE id_hash = ?");
  (query << used_at).packed(id_hash).run();
}

void SqliteStore::erase_use(std::string_view id_hash, Millis used_at) {
  SqliteStatement query(*this, s_erase_use, "DELETE FROM used_id WHERE id_hash = ? AND used_at = ?");
  (query.packed(id_hash) << used_at).run();
}

ErasedUses SqliteStore::erase_uses(Millis before, std::string_view after, int rows) {
  ErasedUses slice;
  {
    SqliteStatement query(*this, s_last_use,
                          "SELECT id_hash FROM used_id WHERE id_hash > ? ORDER BY id_hash LIMIT 1 OFFSET ?");
    if ((query.packed(after) << static_cast<std::int64_t>(rows - 1)).step()) slice.last = query.unpacked(0);
  }
  // The end of a slice that is the last one: more than any text and any bytes that are stored.
  const std::string end(sizeof(Hash) + 1, '\xff');
  SqliteStatement query(*this, s_erase_uses, "DELETE FROM used_id WHERE id_hash > ? AND id_hash <= ? AND used_at < ?");
  query.packed(after);
  slice.last.empty() ? query.blob(end) : query.packed(slice.last);
  (query << before).run();
  slice.erased = sqlite3_changes64(db_);
  return slice;
}

std::vector<UseRow> SqliteStore::uses_after(std::string_view id_hash, int limit) {
  std::vector<UseRow> rows;
  SqliteStatement query(
      *this, s_uses_after,
      "SELECT id_hash, subject_hash, used_at FROM used_id WHERE id_hash > ? ORDER BY id_hash LIMIT ?");
  query.packed(id_hash) << static_cast<std::int64_t>(limit);
  while (query.step()) rows.push_back({query.unpacked(0), query.unpacked(1), query.number(2)});
  return rows;
}

Counts SqliteStore::counts() {
  store_counts();
  SqliteStatement query(*this, s_counts,
                        "SELECT (SELECT count(*) FROM person), "
                        "(SELECT count(*) FROM person WHERE account IS NOT NULL), "
                        "(SELECT coalesce(sum(keys), 0) FROM key_source), (SELECT count(*) FROM used_id)");
  query.run();
  return {query.number(0), query.number(1), query.number(2), query.number(3)};
}

std::vector<std::pair<std::string, std::int64_t>> SqliteStore::keys_by_pepper() {
  store_counts();
  std::vector<std::pair<std::string, std::int64_t>> rows;
  SqliteStatement query(*this, s_keys_by_pepper,
                        "SELECT pepper, sum(keys) FROM key_source GROUP BY pepper HAVING sum(keys) > 0");
  while (query.step()) rows.emplace_back(query.text(0), query.number(1));
  return rows;
}

}  // namespace bonin::registry_detail
