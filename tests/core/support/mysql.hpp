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
    for (const std::string program : {"mariadbd", "mariadb-install-db", "mariadb"}) {
      if (Postgres::output("PATH=$PATH:/usr/sbin command -v " + program).empty()) {
        missing_ = "MariaDB is not installed (package `mariadb-server`)";
        return;
      }
    }
    if (getuid() == 0) {
      // The server refuses to run as root.
      as_ = "setpriv --reuid=nobody --regid=nogroup --clear-groups ";
      if (std::system(("chown nobody " + directory_.path()).c_str()) != 0) missing_ = "no unprivileged user `nobody`";
    }
    port_ = Postgres::free_port();
    const auto log = " >" + directory_.file("log") + " 2>&1";
    if (missing_.empty() &&
        std::system(("cd / && PATH=$PATH:/usr/sbin " + as_ +
                     "mariadb-install-db --no-defaults --skip-test-db --datadir=" + directory_.file("data") +
                     " --auth-root-authentication-method=normal --skip-name-resolve" + log)
                        .c_str()) != 0) {
      missing_ = "mariadb-install-db failed";
    }
    if (!missing_.empty()) return;
    // Of this name, and signed by itself.
    tls_ = std::system(("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj "
                        "/CN=localhost -addext subjectAltName=DNS:localhost -keyout " +
                        directory_.file("key.pem") + " -out " + certificate() + log + " && chmod a+r " +
                        directory_.file("key.pem"))
                           .c_str()) == 0;
    // The first start makes the user that the tests are.
    std::ofstream(directory_.file("init.sql")) << "CREATE USER IF NOT EXISTS bonin@'%';\n"
                                                  "GRANT ALL ON *.* TO bonin@'%' WITH GRANT OPTION;\n"
                                                  "DROP USER IF EXISTS ''@localhost;\n";
    if (!run_server()) {
      stop();
      missing_ = "the server did not start";
    }
  }

  std::string socket() const { return directory_.file("socket"); }
  bool run_server() const {
    const std::string command =
        as_ + "mariadbd --no-defaults --datadir=" + directory_.file("data") + " --port=" + std::to_string(port_) +
        " --bind-address=127.0.0.1 --socket=" + socket() + " --pid-file=" + directory_.file("pid") +
        " --init-file=" + directory_.file("init.sql") +
        " --max-connections=200 --skip-name-resolve --innodb-flush-method=nosync --innodb-buffer-pool-size=64M "
        "--performance-schema=OFF --log-bin=" +
        directory_.file("binlog") + " --sync-binlog=1 --log-error=" + directory_.file("server.log") +
        (tls_ ? " --ssl-cert=" + certificate() + " --ssl-key=" + directory_.file("key.pem") : "");
    if (std::system(("cd / && rm -f " + socket() + " && (PATH=$PATH:/usr/sbin exec setsid " + command +
                     " </dev/null >/dev/null 2>&1 &)")
                        .c_str()) != 0) {
      return false;
    }
    for (int i = 0; i < 2000; ++i) {
      if (sql("mysql", "SELECT 'up'") == "up") return true;
      usleep(10'000);
    }
    return false;
  }

  TempDir directory_;
  std::string as_, missing_;
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
