// Many rows of PostgreSQL at once, for an import.

#include "registry/postgres_rows.hpp"

namespace bonin::registry_detail {
namespace {

/// Columns, as arrays of one length.
class Columns {
 public:
  explicit Columns(std::size_t count) : arrays_(count) {}
  template <class T>
  Columns& add(std::size_t column, const T& value) {
    arrays_[column].add(value);
    return *this;
  }
  std::string take(std::size_t column) { return arrays_[column].take(); }

 private:
  std::vector<Array> arrays_;
};

}  // namespace

void PostgresStore::expect_many() {
  // Joins with so many rows are planned for them.
  post("SELECT set_config('plan_cache_mode', 'auto', true), set_config('enable_seqscan', 'on', true)", {});
}

Found PostgresStore::find_many(const std::vector<Hash>& keys, const std::vector<std::string>& accounts) {
  // Nobody is held: most are new, or stay as they are.
  post(BONIN_KEYS(""), Arguments() << array_of(keys));
  post("SELECT found.* FROM unnest($1::text[]) AS a (account) CROSS JOIN LATERAL (SELECT " BONIN_PERSON
       " FROM bonin.person p WHERE p.account = a.account OFFSET 0) AS found",
       Arguments() << array_of(accounts));
  const auto all = answers();
  const auto* const by_key = all[all.size() - 2].get();
  const auto* const by_account = all.back().get();
  Found found;
  for (int i = 0; i < PQntuples(by_key); ++i) {
    found.keys[hash_of_hex(text(by_key, i, 0))] = Hit{text(by_key, i, 1), person_at(by_key, i, 2)};
  }
  for (int i = 0; i < PQntuples(by_account); ++i) {
    auto person = person_at(by_account, i);
    auto account = person.account;
    found.accounts[std::move(account)] = std::move(person);
  }
  return found;
}

std::vector<Held> PostgresStore::hold(const std::vector<std::int64_t>& ids) {
  post("SELECT " BONIN_PERSON " FROM bonin.person p WHERE p.id = ANY ($1::bigint[]) ORDER BY p.id FOR UPDATE",
       Arguments() << array_of(ids));
  post("SELECT k.person, k.pepper FROM bonin.person_key k WHERE k.person = ANY ($1::bigint[]) AND k.kind = 0",
       Arguments() << array_of(ids));
  const auto all = answers();
  const auto* const persons = all[all.size() - 2].get();
  const auto* const peppers = all.back().get();
  std::vector<Held> held;
  for (int i = 0; i < PQntuples(persons); ++i) held.push_back({person_at(persons, i), {}});
  for (int i = 0; i < PQntuples(peppers); ++i) {
    const auto id = number(peppers, i, 0);
    const auto whose = std::find_if(held.begin(), held.end(), [id](const Held& one) { return one.person.id == id; });
    if (whose != held.end()) whose->ci_peppers.push_back(text(peppers, i, 1));
  }
  return held;
}

void PostgresStore::add_persons(std::vector<NewPerson> persons) {
  Columns rows(5), keys(6);
  bool any = false;
  for (auto& [person, theirs] : persons) {
    // The account is what leads from a key to the person who was made for it.
    if (person.account.empty() || !person.reservation.empty() || !person.reserved_for.empty()) {
      add_person_with(person, std::move(theirs));
      continue;
    }
    any = true;
    ahead_.accounts.erase(person.account);
    rows.add(0, person.account).add(1, person.rejoin_at).add(2, person.banned_until).add(3, person.ban_reason);
    rows.add(4, person.kept_until());
    for (const auto& key : theirs) {
      ahead_.keys.erase(key.hash);
      keys.add(0, key.hash).add(1, static_cast<std::int64_t>(key.kind)).add(2, key.pepper).add(3, key.provider);
      keys.add(4, key.received_at).add(5, person.account);
    }
  }
  if (!any) return;
  Arguments arguments;
  for (std::size_t i = 0; i < 5; ++i) arguments << rows.take(i);
  for (std::size_t i = 0; i < 6; ++i) arguments << keys.take(i);
  post_text(
      "WITH p AS (INSERT INTO bonin.person (account, rejoin_at, banned_until, ban_reason, reserved_for, "
      "reserved_until, kept_until) SELECT a.account, a.rejoin_at, a.banned_until, a.ban_reason, '', 0, a.kept_until "
      "FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::bigint[]) AS a (account, rejoin_at, "
      "banned_until, ban_reason, kept_until) RETURNING id, account) "
      "INSERT INTO bonin.person_key (hash, kind, pepper, person, provider, received_at) "
      "SELECT k.hash, k.kind, k.pepper, p.id, k.provider, k.received_at FROM unnest($6::bytea[], $7::smallint[], "
      "$8::text[], $9::text[], $10::bigint[], $11::text[]) AS k (hash, kind, pepper, provider, received_at, account) "
      "JOIN p ON p.account = k.account",
      arguments);
}

void PostgresStore::add_keys(const std::vector<KeyRow>& rows) {
  Columns keys(6);
  for (const auto& key : rows) {
    ahead_.keys.erase(key.hash);
    keys.add(0, key.hash).add(1, static_cast<std::int64_t>(key.kind)).add(2, key.pepper).add(3, key.person);
    keys.add(4, key.provider).add(5, key.received_at);
  }
  Arguments arguments;
  for (std::size_t i = 0; i < 6; ++i) arguments << keys.take(i);
  post_text(
      "INSERT INTO bonin.person_key (hash, kind, pepper, person, provider, received_at) SELECT * FROM "
      "unnest($1::bytea[], $2::smallint[], $3::text[], $4::bigint[], $5::text[], $6::bigint[])",
      arguments);
}

void PostgresStore::move_keys(const std::vector<MovedKey>& rows, std::string_view pepper) {
  Columns keys(2);
  for (const auto& [from, to] : rows) {
    ahead_.keys.erase(from);
    ahead_.keys.erase(to);
    keys.add(0, from).add(1, to);
  }
  const auto from = keys.take(0);
  post_text(
      "UPDATE bonin.person_key k SET hash = m.new, pepper = $3 FROM unnest($1::bytea[], $2::bytea[]) AS m (old, new) "
      "WHERE k.hash = m.old",
      Arguments() << from << keys.take(1) << pepper);
}

std::vector<UseRow> PostgresStore::find_uses(const std::vector<std::string>& id_hashes) {
  const auto rows =
      run("SELECT found.* FROM unnest($1::text[]) AS h (hash) CROSS JOIN LATERAL (SELECT u.id_hash, u.subject_hash, "
          "u.used_at FROM bonin.used_verification u WHERE u.id_hash = h.hash OFFSET 0) AS found",
          Arguments() << array_of(id_hashes));
  std::vector<UseRow> found;
  for (int i = 0; i < PQntuples(rows.get()); ++i) found.push_back(use_at(rows.get(), i));
  return found;
}

void PostgresStore::add_uses(const std::vector<UseRow>& rows) {
  Columns uses(3);
  for (const auto& use : rows) {
    ahead_.uses.erase(use.id_hash);
    uses.add(0, use.id_hash).add(1, use.subject_hash).add(2, use.used_at);
  }
  Arguments arguments;
  for (std::size_t i = 0; i < 3; ++i) arguments << uses.take(i);
  post_text(
      "INSERT INTO bonin.used_verification (id_hash, subject_hash, used_at) SELECT * FROM unnest($1::text[], "
      "$2::text[], $3::bigint[])",
      arguments);
}

std::vector<UseRow> PostgresStore::uses_after(std::string_view id_hash, int limit) {
  const auto rows = run(
      "SELECT id_hash, subject_hash, used_at FROM bonin.used_verification WHERE id_hash > $1 ORDER BY id_hash LIMIT $2",
      Arguments() << id_hash << static_cast<std::int64_t>(limit));
  std::vector<UseRow> found;
  for (int i = 0; i < PQntuples(rows.get()); ++i) found.push_back(use_at(rows.get(), i));
  return found;
}

}  // namespace bonin::registry_detail
