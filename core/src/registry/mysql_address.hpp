#pragma once
// The address of a store in MySQL or MariaDB: `mysql://user:password@host:port/database?options`.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "bonin/error.hpp"
#include "bonin/result.hpp"
#include "bonin/secret.hpp"

namespace bonin::registry_detail {

struct MysqlAddress {
  enum class Tls { unsaid, disabled, required, verify_identity };

  std::string user;
  Secret password;
  std::string host;  // empty with a socket
  unsigned port = 3306;
  std::string database;
  std::string socket;  // its path; empty: TCP
  Tls tls = Tls::unsaid;
  std::string ssl_ca, ssl_cert, ssl_key;  // paths
  std::optional<std::chrono::seconds> connect_timeout;

  static bool is_one(std::string_view store) {
    return store.starts_with("mysql://") || store.starts_with("mariadb://");
  }
  /// Fails with `invalid_argument` in words that quote nothing of the address: it may hold a password.
  static Result<MysqlAddress> read(const Secret& url);

  /// May what is sent cross a network in the clear?
  bool in_the_clear() const;
  /// Host and port, or the socket, for messages.
  std::string where() const;
};

}  // namespace bonin::registry_detail
