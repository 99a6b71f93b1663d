#pragma once
// Why there is no connection to PostgreSQL.

#include <string>
#include <string_view>

namespace bonin::registry_detail {

struct PostgresRefusal {
  std::string why;       // what happened and what to do; holds no password
  bool lasting = false;  // another try would end the same way
};

/// `words`: libpq's own, with SQLSTATE (PQERRORS_VERBOSE). Empty: the server stayed silent.
PostgresRefusal read_refusal(std::string_view words);

}  // namespace bonin::registry_detail
