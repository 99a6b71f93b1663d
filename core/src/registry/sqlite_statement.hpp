#pragma once

#include <sqlite3.h>

#include <cstring>

#include "model/hex.hpp"
#include "registry/sqlite_store.hpp"

namespace bonin::registry_detail {

/// Is it what `to_hex` makes of bytes?
inline bool is_hex(std::string_view text) noexcept {
  return !text.empty() && text.size() % 2 == 0 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

inline std::string bytes_of_hex(std::string_view hex) {
  std::string bytes(hex.size() / 2, '\0');
  decode_hex(hex, {reinterpret_cast<unsigned char*>(bytes.data()), bytes.size()});
  return bytes;
}

/// A prepared statement at work: binds in order, steps, resets itself.
class SqliteStatement {
 public:
  SqliteStatement(SqliteStore& store, SqliteStore::Slot slot, const char* sql)
      : store_(store), statement_(store.statement(slot, sql)) {}
  SqliteStatement(const SqliteStatement&) = delete;
  SqliteStatement& operator=(const SqliteStatement&) = delete;
  ~SqliteStatement() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }

  // The caller keeps bound values alive as long as this object. They are not copied.
  SqliteStatement& operator<<(std::int64_t value) { return check(sqlite3_bind_int64(statement_, ++bound_, value)); }
  SqliteStatement& operator<<(std::string_view text) {
    const char* data = text.data() == nullptr ? "" : text.data();
    return check(sqlite3_bind_text(statement_, ++bound_, data, static_cast<int>(text.size()), SQLITE_STATIC));
  }
  SqliteStatement& operator<<(const Hash& hash) {
    return check(sqlite3_bind_blob(statement_, ++bound_, hash.data(), static_cast<int>(hash.size()), SQLITE_STATIC));
  }
  /// Copied, unlike the others.
  SqliteStatement& blob(std::string_view bytes) {
    const char* data = bytes.data() == nullptr ? "" : bytes.data();
    return check(sqlite3_bind_blob(statement_, ++bound_, data, static_cast<int>(bytes.size()), SQLITE_TRANSIENT));
  }
  /// As a column of ANY holds it.
  SqliteStatement& packed(std::string_view text) { return is_hex(text) ? blob(bytes_of_hex(text)) : *this << text; }
  SqliteStatement& null() { return check(sqlite3_bind_null(statement_, ++bound_)); }

  /// True: there is a row.
  bool step() {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    store_.failed(code);
  }
  void run() { static_cast<void>(step()); }

  std::int64_t number(int column) const { return sqlite3_column_int64(statement_, column); }
  std::string text(int column) const {
    const auto* data = sqlite3_column_text(statement_, column);
    if (data == nullptr) return {};
    return {reinterpret_cast<const char*>(data), static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }
  std::string bytes(int column) const {
    const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    if (data == nullptr) return {};
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }
  std::string unpacked(int column) const {
    if (sqlite3_column_type(statement_, column) != SQLITE_BLOB) return text(column);
    const auto* data = static_cast<const unsigned char*>(sqlite3_column_blob(statement_, column));
    return to_hex({data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))});
  }
  Hash hash(int column) const {
    Hash hash{};
    const void* data = sqlite3_column_blob(statement_, column);
    if (data != nullptr && sqlite3_column_bytes(statement_, column) == static_cast<int>(hash.size())) {
      std::memcpy(hash.data(), data, hash.size());
    }
    return hash;
  }
  PersonRow person(int first = 0) const {
    PersonRow row;
    row.id = number(first);
    row.account = text(first + 1);
    row.rejoin_at = number(first + 2);
    row.banned_until = number(first + 3);
    row.ban_reason = text(first + 4);
    row.reservation = unpacked(first + 5);
    row.reserved_for = unpacked(first + 6);
    row.reserved_until = number(first + 7);
    return row;
  }
  SqliteStatement& bind(const PersonRow& row) {
    row.account.empty() ? null() : *this << row.account;
    *this << row.rejoin_at << row.banned_until << row.ban_reason;
    row.reservation.empty() ? null() : packed(row.reservation);
    return packed(row.reserved_for) << row.reserved_until << row.kept_until();
  }

 private:
  SqliteStatement& check(int code) {
    if (code != SQLITE_OK) store_.failed(code);
    return *this;
  }

  SqliteStore& store_;
  sqlite3_stmt* const statement_;
  int bound_ = 0;
};

}  // namespace bonin::registry_detail
