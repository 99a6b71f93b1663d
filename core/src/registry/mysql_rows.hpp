#pragma once
// Between the rows of MySQL and the store's.

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "registry/keyring.hpp"
#include "registry/mysql_store.hpp"
#include "registry/mysql_text.hpp"
#include "registry/person_columns.hpp"

namespace bonin::registry_detail {

inline Hash hash_at(const MysqlRows& rows, std::size_t row, std::size_t column) {
  Hash hash{};
  const auto& bytes = rows.at(row, column);
  std::memcpy(hash.data(), bytes.data(), std::min(bytes.size(), hash.size()));
  return hash;
}

inline PersonRow person_at(const MysqlRows& rows, std::size_t row, std::size_t first = 0) {
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

inline UseRow use_at(const MysqlRows& rows, std::size_t row) {
  return {hex(hash_at(rows, row, 0)), hex(hash_at(rows, row, 1)), mysql_number(rows, row, 2)};
}

inline std::vector<UseRow> uses_of(const MysqlRows& rows) {
  std::vector<UseRow> found;
  for (std::size_t i = 0; i < rows.size(); ++i) found.push_back(use_at(rows, i));
  return found;
}

inline std::vector<PepperRow> peppers_of(const MysqlRows& rows) {
  std::vector<PepperRow> found;
  for (std::size_t i = 0; i < rows.size(); ++i) found.push_back({rows.at(i, 0), rows.at(i, 1)});
  return found;
}

/// MariaDB turns a longer list into a table, and may then look at the rows in another order.
inline constexpr std::ptrdiff_t longest_list = 500;

/// The values in lists of at most that length.
template <class T, class Use>
void in_lists(const std::vector<T>& all, Use use) {
  for (auto first = all.begin(); first != all.end();) {
    const auto end = first + std::min(all.end() - first, longest_list);
    use(std::vector<T>(first, end));
    first = end;
  }
}

inline std::string hash_text(const Hash& hash) { return mysql_bytes(hash); }
inline std::string text_text(const std::string& text) { return mysql_bytes(text); }

// The keys are read without a lock, the persons that they lead to with one, in a transaction that writes: `FOR UPDATE`
// does not reach into a derived table. Every row is found by its primary key, however small the tables are, because a
// lock is waited for on each row that is looked at.
#define BONIN_MYSQL_KEYS(more)                                                                            \
  "SELECT k.hash, k.pepper, " BONIN_PERSON more                                                           \
  " FROM (SELECT hash, pepper, person FROM bonin_person_key FORCE INDEX (PRIMARY) WHERE hash IN %) AS k " \
  "STRAIGHT_JOIN bonin_person p FORCE INDEX (PRIMARY) ON p.id = k.person"
#define BONIN_MYSQL_USES "SELECT id_hash, subject_hash, used_at FROM bonin_used_verification WHERE id_hash "
#define BONIN_MYSQL_PEPPERS "SELECT id, proof FROM bonin_pepper"

inline std::string with_list(std::string_view sql, const std::string& list) {
  const auto at = sql.find('%');
  return std::string(sql.substr(0, at)) + list + std::string(sql.substr(at + 1));
}

}  // namespace bonin::registry_detail
