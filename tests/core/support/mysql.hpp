#pragma once
// A private MariaDB on loopback, from the distribution's own programs.

#include "support/postgres.hpp"

namespace bonin::registry_test {

/// One server a process, started at first use, removed at its end.
class Mysql {
 public:
  static Mysql& instance() {
    static Mysql server;
    return server;
  }
  ~Mysql() {
    if (missing_.empty()) stop();
  }

  /// Why there is none; empty: it runs.
  const std::string& missing() const { return missing_; }

  /// The address of a new, empty database.
  std::string fresh_database() {
    const std::string name = "t" + std::to_string(++databases_);
    sql("mysql", "CREATE DATABASE " + name);
    return url(name);
  }
  std::string url(const std::string& database, int port = 0) const { return url_of("bonin", database, port); }
  /// The address of a database, for somebody else.
  std::string url_of(const std::string& user, const std::string& database, int port = 0) const {
    return "mysql://" + user + "@127.0.0.1:" + std::to_string(port == 0 ? port_ : port) + "/" + database;
  }
  std::string url_of_socket(const std::string& database) const {
    return "mysql://bonin@/" + database + "?socket=" + socket();
  }
  static std::string database_of(const std::string& url) { return Postgres::database_of(url); }
  int port() const { return port_; }
  bool has_tls() const { return tls_; }
  std::string certificate() const { return directory_.file("certificate.pem"); }

  void start() const { run_server(); }
  /// As by a crash.
  void stop() const {
    const auto pid = std::atoi(Postgres::output("cat " + directory_.file("pid")).c_str());
    if (pid <= 1) return;
    kill(pid, SIGKILL);
    while (kill(pid, 0) == 0) usleep(1000);
    std::filesystem::remove(directory_.file("pid"));
  }

  /// Runs statements; their output without decoration.
  std::string sql(const std::string& database, const std::string& statements) const {
    const auto file = directory_.file("script-" + std::to_string(++scripts_) + ".sql");
    std::ofstream(file) << statements << ";\n";
    return Postgres::output("mariadb --no-defaults --batch --skip-column-names --user=bonin --socket=" + socket() +
                            " " + database + " <" + file + " 2>&1");
  }

 private:
  Mysql() {
    port_ = Postgres::free_port();
    // Of this name, and signed by itself.
    tls_ = std::system(("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj "
                        "/CN=localhost -addext subjectAltName=DNS:localhost -keyout " +
                        directory_.file("key.pem") + " -out " + certificate() + " >/dev/null 2>&1 && chmod a+r " +
                        directory_.file("key.pem"))
                           .c_str()) == 0;
    if (Postgres::output("PATH=$PATH:/usr/sbin; command -v mariadbd && command -v mariadb").empty()) {
      missing_ = "MariaDB is not installed (package `mariadb-server`)";
    } else if (!run_server()) {
      stop();
      missing_ = "the server did not start";
    }
  }

  std::string socket() const { return directory_.file("socket"); }
  bool run_server() const {
    const std::string command =
        std::string(BONIN_SOURCE "/tests/mariadb.sh ") + directory_.path() + " " + std::to_string(port_) +
        " --innodb-flush-method=nosync --sync-binlog=1 --log-bin=" + directory_.file("binlog") +
        (tls_ ? " --ssl-cert=" + certificate() + " --ssl-key=" + directory_.file("key.pem") : "");
    if (std::system(
            ("OWNER=" + std::to_string(getpid()) + " setsid " + command + " </dev/null >/dev/null 2>&1 &").c_str()) !=
        0)
      return false;
    for (int i = 0; i < 3000; ++i) {
      if (sql("mysql", "SELECT 'up'") == "up") return true;
      usleep(10'000);
    }
    return false;
  }

  TempDir directory_;
  std::string missing_;
  int port_ = 0;
  bool tls_ = false;
  std::atomic<int> databases_{0};
  mutable std::atomic<int> scripts_{0};
};

/// For the first line of a test that needs MariaDB.
#define BONIN_NEEDS_MYSQL()                                                                                           \
  do {                                                                                                                \
    const auto& missing = bonin::registry_test::Mysql::instance().missing();                                          \
    if (!missing.empty()) GTEST_SKIP() << "MariaDB is left out: " << missing;                                         \
    const auto probe = find(open(bonin::registry_test::Mysql::instance().url("mysql")), verified("ci"));              \
    if (!probe && probe.error().what().find("libmariadb") != std::string::npos) GTEST_SKIP() << probe.error().what(); \
  } while (false)

}  // namespace bonin::registry_test
