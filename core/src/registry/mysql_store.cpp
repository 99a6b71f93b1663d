#include "registry/mysql_store.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "model/crypto.hpp"
#include "registry/keyring.hpp"
#include "registry/mysql_schema.hpp"
#include "registry/mysql_text.hpp"
#include "registry/person_columns.hpp"

namespace bonin::registry_detail {
namespace {

Hash hash_at(const MysqlRows& rows, std::size_t row, std::size_t column) {
  Hash hash{};
  const auto& bytes = rows.at(row, column);
  std::memcpy(hash.data(), bytes.data(), std::min(bytes.size(), hash.size()));
  return hash;
}

PersonRow person_at(const MysqlRows& rows, std::size_t row, std::size_t first = 0) {
  PersonRow person;
  person.id = mysql_number(rows, row, first);
  person.account = rows.at(row, first + 1);
  person.rejoin_at = mysql_number(rows, row, first + 2);
  person.banned_until = mysql_number(rows, row, first + 3);
  person.ban_reason = rows.at(row, first + 4);
  person.reservation = rows.at(row, first + 5);
  person.reserved_for = rows.at(row, first + 6);
  person.reserved_until = mysql_number(rows, row, first + 7);
  return person;
}

UseRow use_at(const MysqlRows& rows, std::size_t row) {
  return {hex(hash_at(rows, row, 0)), hex(hash_at(rows, row, 1)), mysql_number(rows, row, 2)};
}

std::vector<UseRow> uses_of(const MysqlRows& rows) {
  std::vector<UseRow> found;
  for (std::size_t i = 0; i < rows.size(); ++i) found.push_back(use_at(rows, i));
  return found;
}

std::vector<PepperRow> peppers_of(const MysqlRows& rows) {
  std::vector<PepperRow> found;
  for (std::size_t i = 0; i < rows.size(); ++i) found.push_back({rows.at(i, 0), rows.at(i, 1)});
  return found;
}

/// MariaDB turns a longer list into a table, and may then look at the rows in another order.
constexpr std::ptrdiff_t longest_list = 500;

/// The values in lists of at most that length.
template <class T, class Use>
void in_lists(const std::vector<T>& all, Use use) {
  for (auto first = all.begin(); first != all.end();) {
    const auto end = first + std::min(all.end() - first, longest_list);
    use(std::vector<T>(first, end));
    first = end;
  }
}

std::string hash_text(const Hash& hash) { return mysql_bytes(hash); }
std::string text_text(const std::string& text) { return mysql_bytes(text); }

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

// The keys are read without a lock, the persons that they lead to with one, in a transaction that writes: `FOR UPDATE`
// does not reach into a derived table. Every row is found by its primary key, however small the tables are, because a
// lock is waited for on each row that is looked at.
#define BONIN_MYSQL_KEYS(more)                                                                            \
  "SELECT k.hash, k.pepper, " BONIN_PERSON more                                                           \
  " FROM (SELECT hash, pepper, person FROM bonin_person_key FORCE INDEX (PRIMARY) WHERE hash IN %) AS k " \
  "STRAIGHT_JOIN bonin_person p FORCE INDEX (PRIMARY) ON p.id = k.person"
#define BONIN_MYSQL_USES "SELECT id_hash, subject_hash, used_at FROM bonin_used_verification WHERE id_hash "
#define BONIN_MYSQL_PEPPERS "SELECT id, proof FROM bonin_pepper"
#define BONIN_MYSQL_ADD_KEY "INSERT INTO bonin_person_key (hash, kind, pepper, person, provider, received_at) VALUES "

std::string with_list(std::string_view sql, const std::string& list) {
  const auto at = sql.find('%');
  return std::string(sql.substr(0, at)) + list + std::string(sql.substr(at + 1));
}

}  // namespace

// A row that is about to be written is locked as it is read.
std::optional<PersonRow> MysqlStore::one_person(const std::string& where) {
  const auto rows =
      run("SELECT " BONIN_PERSON " FROM bonin_person p WHERE p." + where + (writing_ ? " FOR UPDATE" : ""));
  if (rows.size() == 0) return std::nullopt;
  return person_at(rows, 0);
}

// ---- many at once -------------------------------------------------------------------------------

void MysqlStore::begin_look_up(const Wanted& wanted) {
  if (wanted.more) return begin_read();
  writing_ = false;
  in_transaction_ = true;
  std::string sql = reading_ + BONIN_MYSQL_BEGIN_READ "; SELECT " BONIN_MYSQL_NOW "; " BONIN_MYSQL_PEPPERS;
  if (!wanted.keys.empty()) {
    sql +=
        "; " +
        with_list(BONIN_MYSQL_KEYS(", (SELECT 1 FROM bonin_person_key c WHERE c.person = p.id AND c.kind = 0 LIMIT 1)"),
                  mysql_list(wanted.keys, hash_text));
  }
  if (!wanted.uses.empty()) sql += "; " BONIN_MYSQL_USES "IN " + mysql_list(wanted.uses, mysql_digest);
  const auto all = flight(sql + "; COMMIT" + read_);
  in_transaction_ = false;
  time_ = mysql_number(all[0], 0, 0);
  auto rows = all.begin() + 1;
  Seen seen;
  seen.peppers = peppers_of(*rows);
  if (!wanted.keys.empty()) {
    ++rows;
    for (std::size_t i = 0; i < rows->size(); ++i) {
      Hit hit{rows->at(i, 1), person_at(*rows, i, 2)};
      if (!rows->at(i, 10).empty()) seen.with_ci.push_back(hit.person.id);
      seen.keys[hash_at(*rows, i, 0)] = std::move(hit);
    }
  }
  if (!wanted.uses.empty()) {
    ++rows;
    for (const auto& use : uses_of(*rows)) seen.uses[use.id_hash] = use;
  }
  seen_ = std::move(seen);
}

void MysqlStore::begin_write_ahead(const std::vector<std::int64_t>& locks, const Wanted& wanted) {
  writing_ = in_transaction_ = true;
  token_ = crypto::random_hex();
  // Under these locks the rules may look first and write afterwards; taken in one order, they cannot deadlock. The
  // unique indexes stay the judges of last resort.
  std::vector<std::uint64_t> stripes;
  for (const auto lock : locks) stripes.push_back(static_cast<std::uint64_t>(lock) % mysql_stripes);
  std::sort(stripes.begin(), stripes.end());
  stripes.erase(std::unique(stripes.begin(), stripes.end()), stripes.end());
  // In whole seconds.
  const std::string briefly = waits_briefly() ? "SET SESSION innodb_lock_wait_timeout = 1; " : "";
  std::string sql =
      writing_settings_ + briefly + BONIN_MYSQL_BEGIN_WRITE "; SELECT " BONIN_MYSQL_NOW ", " BONIN_MYSQL_FLUSH;
  std::size_t lists = 0;
  in_lists(stripes, [&](const std::vector<std::uint64_t>& some) {
    sql += "; SELECT id FROM bonin_stripe FORCE INDEX (PRIMARY) WHERE id IN " +
           mysql_list(some, [](std::uint64_t stripe) { return std::to_string(stripe); }) + " ORDER BY id FOR UPDATE";
    ++lists;
  });
  sql += "; " BONIN_MYSQL_PEPPERS;
  if (!wanted.keys.empty())
    sql += "; " + with_list(BONIN_MYSQL_KEYS(""), mysql_list(wanted.keys, hash_text)) + " FOR UPDATE";
  const auto persons_by = [&sql](const std::string& column, const std::vector<std::string>& values) {
    if (values.empty()) return;
    sql += "; SELECT p." + column + ", " BONIN_PERSON " FROM bonin_person p FORCE INDEX (" + column + ") WHERE p." +
           column + " IN " + mysql_list(values, text_text) + " FOR UPDATE";
  };
  persons_by("account", wanted.accounts);
  persons_by("reservation", wanted.reservations);
  if (!wanted.uses.empty()) sql += "; " BONIN_MYSQL_USES "IN " + mysql_list(wanted.uses, mysql_digest);
  const auto all = flight(sql);
  auto rows = all.begin();
  time_ = mysql_number(*rows, 0, 0);
  MysqlRows flush{3, {rows->at(0, 1), rows->at(0, 2), rows->at(0, 3)}};
  check_flush(flush);
  std::size_t locked = 0;
  for (; lists > 0; --lists) locked += (++rows)->size();
  if (locked != stripes.size()) fail(ErrorKind::store_corrupt, "the table `bonin_stripe` has lost rows");
  ahead_ = Ahead(wanted);
  ahead_.peppers = peppers_of(*++rows);
  if (!wanted.keys.empty()) {
    ++rows;
    for (std::size_t i = 0; i < rows->size(); ++i) {
      ahead_.keys[hash_at(*rows, i, 0)] = Hit{rows->at(i, 1), person_at(*rows, i, 2)};
    }
  }
  const auto keep = [&rows](auto& ahead, const std::vector<std::string>& values) {
    if (values.empty()) return;
    ++rows;
    for (std::size_t i = 0; i < rows->size(); ++i) ahead[rows->at(i, 0)] = person_at(*rows, i, 1);
  };
  keep(ahead_.accounts, wanted.accounts);
  keep(ahead_.reservations, wanted.reservations);
  if (!wanted.uses.empty()) {
    ++rows;
    for (const auto& use : uses_of(*rows)) ahead_.uses[use.id_hash] = use;
  }
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

// ---- many rows, for an import. Nobody is held: most are new, or stay as they are.

Found MysqlStore::find_many(const std::vector<Hash>& keys, const std::vector<std::string>& accounts) {
  Found found;
  in_lists(keys, [&](const std::vector<Hash>& some) {
    const auto rows = run(with_list(BONIN_MYSQL_KEYS(""), mysql_list(some, hash_text)));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      found.keys[hash_at(rows, i, 0)] = Hit{rows.at(i, 1), person_at(rows, i, 2)};
    }
  });
  in_lists(accounts, [&](const std::vector<std::string>& some) {
    const auto rows = run("SELECT " BONIN_PERSON " FROM bonin_person p FORCE INDEX (account) WHERE p.account IN " +
                          mysql_list(some, text_text));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      auto person = person_at(rows, i, 0);
      auto account = person.account;
      found.accounts[std::move(account)] = std::move(person);
    }
  });
  return found;
}

std::vector<UseRow> MysqlStore::find_uses(const std::vector<std::string>& id_hashes) {
  std::vector<UseRow> found;
  in_lists(id_hashes, [&](const std::vector<std::string>& some) {
    const auto rows = uses_of(run(BONIN_MYSQL_USES "IN " + mysql_list(some, mysql_digest)));
    found.insert(found.end(), rows.begin(), rows.end());
  });
  return found;
}

std::vector<UseRow> MysqlStore::uses_after(std::string_view id_hash, int limit) {
  return uses_of(
      run(BONIN_MYSQL_USES "> " + mysql_digest(id_hash) + " ORDER BY id_hash LIMIT " + std::to_string(limit)));
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
