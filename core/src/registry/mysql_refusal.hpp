#pragma once
// Why MySQL or MariaDB let nobody in, or did not do what it was asked.

#include <string>
#include <string_view>

#include "registry/store.hpp"

namespace bonin::registry_detail {

struct MysqlRefusal {
  std::string why;       // what happened and what to do; holds no password
  bool lasting = false;  // another try would end the same way
};

/// Of a connection. `words`: the library's own, which are not passed on. `code` 0: the server stayed silent.
MysqlRefusal read_mysql_refusal(unsigned code, std::string_view words, std::string_view where);

/// What a statement's error means; `lost`: the connection is of no more use.
struct MysqlFailure {
  StoreFailure failure;
  bool lost = false;
  bool locked = false;           // somebody else's lock took too long
  bool give_up_session = false;  // another one may have other rights, or another server
};
MysqlFailure read_mysql_failure(unsigned code, std::string_view words);

}  // namespace bonin::registry_detail
