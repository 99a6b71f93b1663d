// What an operator of MySQL or MariaDB may do to a registry, and what it says of it.

#include <map>
#include <thread>

#include "support/cutter.hpp"
#include "support/mysql.hpp"
#include "support/observed.hpp"
#include "support/sanitizer.hpp"
#include "support/silent_server.hpp"

namespace bonin::registry_test {
namespace {

/// Says no to whoever comes, as a server does in place of its greeting.
class Doorman {
 public:
  Doorman(int code, const std::string& words) {
    const std::string body =
        "\xff" + std::string({static_cast<char>(code & 0xff), static_cast<char>(code >> 8)}) + words;
    no_ = std::string({static_cast<char>(body.size()), '\0', '\0', '\0'}) + body;
    door_ = std::thread([this] {
      for (int client; (client = server_.receive()) >= 0; ::close(client)) {
        if (over_) break;
        ++visits_;
        send(client, no_.data(), no_.size(), MSG_NOSIGNAL);
        shutdown(client, SHUT_WR);
        char bytes[256];
        while (recv(client, bytes, sizeof bytes, 0) > 0) {
        }
      }
    });
  }
  Doorman(const Doorman&) = delete;
  Doorman& operator=(const Doorman&) = delete;
  ~Doorman() {
    over_ = true;
    const int knock = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(server_.port()));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connect(knock, reinterpret_cast<sockaddr*>(&address), sizeof address);
    door_.join();
    ::close(knock);
  }
  std::string url() const { return "mysql://shop:hunter2@127.0.0.1:" + std::to_string(server_.port()) + "/orders"; }
  int visits() const { return visits_; }

 private:
  SilentServer server_;
  std::string no_;
  std::atomic<bool> over_{false};
  std::atomic<int> visits_{0};
  std::thread door_;
};

TEST(RegistryMysql, RefusalSaysWhichItWasAndNoSecret) {
  BONIN_NEEDS_MYSQL();
  struct Case {
    int code;
    std::string said;
    bool lasting;
  };
  const Case cases[] = {
      {1045, "refuses the user or the password", true},
      {1049, "no such database", true},
      {1044, "no right to the database", true},
      {1130, "anybody in from this machine", true},
      {1040, "too many connections", false},
      {1053, "being shut down", false},
      {3159, "encrypted connections only", true},
      {1999, "no connection (mysql: 1999)", false},
  };
  for (const auto& [code, said, lasting] : cases) {
    const Doorman doorman(code, "words of hunter2 to shop");
    Settings settings;
    settings.timeout = lasting ? 20'000ms : 500ms;
    const auto answer = find(open(doorman.url(), settings), verified("ci"));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, lasting ? ErrorKind::store_failed : ErrorKind::store_unavailable) << said;
    EXPECT_NE(answer.error().what().find(said), std::string::npos) << answer.error().what();
    EXPECT_EQ(answer.error().what().find("hunter2"), std::string::npos) << answer.error().what();
    EXPECT_EQ(lasting, doorman.visits() == 1) << said;
  }
}

TEST(RegistryMysql, NobodyAtTheAddressIsSaid) {
  BONIN_NEEDS_MYSQL();
  Settings settings;
  settings.timeout = 500ms;
  const std::map<std::string, std::string> causes{
      {"mysql://u:hunter2@127.0.0.1:1/x", "nothing listens there"},
      {"mysql://u:hunter2@/x?socket=/tmp/no-such-folder/mysqld.sock", "no such socket"},
      {"mysql://u:hunter2@no-such-host.invalid/x?ssl-mode=REQUIRED", "the host is not found"},
  };
  for (const auto& [url, cause] : causes) {
    const auto answer = find(open(url, settings), verified("ci"));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::store_unavailable);
    EXPECT_NE(answer.error().what().find(cause), std::string::npos) << answer.error().what();
    EXPECT_EQ(answer.error().what().find("hunter2"), std::string::npos) << answer.error().what();
  }
}

