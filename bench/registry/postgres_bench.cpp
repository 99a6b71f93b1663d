// find and claim beside bare libpq doing the same statements on the same server, in one run.
//
//   postgres_bench URL        an empty database

#include <libpq-fe.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "bonin/registry.hpp"
#include "rate.hpp"

namespace {

using bonin::Registry;
using bonin::Result;

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

bonin::Verification person(int n) {
  bonin::Verification v;
  v.id = "iv-" + std::to_string(n);
  v.status = bonin::Status::verified;
  v.provider = "DANAL";
  v.person.ci = {std::string(80, 'c') + std::to_string(n), bonin::Attestation::attested};
  return v;
}

std::string hash(int n) {
  char text[65];
  std::snprintf(text, sizeof text, "%064x", static_cast<unsigned>(n) + 1);
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  must(argc == 2, "usage: postgres_bench URL");
  auto made = Registry::create({.store = argv[1], .peppers = {{"one", bonin::Secret(std::string(32, 'p'))}}});
  must(made.ok(), "create");
  const auto& registry = made.value();
  int next = 0;
  const auto our_claims = [&](int total, int width) {
    return at_width(total, width, [&](int, auto done) {
      const int n = next++;
      registry.claim(person(n), "a" + std::to_string(n), {}, [done](const Result<bonin::Claim>& claim) {
        must(claim.ok() && claim.value().granted(), "claim");
        done();
      });
    });
  };
  const auto our_finds = [&](int total, int width) {
    return at_width(total, width, [&](int i, auto done) {
      registry.find(person(i % next), [done](const Result<std::optional<std::string>>& found) {
        must(found.ok() && found.value().has_value(), "find");
        done();
      });
    });
  };
  our_claims(100, 1);  // the schema is there
  Bare bare(argv[1]);
  int theirs = 0;
  const auto timed = [](int total, const auto& one) {
    const double from = seconds();
    for (int i = 0; i < total; ++i) one(i);
    return total / (seconds() - from);
  };
  const auto bare_claims = [&](int total) {
    return timed(total, [&](int) {
      bare.claim(hash(theirs), "b" + std::to_string(theirs));
      ++theirs;
    });
  };
  const auto bare_finds = [&](int total) {
    return timed(total, [&](int i) { must(bare.find(hash(i % theirs)), "find"); });
  };

  std::puts("PostgreSQL");
  line("claim, one at a time", our_claims(1'000, 1), bare_claims(1'000));
  line("claim, 64 at once (bare: single)", our_claims(5'000, 64), bare_claims(1'000));
  line("find, one at a time", our_finds(5'000, 1), bare_finds(5'000));
  line("find, 64 at once (bare: single)", our_finds(10'000, 64), bare_finds(5'000));
  registry.close();
}
