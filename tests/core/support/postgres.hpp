#pragma once
// A private PostgreSQL on loopback, from the distribution's own programs.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <atomic>
#include <cstdio>
#include <fstream>

#include "support/registry.hpp"

namespace bonin::registry_test {

/// One cluster a process, started at first use, removed at its end.
class Postgres {
 public:
  static Postgres& instance() {
    static Postgres cluster;
    return cluster;
  }
  ~Postgres() {
    if (running_) control("stop -m immediate");
  }

  /// Why there is none; empty: it runs.
  const std::string& missing() const { return missing_; }

  /// The address of a new, empty database.
  std::string fresh_database() {
    const std::string name = "t" + std::to_string(++databases_);
    sql("postgres", "CREATE DATABASE " + name);
    return url(name);
  }
  std::string url(const std::string& database, int port = 0) const {
    return "postgresql://bonin@127.0.0.1:" + std::to_string(port == 0 ? port_ : port) + "/" + database +
           "?sslmode=disable";
  }
  static std::string database_of(const std::string& url) {
    const auto from = url.rfind('/') + 1;
    return url.substr(from, url.find('?') - from);
  }
  int port() const { return port_; }

  void stop() { control("stop -m immediate"); }
  void start() { control(start_command()); }

  /// Runs a statement; its output without decoration.
  std::string sql(const std::string& database, const std::string& statement) const {
    return sql_at(url(database), statement);
  }
  std::string sql_at(const std::string& address, const std::string& statement) const {
    return output(bin_ + "/psql -X -q -A -t -v ON_ERROR_STOP=1 '" + address + "' -c \"" + statement + "\" 2>&1");
  }
  /// The address of a database, for somebody with fewer rights.
  std::string url_of(const std::string& user, const std::string& database) const {
    return "postgresql://" + user + "@127.0.0.1:" + std::to_string(port_) + "/" + database + "?sslmode=disable";
  }
  /// Runs a text with quotes of its own.
  std::string script(const std::string& database, const std::string& text) const {
    const auto file = directory_.file("script.sql");
    std::ofstream(file) << text;
    return output(bin_ + "/psql -X -q -A -t -v ON_ERROR_STOP=1 '" + url(database) + "' -f " + file + " 2>&1");
  }

  static std::string output(const std::string& command) {
    std::string text;
    FILE* pipe = popen(command.c_str(), "r");
    if (pipe == nullptr) return text;
    char buffer[4096];
    for (std::size_t n; (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;) text.append(buffer, n);
    pclose(pipe);
    while (text.ends_with('\n')) text.pop_back();
    return text;
  }
  static int free_port() {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    bind(fd, reinterpret_cast<sockaddr*>(&address), size);
    getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
    ::close(fd);
    return ntohs(address.sin_port);
  }

 private:
  Postgres() {
    bin_ = output("ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1");
    if (bin_.empty()) bin_ = output("dirname \"$(command -v initdb)\" 2>/dev/null");
    if (bin_.empty() || access((bin_ + "/initdb").c_str(), X_OK) != 0) {
      missing_ = "PostgreSQL is not installed (package `postgresql`)";
      return;
    }
    data_ = directory_.file("data");
    if (getuid() == 0) {
      // The server refuses to run as root.
      as_ = "setpriv --reuid=nobody --regid=nogroup --clear-groups ";
      if (std::system(("chown nobody " + directory_.path()).c_str()) != 0) missing_ = "no unprivileged user `nobody`";
    }
    port_ = free_port();
    const auto log = " >" + directory_.file("log") + " 2>&1";
    if (missing_.empty() &&
        std::system(
            (as_ + bin_ + "/initdb -D " + data_ + " -U bonin -A trust -E UTF8 --no-locale --no-sync" + log).c_str()) !=
            0) {
      missing_ = "initdb failed";
    }
    if (missing_.empty() && !control(start_command())) missing_ = "the server did not start";
    running_ = missing_.empty();
  }

  std::string start_command() const {
    return "start -l " + directory_.file("server.log") + " -o \"-c listen_addresses=127.0.0.1 -p " +
           std::to_string(port_) + " -c unix_socket_directories= -c max_connections=120 -c fsync=off\"";
  }
  bool control(const std::string& what) const {
    const std::string command = as_ + bin_ + "/pg_ctl -s -w -t 60 -D " + data_ + " " + what + " >/dev/null 2>&1";
    return std::system(("cd / && " + command).c_str()) == 0;
  }

  TempDir directory_;
  std::string bin_, data_, as_, missing_;
  int port_ = 0;
  bool running_ = false;
  std::atomic<int> databases_{0};
};

/// For the first line of a test that needs PostgreSQL.
#define BONIN_NEEDS_POSTGRES()                                                                                   \
  do {                                                                                                           \
    const auto& missing = bonin::registry_test::Postgres::instance().missing();                                  \
    if (!missing.empty()) GTEST_SKIP() << "PostgreSQL is left out: " << missing;                                 \
    auto probe =                                                                                                 \
        bonin::Registry::create({.store = "postgresql:///x", .own_store = {}, .peppers = {pepper("one", 'a')}}); \
    if (!probe) GTEST_SKIP() << "PostgreSQL is left out: " << probe.error().message;                             \
  } while (false)

}  // namespace bonin::registry_test