TEST(RegistryMysql, WhatWouldEndTheSameWayIsTriedOnce) {
  BONIN_NEEDS_MYSQL();
  auto& mysql = Mysql::instance();
  const auto database = Mysql::database_of(mysql.fresh_database());
  mysql.sql("mysql", "CREATE USER locked@'%' IDENTIFIED BY 'right'; CREATE USER stranger@'%'");
  const std::map<std::string, std::string> causes{
      {mysql.url("nothing_of_the_kind"), "there is no such database"},
      {mysql.url_of("locked:wrong", database), "refuses the user or the password"},
      {mysql.url_of("stranger", database), "no right to the database"},
  };
  for (const auto& [url, cause] : causes) {
    const auto registry = open(url);
    const auto answer = claim(registry, verified("ci-1"), "a1");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::store_failed) << answer.error().what();
    EXPECT_FALSE(answer.error().retryable());
    EXPECT_NE(answer.error().what().find(cause), std::string::npos) << answer.error().what();
    EXPECT_EQ(registry.metrics().retries, 0u);
  }
}

TEST(RegistryMysql, OutageIsRiddenOutForAsLongAsTheCallMayTake) {
  BONIN_NEEDS_MYSQL();
  auto& mysql = Mysql::instance();
  Settings settings;
  settings.timeout = 60s;
  const auto registry = open(mysql.fresh_database(), settings);
  ASSERT_EQ(said(claim(registry, verified("ci-0"), "a0")), "created");
  mysql.stop();
  Ending<Claim> ending;
  registry.try_claim(verified("ci-1"), "a1", {}, ending.callback());
  while (registry.metrics().retries < 12) std::this_thread::yield();
  mysql.start();
  EXPECT_EQ(said(ending.wait()), "created");
}

TEST(RegistryMysql, MissingRightIsNamed) {
  BONIN_NEEDS_MYSQL();
  auto& mysql = Mysql::instance();
  const auto url = mysql.fresh_database();
  const auto database = Mysql::database_of(url);
  mysql.sql("mysql", "CREATE USER clerk@'%'; GRANT SELECT ON " + database + ".* TO clerk@'%'");
  const auto clerk = mysql.url_of("clerk", database);
  const auto refused = [&](const std::string& right) {
    const auto answer = claim(open(clerk), verified("ci-1"), "a1");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::store_failed) << answer.error().what();
    EXPECT_NE(answer.error().what().find("GRANT " + right + " ON"), std::string::npos) << answer.error().what();
  };
  refused("CREATE");
  ASSERT_EQ(said(claim(open(url), verified("ci-0"), "a0")), "created");
  EXPECT_EQ(find(open(clerk), verified("ci-0")).value(), "a0");
  // A lock on a row takes more than the right to read it.
  EXPECT_EQ(claim(open(clerk), verified("ci-1"), "a1").error().kind, ErrorKind::store_failed);
  mysql.sql("mysql", "GRANT SELECT, UPDATE, DELETE ON " + database + ".* TO clerk@'%'");
  refused("INSERT");
  mysql.sql("mysql", "GRANT INSERT ON " + database + ".* TO clerk@'%'");
  EXPECT_EQ(said(claim(open(clerk), verified("ci-1"), "a1")), "created");
  EXPECT_TRUE(forget(open(clerk), "a1").value());
}

TEST(RegistryMysql, RightToWriteThatCameBackIsNoticed) {
  BONIN_NEEDS_MYSQL();
  auto& mysql = Mysql::instance();
  const auto url = mysql.fresh_database();
  const auto database = Mysql::database_of(url);
  ASSERT_EQ(said(claim(open(url), verified("ci-0"), "a0")), "created");
  mysql.sql("mysql",
            "CREATE USER reader@'%'; GRANT SELECT, INSERT, UPDATE, DELETE ON " + database + ".* TO reader@'%'");
  mysql.sql("mysql", "SET GLOBAL read_only = 1");
  const auto registry = open(mysql.url_of("reader", database));
  EXPECT_EQ(claim(registry, verified("ci-1"), "a1").error().kind, ErrorKind::store_read_only);
  EXPECT_EQ(find(registry, verified("ci-0")).value(), "a0");
  mysql.sql("mysql", "SET GLOBAL read_only = 0");
  EXPECT_EQ(said(claim(registry, verified("ci-1"), "a1")), "created");
}

