// find and claim beside bare libmariadb doing the same statements on the same server, in one run.
//
//   mysql_bench HOST PORT USER DATABASE        an empty database; the user has no password

#include <mariadb/mysql.h>

#include <cstdlib>
#include <cstring>
#include <string>

#include "server.hpp"

namespace {

/// One connection, prepared statements, one transaction a call: what a careful hand would write.
class Bare {
 public:
  Bare(const char* host, unsigned port, const char* user, const char* database) : connection_(mysql_init(nullptr)) {
    must(mysql_real_connect(connection_, host, user, "", database, port, nullptr, 0) != nullptr, "connect");
    plain("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
    find_ =
        prepare("SELECT p.id FROM bonin_person_key k JOIN bonin_person p ON p.id = k.person WHERE k.hash = UNHEX(?)");
    account_ = prepare("SELECT id FROM bonin_person WHERE account = ?");
    person_ = prepare(
        "INSERT INTO bonin_person (account, rejoin_at, banned_until, ban_reason, reserved_for, reserved_until) "
        "VALUES (?, 0, 0, '', '', 0)");
    key_ = prepare(
        "INSERT INTO bonin_person_key (hash, kind, pepper, person, provider, received_at) "
        "VALUES (UNHEX(?), 0, 'one', LAST_INSERT_ID(), 'DANAL', 0)");
  }
  ~Bare() {
    for (auto* statement : {find_, account_, person_, key_}) mysql_stmt_close(statement);
    mysql_close(connection_);
  }

  bool find(const std::string& hash) { return run(find_, hash); }
  void claim(const std::string& hash, const std::string& account) {
    plain("START TRANSACTION");
    must(!find(hash), "known already");
    must(!run(account_, account), "account known already");
    run(person_, account);
    run(key_, hash);
    plain("COMMIT");
  }

 private:
  MYSQL_STMT* prepare(const char* sql) {
    MYSQL_STMT* statement = mysql_stmt_init(connection_);
    must(mysql_stmt_prepare(statement, sql, std::strlen(sql)) == 0, mysql_error(connection_));
    return statement;
  }
  /// Did it give a row?
  static bool run(MYSQL_STMT* statement, const std::string& argument) {
    MYSQL_BIND bind{};
    unsigned long size = argument.size();
    bind.buffer_type = MYSQL_TYPE_STRING;
    bind.buffer = const_cast<char*>(argument.data());
    bind.buffer_length = size;
    bind.length = &size;
    must(mysql_stmt_bind_param(statement, &bind) == 0, "bind");
    must(mysql_stmt_execute(statement) == 0, mysql_stmt_error(statement));
    if (mysql_stmt_field_count(statement) == 0) return false;
    must(mysql_stmt_store_result(statement) == 0, mysql_stmt_error(statement));
    const bool any = mysql_stmt_num_rows(statement) > 0;
    mysql_stmt_free_result(statement);
    return any;
  }
  void plain(const char* sql) { must(mysql_query(connection_, sql) == 0, mysql_error(connection_)); }

  MYSQL* connection_;
  MYSQL_STMT *find_, *account_, *person_, *key_;
};

}  // namespace

int main(int argc, char** argv) {
  must(argc == 5, "usage: mysql_bench HOST PORT USER DATABASE");
  const std::string url = "mysql://" + std::string(argv[3]) + "@" + argv[1] + ":" + argv[2] + "/" + argv[4];
  Beside<Bare>(url, argv[1], static_cast<unsigned>(std::atoi(argv[2])), argv[3], argv[4]).print("MySQL (MariaDB)");
}
