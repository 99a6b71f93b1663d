#pragma once
// Between the rows of PostgreSQL and the store's.

#include <libpq-fe.h>

#include <cstdlib>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "registry/keyring.hpp"
#include "registry/person_columns.hpp"
#include "registry/postgres_store.hpp"

namespace bonin::registry_detail {

/// The values of a statement, as text; a hash as bytes.
class PostgresStore::Arguments {
 public:
  Arguments() = default;
  Arguments(const Arguments&) = delete;  // `values_` points into `kept_`
  Arguments& operator=(const Arguments&) = delete;
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

inline std::int64_t number(const pg_result* rows, int row, int column) {
  return std::strtoll(PQgetvalue(rows, row, column), nullptr, 10);
}

inline std::string text(const pg_result* rows, int row, int column) {
  return {PQgetvalue(rows, row, column), static_cast<std::size_t>(PQgetlength(rows, row, column))};
}

inline PersonRow person_at(const pg_result* rows, int row, int first = 0) {
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

#define BONIN_KEY_ROW "encode(k.hash, 'hex'), k.kind, k.pepper, k.person, k.provider, k.received_at"

inline KeyRow key_at(const pg_result* rows, int row) {
  return {hash_of_hex(text(rows, row, 0)),
          static_cast<KeyKind>(number(rows, row, 1)),
          text(rows, row, 2),
          number(rows, row, 3),
          text(rows, row, 4),
          number(rows, row, 5)};
}

inline UseRow use_at(const pg_result* rows, int row, int first = 0) {
  return {text(rows, row, first), text(rows, row, first + 1), number(rows, row, first + 2)};
}

/// An array, as PostgreSQL reads it.
class Array {
 public:
  void add(std::string_view text) {
    next() += '"';
    for (const char c : text) {
      if (c == '"' || c == '\\') text_ += '\\';
      text_ += c;
    }
    text_ += '"';
  }
  void add(std::int64_t number) { next() += std::to_string(number); }
  void add(const Hash& hash) { next().append("\"\\\\x").append(hex(hash)).append("\""); }
  std::string take() { return std::move(text_) + '}'; }

 private:
  std::string& next() {
    if (text_.size() > 1) text_ += ',';
    return text_;
  }
  std::string text_ = "{";
};

template <class T>
std::string array_of(const std::vector<T>& values) {
  Array array;
  for (const auto& value : values) array.add(value);
  return array.take();
}

// Key by key on purpose: with many at once the planner reads whole tables while they are small, or not yet analysed.
#define BONIN_KEYS(lock)                                                                                   \
  "SELECT encode(h.hash, 'hex'), found.* FROM unnest($1::bytea[]) AS h (hash) CROSS JOIN LATERAL (SELECT " \
  "k.pepper, " BONIN_PERSON                                                                                \
  " FROM bonin.person_key k JOIN bonin.person p ON p.id = k.person WHERE k.hash = h.hash OFFSET 0 " lock ") AS found"

}  // namespace bonin::registry_detail