TEST(RegistryMysql, ServerThatAnswersBeforeItFlushesIsRefused) {
  BONIN_NEEDS_MYSQL();
  auto& mysql = Mysql::instance();
  for (const std::string setting : {"innodb_flush_log_at_trx_commit", "sync_binlog"}) {
    const auto url = mysql.fresh_database();
    const auto open_already = open(url);
    ASSERT_EQ(said(claim(open_already, verified("ci-0"), "a0")), "created");
    mysql.sql("mysql", "SET GLOBAL " + setting + " = 2");
    for (const auto& registry : {open_already, open(url)}) {
      const auto answer = claim(registry, verified("ci-1"), "a1");
      EXPECT_FALSE(answer) << setting;
      if (answer) continue;
      EXPECT_EQ(answer.error().kind, ErrorKind::store_failed);
      EXPECT_NE(answer.error().what().find("`" + setting + " = 1`"), std::string::npos) << answer.error().what();
    }
    mysql.sql("mysql", "SET GLOBAL " + setting + " = 1");
    EXPECT_EQ(find(open_already, verified("ci-1")).value(), std::nullopt);
    EXPECT_EQ(said(claim(open_already, verified("ci-1"), "a1")), "created");
  }
  test::observed(38, "MariaDB that answers a commit before it flushes: refused");
}

TEST(RegistryMysql, TablesOfAnotherKindAreRefused) {
  BONIN_NEEDS_MYSQL();
  auto& mysql = Mysql::instance();
  const std::map<std::string, std::string> changes{
      {"ALTER TABLE bonin_used_verification ENGINE=MyISAM", "must be of the engine InnoDB"},
      {"ALTER TABLE bonin_person MODIFY account VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci",
       "must be binary"},
      {"DELETE FROM bonin_stripe WHERE id < 4096", "has lost rows"},
      {"UPDATE bonin_schema_version SET version = 99", "newer version"},
  };
  for (const auto& [change, said_of_it] : changes) {
    const auto url = mysql.fresh_database();
    ASSERT_EQ(said(claim(open(url), verified("ci-0"), "a0")), "created");
    EXPECT_EQ(mysql.sql(Mysql::database_of(url), change), "");
    const auto answer = claim(open(url), verified("ci-1"), "a1");
    EXPECT_FALSE(answer) << change;
    if (answer) continue;
    EXPECT_NE(answer.error().what().find(said_of_it), std::string::npos) << answer.error().what();
  }
}

TEST(RegistryMysql, LockedRowsAndTablesAreBusy) {
  BONIN_NEEDS_MYSQL();
  auto& mysql = Mysql::instance();
  const auto url = mysql.fresh_database();
  const auto database = Mysql::database_of(url);
  ASSERT_EQ(said(claim(open(url), verified("ci-0"), "a0")), "created");
  Settings settings;
  settings.timeout = 1s;
  const auto registry = open(url, settings);
  ASSERT_EQ(find(registry, verified("ci-0")).value(), "a0");
  for (const std::string lock :
       {"SELECT COUNT(*) FROM bonin_stripe FOR UPDATE", "LOCK TABLES bonin_person_key WRITE"}) {
    mysql.sql(database, "CREATE TABLE IF NOT EXISTS held (n INT) ENGINE=MyISAM; DELETE FROM held");
    std::thread locker([&] {
      const bool table = lock.starts_with("LOCK");
      mysql.sql(database, table ? "LOCK TABLES bonin_person_key WRITE, held WRITE; DO SLEEP(4)"
                                : "START TRANSACTION; " + lock + "; INSERT INTO held VALUES (1); DO SLEEP(4)");
    });
    while (mysql.sql("mysql",
                     "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'DO SLEEP%' AND db = '" +
                         database + "'") != "1") {
    }
    EXPECT_EQ(claim(registry, verified("ci-1"), "a1").error().kind, ErrorKind::store_busy) << lock;
    locker.join();
    EXPECT_EQ(find(registry, verified("ci-1")).value(), std::nullopt) << lock;
  }
}

