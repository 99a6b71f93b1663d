#pragma once
// Values as MySQL reads them in the text of a statement: bytes in hex, so that nothing needs an escape.

#include <string>
#include <string_view>
#include <vector>

#include "model/hex.hpp"
#include "registry/store.hpp"

namespace bonin::registry_detail {

inline std::string mysql_bytes(std::span<const unsigned char> bytes) { return "x'" + to_hex(bytes) + "'"; }

inline std::string mysql_bytes(std::string_view text) {
  return mysql_bytes(std::span(reinterpret_cast<const unsigned char*>(text.data()), text.size()));
}

/// Of a digest in hex, which is stored as its bytes.
inline std::string mysql_digest(std::string_view hex) {
  if (hex.size() % 2 != 0 || hex.find_first_not_of("0123456789abcdef") != std::string_view::npos) {
    fail(ErrorKind::internal, "expected a digest");
  }
  return "x'" + std::string(hex) + "'";
}

inline std::string mysql_bytes_or_null(std::string_view text) { return text.empty() ? "NULL" : mysql_bytes(text); }

/// `(x'…',x'…')`, of at least one value.
template <class Values, class Write>
std::string mysql_list(const Values& values, Write write) {
  std::string list;
  for (const auto& value : values) list.append(list.empty() ? "(" : ",").append(write(value));
  return list + ")";
}

}  // namespace bonin::registry_detail

// A commit is on disk when the first is 1, and the third is 1 or the second is not.
#define BONIN_MYSQL_FLUSH "@@innodb_flush_log_at_trx_commit, @@log_bin, @@sync_binlog"
// UTC_TIMESTAMP knows no time zone, and so no hour that comes twice.
#define BONIN_MYSQL_NOW "TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', UTC_TIMESTAMP(3)) DIV 1000"
#define BONIN_MYSQL_BEGIN_READ \
  "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"
#define BONIN_MYSQL_BEGIN_WRITE "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; START TRANSACTION"
