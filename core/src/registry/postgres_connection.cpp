// The connection of the PostgreSQL store: opening, waiting, failing.

#include <libpq-fe.h>
#include <poll.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "model/crypto.hpp"
#include "registry/postgres_refusal.hpp"
#include "registry/postgres_schema.hpp"
#include "registry/postgres_store.hpp"

namespace bonin::registry_detail {
namespace {

/// The number of an advisory lock, chosen freely. It keeps two processes from creating the tables at the same time.
constexpr const char* migration_lock = "7090152684311";

constexpr std::int64_t slice = 50;  // how long the end of the registry may go unheard, in milliseconds

std::string milliseconds(std::chrono::milliseconds time) { return std::to_string(time.count()); }

std::string settings_for(std::chrono::milliseconds timeout) {
  return "SET LOCAL statement_timeout = " + milliseconds(timeout) +
         "; SET LOCAL lock_timeout = " + milliseconds(timeout) +
         "; SET LOCAL idle_in_transaction_session_timeout = " + milliseconds(timeout + std::chrono::seconds(5)) + "; ";
}

/// Where the session is this connection's own, this is said once: what a look-up may take, and how it is planned. Rows
/// are reached by their indexes: the planner takes tables that were never analysed for small ones, and reads them
/// whole. It also believes that a plan for the very values is cheaper, and making one takes longer than the look-up.
std::string session_settings_for(std::chrono::milliseconds timeout) {
  return "SET statement_timeout = " + milliseconds(timeout) + "; SET lock_timeout = " + milliseconds(timeout) +
         "; SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET jit = off";
}

}  // namespace

void PostgresStore::Clear::operator()(pg_result* result) const noexcept { PQclear(result); }

PostgresStore::PostgresStore(Secret url, std::string schema, std::chrono::milliseconds timeout,
                             std::shared_ptr<KnownState> known)
    : url_(std::move(url)),
      schema_(std::move(schema)),
      timeout_(timeout),
      settings_(settings_for(timeout)),
      known_(std::move(known)),
      lane_(crypto::random_hex()) {}

void PostgresStore::close() noexcept {
  PQfinish(connection_);
  connection_ = nullptr;
  for (auto& [sql, statement] : statements_) statement.prepared = false;
  preparing_.clear();
  named_ = wrote_ = false;
}

void PostgresStore::lost() {
  StoreFailure failure;
  failure.error.kind = ErrorKind::store_unavailable;
  failure.error.message = "the connection to the store broke";
  failure.again = true;
  failure.commit_lost = committing_ && writing_;
  if (failure.commit_lost) unanswered_ = token_;
  close();
  throw failure;
}

void PostgresStore::failed(const pg_result* result) {
  const char* state = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_SQLSTATE);
  if (state == nullptr || PQstatus(connection_) == CONNECTION_BAD) lost();
  const std::string_view code(state);
  StoreFailure failure;
  // The server's own words may quote a row, so only its code is passed on.
  const auto because = [&](ErrorKind kind, const std::string& what) {
    failure.error.kind = kind;
    failure.error.message = what + " (postgresql: SQLSTATE " + std::string(code) + ")";
  };
  if (code == "40001" || code == "40P01" || code == "23505") {
    // Serialization, deadlock, or somebody else was first: another look tells.
    because(ErrorKind::store_busy, "the store is busy");
    failure.again = failure.alone = true;
  } else if (code == "26000" || code == "42P05") {
    because(ErrorKind::store_failed, "a pooler of transactions mixes up the statements of its sessions");
    failure.again = !std::exchange(never_named_, true);
    close();
  } else if (code == "53200") {
    // Mostly the table of locks, which everybody in the server shares.
    because(ErrorKind::store_busy, "the server is short of memory or of locks (max_locks_per_transaction)");
    failure.again = failure.smaller = true;
  } else if (code == "55P03" && waits_briefly()) {
    because(ErrorKind::store_busy, "the store is busy");
    failure.again = failure.locked = true;
  } else if (code == "55P03" || code == "57014" || code == "53300" || code == "53400") {
    // Waited too long, or the server is short of something that is not space.
    because(ErrorKind::store_busy, "the store is busy");
  } else if (code == "53100") {
    because(ErrorKind::store_full, "there is no space left for the store");
  } else if (code == "25006") {
    // This session may be older than the right to write, or its server may have become a replica.
    because(ErrorKind::store_read_only, "the store cannot be written to");
    failure.again = wrote_;
    close();
  } else if (code == "XX001" || code == "XX002") {
    because(ErrorKind::store_corrupt, "the store is damaged");
  } else if (code.starts_with("57P") || code.starts_with("08")) {
    lost();
  } else if (code == "42501") {
    because(ErrorKind::store_failed,
            "the user lacks a right to the schema `" + schema_ +
                "`: make it the owner, or grant USAGE on it and SELECT, INSERT, UPDATE, DELETE on its tables");
  } else {
    because(ErrorKind::store_failed, "the store failed");
    failure.alone = true;
  }
  throw failure;
}

bool PostgresStore::wait_for_answer() {
  // A little longer than the server's own limit, so that it is the server that gives up first.
  const auto deadline = std::chrono::steady_clock::now() + timeout_ + std::chrono::seconds(2);
  while (PQisBusy(connection_) != 0) {
    if (!wait(POLLIN, deadline) || PQconsumeInput(connection_) == 0) return false;
  }
  return true;
}

