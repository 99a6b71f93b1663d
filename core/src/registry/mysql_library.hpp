#pragma once
// The client library of MySQL and MariaDB, loaded when it is first needed: whoever uses another store needs none.

struct st_mysql;
struct st_mysql_res;

namespace bonin::registry_detail {

/// The part of libmariadb's C interface (version 3) that the store uses. `…_start` and `…_cont` do not block: each
/// answers what is waited for, and 0 at the end.
struct MysqlLibrary {
  st_mysql* (*init)(st_mysql*);
  int (*options)(st_mysql*, int option, const void* value);
  int (*real_connect_start)(st_mysql**, st_mysql*, const char* host, const char* user, const char* password,
                            const char* database, unsigned port, const char* socket, unsigned long flags);
  int (*real_connect_cont)(st_mysql**, st_mysql*, int ready);
  int (*real_query_start)(int*, st_mysql*, const char* sql, unsigned long size);
  int (*real_query_cont)(int*, st_mysql*, int ready);
  int (*store_result_start)(st_mysql_res**, st_mysql*);
  int (*store_result_cont)(st_mysql_res**, st_mysql*, int ready);
  int (*next_result_start)(int*, st_mysql*);
  int (*next_result_cont)(int*, st_mysql*, int ready);
  unsigned (*error)(st_mysql*);
  const char* (*words)(st_mysql*);
  int (*socket)(st_mysql*);
  unsigned (*columns)(st_mysql_res*);
  char** (*row)(st_mysql_res*);
  unsigned long* (*lengths)(st_mysql_res*);
  void (*free_result)(st_mysql_res*);
  void (*close)(st_mysql*);

  // What `…_start` waits for.
  static constexpr int wait_read = 1, wait_write = 2, wait_except = 4;
  // Options, with the type of their value.
  static constexpr int opt_local_infile = 8;  // unsigned
  static constexpr int opt_charset_name = 7;  // text
  static constexpr int opt_protocol = 9;      // unsigned
  static constexpr int opt_ssl_verify = 21;   // char
  static constexpr int opt_ssl_key = 25;      // text
  static constexpr int opt_ssl_cert = 26;     // text
  static constexpr int opt_ssl_ca = 27;       // text
  static constexpr int opt_ssl_enforce = 38;  // char
  static constexpr int opt_nonblock = 6000;   // size of a stack
  static constexpr unsigned protocol_tcp = 1;
  static constexpr unsigned protocol_socket = 2;
  static constexpr unsigned long multi_statements = 1UL << 16;

  /// The one of this process. Throws StoreFailure when it is not installed.
  static const MysqlLibrary& instance();
};

}  // namespace bonin::registry_detail
