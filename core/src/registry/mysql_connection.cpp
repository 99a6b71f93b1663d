// The connection of the MySQL store: opening, asking, failing.

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdlib>
#include <utility>

#include "model/crypto.hpp"
#include "registry/keyring.hpp"
#include "registry/mysql_refusal.hpp"
#include "registry/mysql_schema.hpp"
#include "registry/mysql_store.hpp"
#include "registry/mysql_text.hpp"

namespace bonin::registry_detail {
namespace {

constexpr std::int64_t mysql_slice = 50;  // how long the end of the registry may go unheard, in milliseconds

/// Of whole seconds, of which MySQL wants at least one.
std::string whole_seconds(std::chrono::milliseconds time) {
  return std::to_string(std::max<std::int64_t>(1, std::chrono::ceil<std::chrono::seconds>(time).count()));
}

/// The name of the lock that keeps two processes from making the tables at once: a server's, so it names the database.
std::string migration_lock_of(const std::string& database) {
  return "'bonin " + digest({"migration", database}).substr(0, 32) + "'";
}

}  // namespace

MysqlStore::MysqlStore(MysqlAddress address, std::chrono::milliseconds timeout)
    : address_(std::move(address)), timeout_(timeout), lane_(crypto::random_hex()) {}

void MysqlStore::close() noexcept {
  if (connection_ == nullptr) return;
  library_->close(connection_);
  connection_ = nullptr;
  posted_.clear();
  posted_count_ = 0;
  wrote_ = in_transaction_ = false;
}

void MysqlStore::lost() {
  StoreFailure failure;
  failure.error = make_error(ErrorKind::store_unavailable, "the connection to the store broke");
  failure.again = true;
  failure.commit_lost = committing_ && writing_;
  if (failure.commit_lost) unanswered_ = token_;
  // The library takes its leave with words that a server who is silent would keep waiting.
  if (const int socket = library_->socket(connection_); socket >= 0) shutdown(socket, SHUT_RDWR);
  close();
  throw failure;
}

void MysqlStore::failed() {
  const auto read = read_mysql_failure(library_->error(connection_), library_->words(connection_));
  if (read.lost) lost();
  StoreFailure failure = read.failure;
  if (read.locked && waits_briefly()) failure.again = failure.locked = true;
  if (failure.error.kind == ErrorKind::store_read_only) {
    // This session may be older than the right to write, or its server may have become a replica.
    failure.again = wrote_;
  }
  if (read.give_up_session) close();
  throw failure;
}

int MysqlStore::wait(int events, Time deadline) const {
  pollfd socket{library_->socket(connection_), 0, 0};
  if ((events & MysqlLibrary::wait_read) != 0) socket.events |= POLLIN;
  if ((events & MysqlLibrary::wait_write) != 0) socket.events |= POLLOUT;
  if ((events & MysqlLibrary::wait_except) != 0) socket.events |= POLLPRI;
  const Away away(*this);
  while (!stopping()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    if (left <= 0) return 0;
    const int ready = poll(&socket, 1, static_cast<int>(std::min<std::int64_t>(left, mysql_slice)));
    if (ready < 0 && errno != EINTR) return 0;
    if (ready <= 0) continue;
    int happened = 0;
    if ((socket.revents & POLLIN) != 0) happened |= MysqlLibrary::wait_read;
    if ((socket.revents & POLLOUT) != 0) happened |= MysqlLibrary::wait_write;
    if ((socket.revents & POLLPRI) != 0) happened |= MysqlLibrary::wait_except;
    // Whatever it wanted to do next finds out what is wrong.
    return happened != 0 ? happened : events;
  }
  return 0;
}

template <class Start, class Continue>
bool MysqlStore::carry(Time deadline, Start start, Continue next) {
  constexpr int all = MysqlLibrary::wait_read | MysqlLibrary::wait_write | MysqlLibrary::wait_except;
  for (int waits = start(); waits != 0;) {
    const int happened = wait(waits & all, deadline);
    if (happened == 0) return false;
    waits = next(happened);
  }
  return true;
}

std::vector<MysqlRows> MysqlStore::flight(std::string_view sql) {
  if (seen_) fail(ErrorKind::internal, "the registry reads what it had not said");
  const std::string text = std::exchange(posted_, {}).append(sql);
  posted_count_ = answered_ = 0;
  // A little longer than the server's own limit, so that it is the server that gives up first.
  const auto deadline = std::chrono::steady_clock::now() + timeout_ + std::chrono::seconds(2);
  const auto must = [&](auto start, auto next) {
    if (!carry(deadline, start, next)) lost();
  };
  std::vector<MysqlRows> all;
  int outcome = 0;
  must([&] { return library_->real_query_start(&outcome, connection_, text.data(), text.size()); },
       [&](int ready) { return library_->real_query_cont(&outcome, connection_, ready); });
  while (outcome == 0) {
    st_mysql_res* result = nullptr;
    must([&] { return library_->store_result_start(&result, connection_); },
         [&](int ready) { return library_->store_result_cont(&result, connection_, ready); });
    if (result != nullptr) {
      auto& rows = all.emplace_back();
      rows.columns = library_->columns(result);
      while (char** row = library_->row(result)) {
        const unsigned long* sizes = library_->lengths(result);
        for (std::size_t i = 0; i < rows.columns; ++i) {
          rows.cells.emplace_back(row[i] == nullptr ? "" : row[i], row[i] == nullptr ? 0 : sizes[i]);
        }
      }
      library_->free_result(result);
    } else if (library_->error(connection_) != 0) {
      failed();
    }
    ++answered_;
    must([&] { return library_->next_result_start(&outcome, connection_); },
         [&](int ready) { return library_->next_result_cont(&outcome, connection_, ready); });
  }
  if (outcome > 0) failed();
  return all;
}

MysqlRows MysqlStore::run(std::string_view sql) {
  auto all = flight(sql);
  if (all.size() != 1) fail(ErrorKind::internal, "a statement without an answer was asked for one");
  return std::move(all[0]);
}

void MysqlStore::connect() {
  library_ = &MysqlLibrary::instance();
  connection_ = library_->init(nullptr);
  if (connection_ == nullptr) fail(ErrorKind::store_unavailable, "there is no memory for a connection", true);
  const auto set = [this](int option, const void* value) { return library_->options(connection_, option, value) == 0; };
  const auto text = [&](int option, const std::string& value) {
    if (!value.empty()) set(option, value.c_str());
  };
  const unsigned nothing = 0;
  const unsigned protocol = address_.socket.empty() ? MysqlLibrary::protocol_tcp : MysqlLibrary::protocol_socket;
  const char encrypted =
      address_.tls == MysqlAddress::Tls::required || address_.tls == MysqlAddress::Tls::verify_identity;
  const char verified = address_.tls == MysqlAddress::Tls::verify_identity;
  // What the library does without blocking runs on a stack of this size, the look-up of the host's name included.
  const std::size_t stack = 256 * 1024;
  // A server may otherwise ask for any file of this machine.
  bool good = set(MysqlLibrary::opt_local_infile, &nothing);
  good = set(MysqlLibrary::opt_nonblock, &stack) && good;
  good = set(MysqlLibrary::opt_protocol, &protocol) && good;
  good = set(MysqlLibrary::opt_ssl_enforce, &encrypted) && good;
  good = set(MysqlLibrary::opt_ssl_verify, &verified) && good;
  good = set(MysqlLibrary::opt_charset_name, "utf8mb4") && good;
  if (encrypted != 0) {
    text(MysqlLibrary::opt_ssl_ca, address_.ssl_ca);
    text(MysqlLibrary::opt_ssl_cert, address_.ssl_cert);
    text(MysqlLibrary::opt_ssl_key, address_.ssl_key);
  }
  if (!good) {
    close();
    fail(ErrorKind::store_failed,
         "this libmariadb cannot be used: it lacks an option, or cannot work without blocking");
  }
  const auto limit = std::max<std::chrono::milliseconds>(
      address_.connect_timeout.value_or(std::chrono::duration_cast<std::chrono::seconds>(timeout_)),
      std::chrono::seconds(2));
  const auto deadline = std::chrono::steady_clock::now() + limit;
  const std::string password(address_.password.reveal());
  st_mysql* connected = nullptr;
  const bool answered = carry(
      deadline,
      [&] {
        const Away away(*this);  // it asks a name server
        return library_->real_connect_start(
            &connected, connection_, address_.socket.empty() ? address_.host.c_str() : nullptr, address_.user.c_str(),
            password.c_str(), address_.database.c_str(), address_.port,
            address_.socket.empty() ? nullptr : address_.socket.c_str(), MysqlLibrary::multi_statements);
      },
      [&](int ready) { return library_->real_connect_cont(&connected, connection_, ready); });
  if (answered && connected != nullptr) {
    if (const int socket = library_->socket(connection_); socket >= 0) fcntl(socket, F_SETFD, FD_CLOEXEC);
    return;
  }
  const auto code = answered ? library_->error(connection_) : 0;
  const auto refusal = read_mysql_refusal(code, library_->words(connection_), address_.where());
  if (!answered) {
    if (const int socket = library_->socket(connection_); socket >= 0) shutdown(socket, SHUT_RDWR);
  }
  close();
  // A wrong password that is said again and again would lock its user out.
  fail(refusal.lasting ? ErrorKind::store_failed : ErrorKind::store_unavailable,
       "the store cannot be reached: " + refusal.why, !refusal.lasting);
}

bool MysqlStore::open() {
  if (connection_ != nullptr) return false;
  connect();
  writing_ = in_transaction_ = committing_ = false;
  try {
    if (inspect() != mysql_schema_version()) migrate();
  } catch (...) {
    close();
    throw;
  }
  return true;
}

void MysqlStore::check_flush(const MysqlRows& settings) const {
  // A commit must be on disk before it is acknowledged.
  if (settings.at(0, 0) != "1") {
    fail(ErrorKind::store_failed,
         "the server does not flush a commit to disk before it answers: set `innodb_flush_log_at_trx_commit = 1`");
  }
  if (settings.at(0, 1) == "1" && settings.at(0, 2) != "1") {
    fail(ErrorKind::store_failed,
         "the server does not flush its binary log before it answers a commit: set `sync_binlog = 1`");
  }
}

long MysqlStore::inspect() {
  const std::string ours = std::string(" WHERE table_schema = DATABASE() AND table_name IN ") + mysql_tables;
  const auto told = flight("SELECT " BONIN_MYSQL_FLUSH
                           ", @@version; "
                           "SELECT table_name, engine FROM information_schema.tables" +
                           ours + "; SELECT table_name, column_name FROM information_schema.columns" + ours +
                           " AND collation_name IS NOT NULL");
  const auto& version = told[0].at(0, 3);
  const bool mariadb = version.find("MariaDB") != std::string::npos;
  const long major = std::strtol(version.c_str(), nullptr, 10);
  const long minor =
      version.find('.') == std::string::npos ? 0 : std::strtol(&version[version.find('.') + 1], nullptr, 10);
  if (mariadb ? major < 10 || (major == 10 && minor < 6) : major < 8) {
    fail(ErrorKind::store_failed, "the server is too old: the registry needs MariaDB 10.6 or MySQL 8.0");
  }
  check_flush(told[0]);
  bool made = false;
  for (std::size_t i = 0; i < told[1].size(); ++i) {
    if (told[1].at(i, 1) != "InnoDB") {
      fail(ErrorKind::store_failed, "the table `" + told[1].at(i, 0) + "` must be of the engine InnoDB");
    }
    made = made || told[1].at(i, 0) == "bonin_schema_version";
  }
  if (told[2].size() > 0) {
    fail(ErrorKind::store_failed, "the column `" + told[2].at(0, 1) + "` of the table `" + told[2].at(0, 0) +
                                      "` must be binary: a collation takes two texts for one");
  }
  const auto seconds = whole_seconds(timeout_);
  const auto limits =
      "innodb_lock_wait_timeout = " + seconds + ", lock_wait_timeout = " + seconds +
      (mariadb ? ", max_statement_time = " + seconds : ", max_execution_time = " + std::to_string(timeout_.count()));
  const std::string defaults = std::string("innodb_lock_wait_timeout = DEFAULT, lock_wait_timeout = DEFAULT, ") +
                               (mariadb ? "max_statement_time" : "max_execution_time") + " = DEFAULT";
  reading_ = "SET SESSION " + limits + "; ";
  read_ = "; SET SESSION " + defaults;
  // A process that was killed, or cut off, holds its locks no longer than this.
  writing_settings_ =
      "SET SESSION " + limits + ", wait_timeout = " + whole_seconds(timeout_ + std::chrono::seconds(5)) +
      ", sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', foreign_key_checks = 1, unique_checks = 1; ";
  written_ = "; SET SESSION " + defaults +
             ", wait_timeout = DEFAULT, sql_mode = DEFAULT, foreign_key_checks = DEFAULT, unique_checks = DEFAULT";
  if (!made) return 0;
  const auto rows = run("SELECT MAX(version) FROM bonin_schema_version");
  return std::strtol(rows.at(0, 0).c_str(), nullptr, 10);
}

void MysqlStore::migrate() {
  const auto lock = migration_lock_of(address_.database);
  const auto got = run(writing_settings_ + "SELECT GET_LOCK(" + lock + ", " + whole_seconds(timeout_) + ")");
  if (got.at(0, 0) != "1") fail(ErrorKind::store_busy, "another process makes the tables of the store");
  const auto from = inspect();
  if (from > mysql_schema_version()) fail(ErrorKind::store_failed, "the store was made by a newer version of bonin");
  for (const auto& step : mysql_schema_steps(from)) flight(step);
  inspect();
  flight("DO RELEASE_LOCK(" + lock + ")" + written_);
}

}  // namespace bonin::registry_detail