TEST(RegistryMysql, TransactionBringsItsOwnSettings) {
  BONIN_NEEDS_MYSQL();
  auto& mysql = Mysql::instance();
  const auto url = mysql.fresh_database();
  const auto database = Mysql::database_of(url);
  const auto registry = open(url, Settings{});
  ASSERT_EQ(said(claim(registry, verified("ci-0"), "a0")), "created");
  // A trigger sees the settings of the registry's own session.
  EXPECT_EQ(mysql.sql(database,
                      "CREATE TABLE seen (what TEXT); CREATE TRIGGER look AFTER INSERT ON bonin_person FOR EACH ROW "
                      "INSERT INTO seen VALUES (CONCAT_WS(' ', @@innodb_lock_wait_timeout, @@lock_wait_timeout, "
                      "@@wait_timeout, @@foreign_key_checks))"),
            "");
  ASSERT_EQ(said(claim(registry, verified("ci-1"), "a1")), "created");
  EXPECT_EQ(mysql.sql(database, "SELECT what FROM seen"),
            "1 20 25 ON");  // somebody else's lock is waited for briefly at first
}

TEST(RegistryMysql, TlsIsWhatTheAddressAsksFor) {
  BONIN_NEEDS_MYSQL();
  auto& mysql = Mysql::instance();
  if (!mysql.has_tls()) GTEST_SKIP() << "no certificate could be made";
  const auto database = Mysql::database_of(mysql.fresh_database());
  EXPECT_EQ(mysql.sql("mysql", "CREATE USER tls@'%' REQUIRE SSL; GRANT ALL ON *.* TO tls@'%'"), "");
  const auto words_of = [](const Result<Claim>& answer) { return answer ? said(answer) : answer.error().what(); };
  const auto at = [&](const std::string& host, const std::string& mode) {
    return claim(open("mysql://tls@" + host + ":" + std::to_string(mysql.port()) + "/" + database + mode),
                 verified("ci"), "a");
  };
  const auto verify = "?ssl-mode=VERIFY_IDENTITY&ssl-ca=";
  EXPECT_EQ(said(at("localhost", "?ssl-mode=REQUIRED")), "created");
  EXPECT_EQ(said(at("localhost", verify + mysql.certificate())), "existing");
  const std::map<std::string, std::string> refused{
      {words_of(at("127.0.0.1", verify + mysql.certificate())), "certificate of the server is not accepted"},
      {words_of(at("localhost", "?ssl-mode=VERIFY_IDENTITY")), "certificate of the server is not accepted"},
      {words_of(at("localhost", verify + std::string("/nonexistent/ca.pem"))), "ssl-ca"},
      {words_of(at("localhost", "?ssl-mode=DISABLED")), "refuses the user"},
  };
  for (const auto& [words, wanted] : refused) EXPECT_NE(words.find(wanted), std::string::npos) << words;
}

// ---- a server that says nothing

Settings very_patient() {
  Settings settings;
  settings.timeout = 10min;
  return settings;
}

TEST(RegistryMysql, CallsOwnLimitHoldsInASilentServer) {
  BONIN_NEEDS_MYSQL();
  const SilentServer server;
  const auto registry = open(server.mysql_url(), very_patient());
  Ending<Claim> claim;
  registry.claim(verified("ci"), "a", {}, claim.callback(), {50ms});
  EXPECT_EQ(claim.wait().error().kind, ErrorKind::timed_out);
  Ending<Claim> cancelled;
  const auto call = registry.claim(verified("ci"), "a", {}, cancelled.callback());
  call.cancel();
  EXPECT_EQ(cancelled.wait().error().kind, ErrorKind::cancelled);
}

TEST(RegistryMysql, ClosingDoesNotWaitForASilentServer) {
  BONIN_NEEDS_MYSQL();
  const SilentServer server;
  const auto registry = open(server.mysql_url(), very_patient());
  std::vector<Ending<Claim>> endings(100);
  for (auto& ending : endings) registry.claim(verified("ci"), "a", {}, ending.callback());
  const int client = server.receive();
  registry.close();
  SilentServer::see_off(client);
  for (const auto& ending : endings) EXPECT_EQ(ending.wait().error().kind, ErrorKind::closed);
}

