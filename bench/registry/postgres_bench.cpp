// find, claim and import beside bare libpq doing the same statements on the same server, in one run.
//
//   postgres_bench URL        an empty database

#include <libpq-fe.h>

#include <cstdio>
#include <string>

#include "import.hpp"
#include "server.hpp"

namespace {

/// One connection, prepared statements, one transaction a call: what a careful hand would write.
class Bare {
 public:
  explicit Bare(const char* url) : connection_(PQconnectdb(url)) {
    must(PQstatus(connection_) == CONNECTION_OK, "connect");
    prepare("find",
            "SELECT k.pepper, p.id, p.account FROM bonin.person_key k JOIN bonin.person p ON p.id = k.person "
            "WHERE k.hash = decode($1, 'hex')");
    prepare("account", "SELECT id FROM bonin.person WHERE account = $1");
    prepare("person",
            "INSERT INTO bonin.person (account, rejoin_at, banned_until, ban_reason, reserved_for, reserved_until, "
            "kept_until) VALUES ($1, 0, 0, '', '', 0, 0) RETURNING id");
    prepare("key",
            "INSERT INTO bonin.person_key (hash, kind, pepper, person, provider, received_at) "
            "VALUES (decode($1, 'hex'), 0, 'one', $2, 'DANAL', 0)");
  }
  ~Bare() { PQfinish(connection_); }

  bool find(const std::string& hash) { return !value("find", {hash.c_str()}).empty(); }
  void claim(const std::string& hash, const std::string& account) {
    plain("BEGIN");
    must(!find(hash), "known already");
    must(value("account", {account.c_str()}).empty(), "account known already");
    const auto person = value("person", {account.c_str()});
    value("key", {hash.c_str(), person.c_str()});
    plain("COMMIT");
  }

  /// COPY into a table of its own, then two INSERTs: what a careful hand would write for a table of hashes.
  void copy(int first, int people) {
    plain("BEGIN");
    plain("CREATE TEMPORARY TABLE arrival (account text, hash text) ON COMMIT DROP");
    PGresult* result = PQexec(connection_, "COPY arrival FROM STDIN");
    must(PQresultStatus(result) == PGRES_COPY_IN, "COPY");
    PQclear(result);
    for (int n = first; n < first + people; ++n) {
      const auto row = "b" + std::to_string(n) + '\t' + hash(n) + '\n';
      must(PQputCopyData(connection_, row.data(), static_cast<int>(row.size())) == 1, "COPY");
    }
    must(PQputCopyEnd(connection_, nullptr) == 1, "COPY");
    while ((result = PQgetResult(connection_)) != nullptr) {
      must(PQresultStatus(result) == PGRES_COMMAND_OK, PQresultErrorMessage(result));
      PQclear(result);
    }
    plain(
        "INSERT INTO bonin.person (account, rejoin_at, banned_until, ban_reason, reserved_for, reserved_until, "
        "kept_until) SELECT account, 0, 0, '', '', 0, 0 FROM arrival");
    plain(
        "INSERT INTO bonin.person_key (hash, kind, pepper, person, provider, received_at) "
        "SELECT decode(a.hash, 'hex'), 0, 'one', p.id, 'DANAL', 0 FROM arrival a "
        "JOIN bonin.person p ON p.account = a.account");
    plain("COMMIT");
  }

 private:
  void prepare(const char* name, const char* sql) {
    PGresult* result = PQprepare(connection_, name, sql, 0, nullptr);
    must(PQresultStatus(result) == PGRES_COMMAND_OK, PQresultErrorMessage(result));
    PQclear(result);
  }
  std::string value(const char* name, std::initializer_list<const char*> arguments) {
    PGresult* result =
        PQexecPrepared(connection_, name, static_cast<int>(arguments.size()), arguments.begin(), nullptr, nullptr, 0);
    const auto status = PQresultStatus(result);
    must(status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK, PQresultErrorMessage(result));
    std::string text = PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "";
    PQclear(result);
    return text;
  }
  void plain(const char* sql) {
    PGresult* result = PQexec(connection_, sql);
    must(PQresultStatus(result) == PGRES_COMMAND_OK, PQresultErrorMessage(result));
    PQclear(result);
  }

  PGconn* connection_;
};

}  // namespace

int main(int argc, char** argv) {
  must(argc == 2, "usage: postgres_bench URL");
  Beside<Bare> both(argv[1], argv[1]);
  both.print("PostgreSQL");
  constexpr int moved_in = 50'000;
  const double ours = import_rate(both.registry, moved_in, 0);
  const auto copied = [&](int group) {
    const auto copy = [&](int) {
      both.bare->copy(both.theirs, group);
      both.theirs += group;
    };
    return both.timed(moved_in / group, copy) * group;
  };
  line("import, 1000 a batch (bare: COPY)", ours, copied(1'000));
  line("import, 1000 a batch (one COPY)", ours, copied(moved_in));
  std::printf("  %-34s %10.0f/s\n", "the same once more", import_rate(both.registry, moved_in, 0));
}