bool PostgresStore::wait(short events, Time deadline) const {
  pollfd socket{PQsocket(connection_), events, 0};
  const Away away(*this);
  while (!stopping()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    if (left <= 0) return false;
    const int ready = poll(&socket, 1, static_cast<int>(std::min<std::int64_t>(left, slice)));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
  return false;
}

/// libpq's own PQconnectdb, but for two things: it ends when the registry does, and keeps no fork waiting.
void PostgresStore::connect() {
  const auto address = PostgresAddress::read(url_);
  if (!address) fail(ErrorKind::store_unavailable, "the address of the store cannot be read");
  // A host that stays silent must not use up the time of the others.
  const auto limit = std::max<std::chrono::milliseconds>(
      address->connect_timeout.value_or(std::chrono::duration_cast<std::chrono::seconds>(timeout_)),
      std::chrono::seconds(2));
  PostgresRefusal refusal;
  bool lasting = true;
  for (const auto& host : address->hosts) {
    if (connect_to(host, std::chrono::steady_clock::now() + limit)) return;
    refusal = read_refusal(connection_ == nullptr ? "" : PQerrorMessage(connection_));
    lasting = lasting && refusal.lasting;
    close();
    if (stopping()) break;
  }
  // A wrong password that is said again and again would lock its user out.
  fail(lasting ? ErrorKind::store_failed : ErrorKind::store_unavailable, "the store cannot be reached: " + refusal.why,
       !lasting);
}

bool PostgresStore::connect_to(const PostgresHost& host, Time deadline) {
  const std::string url(url_.reveal());
  const std::string tcp_timeout = milliseconds(timeout_);
  // What stands before the address may be overridden by it; the host is one of its own.
  // The encoding is a parameter of the start: poolers know it, and set it for each of their clients.
  const char* names[] = {
      "tcp_user_timeout", "application_name", "dbname", "host", "hostaddr", "port", "client_encoding", nullptr};
  const char* values[] = {tcp_timeout.c_str(),  "bonin",           url.c_str(), host.name.c_str(),
                          host.address.c_str(), host.port.c_str(), "UTF8",      nullptr};
  {
    const Away away(*this);  // it asks a name server
    connection_ = PQconnectStartParams(names, values, 1);
  }
  if (connection_ == nullptr) return false;
  PQsetErrorVerbosity(connection_, PQERRORS_VERBOSE);  // with SQLSTATE
  PQsetNoticeProcessor(connection_, [](void*, const char*) {}, nullptr);
  if (PQstatus(connection_) == CONNECTION_BAD) return false;
  for (auto next = PGRES_POLLING_WRITING;;) {
    if (!wait(next == PGRES_POLLING_READING ? POLLIN : POLLOUT, deadline)) return false;
    next = PQconnectPoll(connection_);
    if (next == PGRES_POLLING_OK) return true;
    if (next == PGRES_POLLING_FAILED) return false;
  }
}

bool PostgresStore::open() {
  if (connection_ != nullptr && PQstatus(connection_) == CONNECTION_OK) return false;
  close();
  connect();
  writing_ = false;
  try {
    migrate();
    check_age();
  } catch (...) {
    close();
    throw;
  }
  return true;
}

long PostgresStore::version(const std::string& before, const std::string& after) {
  // Asked of the catalogue's table: a look by name could be answered from what was true before the lock was ours.
  const auto there = simple(before + "SELECT count(*), pg_backend_pid() FROM pg_tables WHERE schemaname = '" + schema_ +
                            "' AND tablename = 'schema_version'");
  // A pooler of transactions does not tell its clients the number of a server's process.
  named_ = !never_named_ && std::atoi(PQgetvalue(there.get(), 0, 1)) == PQbackendPID(connection_);
  if (*PQgetvalue(there.get(), 0, 0) == '0') {
    if (!after.empty()) simple(after);
    return 0;
  }
  const auto rows = simple("SELECT version FROM bonin.schema_version; " + after +
                           (named_ && !after.empty() ? session_settings_for(timeout_) : std::string()));
  return PQntuples(rows.get()) == 0 ? 0 : std::strtol(PQgetvalue(rows.get(), 0, 0), nullptr, 10);
}

void PostgresStore::migrate() {
  if (version("BEGIN READ ONLY; " + settings_, "COMMIT; ") == schema_version()) return;
  simple("BEGIN; " + settings_ + "SELECT pg_advisory_xact_lock(" + migration_lock + ")");
  const auto from = version("", "");
  if (from > schema_version()) fail(ErrorKind::store_failed, "the store was made by a newer version of bonin");
  if (from == 0) {
    // Asking for a schema that is there takes the right to make one.
    const auto there = simple("SELECT 1 FROM pg_namespace WHERE nspname = '" + schema_ + "'");
    if (PQntuples(there.get()) == 0) simple("CREATE SCHEMA \"" + schema_ + "\"");
  }
  if (from < schema_version()) simple(schema_steps(from, schema_));
  simple("COMMIT; " + (named_ ? session_settings_for(timeout_) : std::string()));
}

void PostgresStore::check_age() {
  constexpr std::chrono::hours kept{12};  // the row is tidied away after a day
  if (!known_->set_back) {
    if (acknowledged_.empty() || std::chrono::steady_clock::now() - acknowledged_at_ > kept) return;
    const auto rows = simple("SELECT (SELECT token FROM bonin.writer WHERE lane = '" + lane_ +
                             "'), pg_is_in_recovery()");  // a replica may lag behind
    const std::string_view token(PQgetvalue(rows.get(), 0, 0));
    if (token == unanswered_) acknowledged_ = unanswered_;  // that COMMIT took effect
    if (*PQgetvalue(rows.get(), 0, 1) == 't' || token == acknowledged_) return;
    known_->set_back = true;
  }
  fail(ErrorKind::store_unavailable,
       "the store was set back to an older state (a backup was restored, or a replica took over that had not got what "
       "was "
       "committed last): restart to go on with it");
}

}  // namespace bonin::registry_detail
