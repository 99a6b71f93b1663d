#pragma once
// What libpq reads in the address of a PostgreSQL store.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "bonin/secret.hpp"

namespace bonin::registry_detail {

/// One of the hosts of an address; what is empty is libpq's to find.
struct PostgresHost {
  std::string name;
  std::string address;
  std::string port;
};

struct PostgresAddress {
  std::vector<PostgresHost> hosts;  // at least one
  std::string ssl_mode;             // of the address or the environment; empty: libpq's own, which is `prefer`
  std::optional<std::chrono::seconds> connect_timeout;

  /// Nullopt: libpq cannot read it. Never says why, for its words quote the address, and with it a password.
  static std::optional<PostgresAddress> read(const Secret& url);

  /// May what is sent cross a network in the clear?
  bool in_the_clear() const;
  /// Somebody has said so.
  bool asked_for_no_tls() const { return ssl_mode == "disable"; }
};

}  // namespace bonin::registry_detail