TEST(RegistryMysql, ForkDoesNotWaitForASilentServer) {
  BONIN_NEEDS_MYSQL();
  if (test::thread_sanitizer) GTEST_SKIP() << "ThreadSanitizer takes no threads after a fork";
  const SilentServer server;
  const auto registry = open(server.mysql_url(), very_patient());
  Ending<Claim> claim;
  const auto call = registry.claim(verified("ci"), "a", {}, claim.callback());
  const int client = server.receive();
  const pid_t child = fork();
  if (child == 0) {
    Ending<Claim> own;
    registry.claim(verified("ci"), "a", {}, own.callback(), {50ms});
    _exit(own.wait().error().kind == ErrorKind::timed_out ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT_FALSE(claim.ended());
  call.cancel();
  EXPECT_EQ(claim.wait().error().kind, ErrorKind::cancelled);
  ::close(client);
}

TEST(RegistryMysql, BothSidesOfAForkGoOn) {
  BONIN_NEEDS_MYSQL();
  if (test::thread_sanitizer) GTEST_SKIP() << "ThreadSanitizer takes no threads after a fork";
  const auto registry = open(Mysql::instance().fresh_database());
  ASSERT_EQ(said(claim(registry, verified("ci-0"), "a0")), "created");
  const pid_t child = fork();
  if (child == 0) {
    const bool good = said(claim(registry, verified("ci-0"), "a0")) == "existing" &&
                      said(claim(registry, verified("ci-child"), "child")) == "created";
    _exit(good ? 0 : 1);
  }
  EXPECT_EQ(said(claim(registry, verified("ci-1"), "a1")), "created");
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT_EQ(find(registry, verified("ci-child")).value(), "child");
}

TEST(RegistryMysql, WaitForALockEndsWithTheRegistry) {
  BONIN_NEEDS_MYSQL();
  auto& mysql = Mysql::instance();
  const auto url = mysql.fresh_database();
  const auto database = Mysql::database_of(url);
  const auto registry = open(url, very_patient());
  ASSERT_EQ(said(claim(registry, verified("ci-0"), "a0")), "created");
  std::thread locker(
      [&] { mysql.sql(database, "START TRANSACTION; SELECT COUNT(*) FROM bonin_stripe FOR UPDATE; DO SLEEP(3)"); });
  const auto busy = [&](const std::string& like) {
    return mysql.sql("mysql", "SELECT COUNT(*) FROM information_schema.processlist WHERE db = '" + database +
                                  "' AND info LIKE '" + like + "'") == "1";
  };
  while (!busy("DO SLEEP%")) {
  }
  Ending<Claim> waiting, hasty;
  registry.try_claim(verified("ci-1"), "a1", {}, hasty.callback(), {50ms});
  registry.try_claim(verified("ci-2"), "a2", {}, waiting.callback());
  EXPECT_EQ(hasty.wait().error().kind, ErrorKind::timed_out);
  while (!busy("SELECT id FROM bonin_stripe%")) {
  }
  const pid_t child = fork();  // it does not wait for the lock
  if (child == 0) _exit(0);
  waitpid(child, nullptr, 0);
  EXPECT_FALSE(waiting.ended());
  registry.close();
  EXPECT_EQ(waiting.wait().error().kind, ErrorKind::closed);
  locker.join();
}

// ---- addresses and the library

TEST(RegistryMysql, AddressIsReadStrictlyAndNeverQuoted) {
  const auto error_of = [](const std::string& store) {
    auto made = Registry::create({.store = store, .own_store = {}, .peppers = {pepper("one", 'a')}});
    return made ? std::string() : made.error().parameter + ": " + made.error().message;
  };
  for (const std::string good :
       {"mysql://u@localhost/x", "mariadb://u:p%40%3A%2F%3F%23%25@127.0.0.1:3307/x", "mysql://u:@[::1]:3306/x",
        "mysql://u@/x?socket=/run/mysqld/mysqld.sock", "mysql://u@db.example.com/x?ssl-mode=REQUIRED",
        "mysql://u@db.example.com/x?ssl-mode=VERIFY_IDENTITY&ssl-ca=/etc/ca.pem&connect-timeout=5",
        "mysql://u@db.example.com/x?ssl-mode=DISABLED"}) {
    EXPECT_EQ(error_of(good), "") << good;
  }
  for (const std::string bad : {"mysql://",
                                "mysql://localhost/x",
                                "mysql://u:hunter2@localhost",
                                "mysql://u:hunter2@localhost/",
                                "mysql://u:hunter2@/x",
                                "mysql://u:hun@ter2@localhost/x",
                                "mysql://u:hun/ter2@localhost/x",
                                "mysql://u:hun?ter2@localhost/x",
                                "mysql://u:hunter2#@localhost/x",
                                "mysql://u:hunter2%zz@localhost/x",
                                "mysql://u:hunter2%00@localhost/x",
                                "mysql://u:hunter2@localhost:0/x",
                                "mysql://u:hunter2@localhost:99999/x",
                                "mysql://u:hunter2@localhost:abc/x",
                                "mysql://u:hunter2@localhost/x/y",
                                "mysql://u:hunter2@localhost/x?hunter2=1",
                                "mysql://u:hunter2@localhost/x?ssl-mode=hunter2",
                                "mysql://u:hunter2@localhost/x?connect-timeout=0",
                                "mysql://u:hunter2@localhost/x?socket=/s",
                                "mysql://u:hunter2@localhost/x?ssl-ca="}) {
    EXPECT_TRUE(error_of(bad).starts_with("store: ")) << bad << " " << error_of(bad);
    EXPECT_EQ(error_of(bad).find("hunter2"), std::string::npos) << error_of(bad);
    EXPECT_EQ(error_of(bad).find("ter2"), std::string::npos) << error_of(bad);
  }
  EXPECT_NE(error_of("mysql://u@localhost/x?charset=utf8").find("there are `ssl-mode`"), std::string::npos);
  for (const std::string mode : {"", "?connect-timeout=5"}) {
    EXPECT_NE(error_of("mysql://u@db.example.com/x" + mode).find("unencrypted"), std::string::npos);
  }
  const auto made = Registry::create({.store = "mysql://u:hunter2@db.example.com/x?ssl-mode=DISABLED",
                                      .own_store = {},
                                      .peppers = {pepper("one", 'a')}});
  ASSERT_EQ(made->warnings().size(), 1u);
  EXPECT_NE(made->warnings()[0].find("ssl-mode=VERIFY_IDENTITY"), std::string::npos);
  EXPECT_EQ(made->warnings()[0].find("hunter2"), std::string::npos);
  const auto schema = Registry::create(
      {.store = "mysql://u@localhost/x", .own_store = {}, .peppers = {pepper("one", 'a')}, .schema = "shop"});
  ASSERT_FALSE(schema);
  EXPECT_EQ(schema.error().parameter, "schema");
  test::observed(48,
                 "MySQL on another host without TLS: refused when the registry is made, or a warning where "
                 "`ssl-mode=DISABLED` asks for it");
}

/// In a worker whose libmariadb is no library.
TEST(RegistryWorker, DISABLED_HasNoLibmariadb) {
  const auto answer = find(open("mysql://u@127.0.0.1:1/x"), verified("ci"));
  worker_line(answer ? "found" : std::string(answer.error().name()) + " " + answer.error().message);
}

TEST(RegistryMysql, MissingLibraryIsSaidWithWhatToInstall) {
  const TempDir directory;
  std::ofstream(directory.file("libmariadb.so.3")) << "no library";
  Worker worker("RegistryWorker.DISABLED_HasNoLibmariadb", {{"LD_LIBRARY_PATH", directory.path()}});
  const auto words = worker.finish();
  EXPECT_TRUE(words.starts_with("store_failed ")) << words;
  EXPECT_NE(words.find("apt-get install libmariadb3"), std::string::npos) << words;
}

}  // namespace
}  // namespace bonin::registry_test
