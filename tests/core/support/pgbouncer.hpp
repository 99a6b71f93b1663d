#pragma once
// PgBouncer in front of the private PostgreSQL, pooling transactions.

#include <csignal>
#include <fstream>

#include "support/postgres.hpp"

namespace bonin::registry_test {

class PgBouncer {
 public:
  /// `prepared`: its max_prepared_statements, which 1.21 and later know.
  explicit PgBouncer(int prepared) : port_(Postgres::free_port()) {
    const auto version = Postgres::output("pgbouncer --version 2>/dev/null | sed -n 's/^PgBouncer //p'");
    if (version.empty()) {
      missing_ = "PgBouncer is not installed (package `pgbouncer`)";
      return;
    }
    const bool knows = version[0] > '1' || std::atoi(version.substr(version.find('.') + 1).c_str()) >= 21;
    if (prepared > 0 && !knows) {
      missing_ = "PgBouncer " + version + " keeps no prepared statements";
      return;
    }
    std::ofstream settings(directory_.file("ini"));
    settings << "[databases]\n* = host=127.0.0.1 port=" << Postgres::instance().port() << " user=bonin\n[pgbouncer]\n"
             << "listen_addr = 127.0.0.1\nlisten_port = " << port_ << "\nunix_socket_dir =\nauth_type = any\n"
             << "pool_mode = transaction\ndefault_pool_size = 4\nmax_client_conn = 500\nlogfile = "
             << directory_.file("log") << "\npidfile = " << directory_.file("pid") << "\n";
    if (knows) settings << "max_prepared_statements = " << prepared << "\n";
    settings.close();
    std::string as;
    if (getuid() == 0) {
      // It refuses to run as root.
      as = "setpriv --reuid=nobody --regid=nogroup --clear-groups ";
      static_cast<void>(std::system(("chown -R nobody " + directory_.path()).c_str()));
    }
    if (std::system((as + "pgbouncer -q -d " + directory_.file("ini") + " >/dev/null 2>&1").c_str()) != 0) {
      missing_ = "PgBouncer did not start";
      return;
    }
    for (int tries = 0; tries < 200 && pid_ == 0; ++tries) {
      if (Postgres::instance().sql_at(url("postgres"), "SELECT 1") == "1")
        std::ifstream(directory_.file("pid")) >> pid_;
    }
    if (pid_ == 0) missing_ = "PgBouncer does not answer";
  }
  PgBouncer(const PgBouncer&) = delete;
  PgBouncer& operator=(const PgBouncer&) = delete;
  ~PgBouncer() {
    if (pid_ > 0) ::kill(pid_, SIGTERM);
  }

  const std::string& missing() const { return missing_; }
  std::string url(const std::string& database) const { return Postgres::instance().url(database, port_); }

 private:
  TempDir directory_;
  const int port_;
  pid_t pid_ = 0;
  std::string missing_;
};

}  // namespace bonin::registry_test
