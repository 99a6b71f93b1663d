// What an operator of PostgreSQL may do to a registry, and what it says of it.

#include <map>
#include <thread>

#include "support/loopback.hpp"
#include "support/postgres.hpp"

namespace bonin::registry_test {
namespace {

/// Says no to whoever comes, as PostgreSQL and poolers do.
class Porter {
 public:
  Porter(const std::string& state, const std::string& words) {
    for (const auto& field : {"SFATAL", "VFATAL"}) (no_ += field) += '\0';
    ((no_ += 'C') += state) += '\0';
    ((no_ += 'M') += words) += std::string(2, '\0');
    const auto size = htonl(static_cast<std::uint32_t>(no_.size() + 4));
    no_.insert(0, reinterpret_cast<const char*>(&size), 4);
    no_.insert(0, "E");
    door_ = std::thread([this] {
      for (int client; (client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0; ::close(client)) {
        ++visits_;
        char words[4096];
        if (recv(client, words, sizeof words, 0) > 0) send(client, no_.data(), no_.size(), MSG_NOSIGNAL);
        shutdown(client, SHUT_WR);
        while (recv(client, words, sizeof words, 0) > 0) {
        }
      }
    });
  }
  Porter(const Porter&) = delete;
  Porter& operator=(const Porter&) = delete;
  ~Porter() {
    shutdown(listener_, SHUT_RDWR);
    door_.join();
    ::close(listener_);
  }
  std::string url() const {
    return "postgresql://shop:hunter2@127.0.0.1:" + std::to_string(port_) + "/orders?sslmode=disable";
  }
  int visits() const { return visits_; }

 private:
  std::string no_;
  const test::Loopback here_;
  const int listener_ = here_.listener;
  const int port_ = here_.port;
  std::atomic<int> visits_{0};
  std::thread door_;
};

TEST(RegistryPostgres, RefusalSaysWhichItWasAndNoSecret) {
  BONIN_NEEDS_POSTGRES();
  struct Case {
    std::string state, words, said;
    bool lasting;
  };
  const Case cases[] = {
      {"28P01", "password hunter2 of shop", "refuses the password", true},
      {"28000", "no pg_hba.conf entry", "does not let this user in", true},
      {"3D000", "database orders", "no such database", true},
      {"42501", "permission denied", "GRANT CONNECT", true},
      {"22023", "hunter2", "option of the address", true},
      {"53300", "sorry, too many clients already", "too many connections", false},
      {"57P03", "the database system is starting up", "is starting", false},
      {"08P01", "no such database: orders", "pooler knows no such database", true},
      {"08P01", "unsupported startup parameter: options", "pooler refuses an option", true},
      {"08P01", "no more connections allowed (max_client_conn)", "pooler has too many clients", false},
      {"XX000", "hunter2 hunter2", "refuses the connection (SQLSTATE XX000)", false},
  };
  for (const auto& [state, words, said, lasting] : cases) {
    const Porter porter(state, words);
    Settings settings;
    settings.timeout = lasting ? 20'000ms : 500ms;
    const auto answer = find(open(porter.url(), settings), verified("ci"));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, lasting ? ErrorKind::store_failed : ErrorKind::store_unavailable) << said;
    EXPECT_NE(answer.error().what().find(said), std::string::npos) << answer.error().what();
    EXPECT_EQ(answer.error().what().find("hunter2"), std::string::npos) << answer.error().what();
    EXPECT_EQ(lasting, porter.visits() == 1) << said;
  }
}

TEST(RegistryPostgres, NobodyAtTheAddressIsSaid) {
  BONIN_NEEDS_POSTGRES();
  Settings settings;
  settings.timeout = 500ms;
  const std::map<std::string, std::string> causes{
      {"postgresql://u:hunter2@127.0.0.1:1/x", "nothing listens there"},
      {"postgresql://u:hunter2@%2Ftmp%2Fno-such-folder/x", "no such socket"},
  };
  for (const auto& [url, cause] : causes) {
    const auto answer = find(open(url, settings), verified("ci"));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::store_unavailable);
    EXPECT_NE(answer.error().what().find(cause), std::string::npos) << answer.error().what();
    EXPECT_EQ(answer.error().what().find("hunter2"), std::string::npos) << answer.error().what();
  }
}

TEST(RegistryPostgres, OutageIsRiddenOutForAsLongAsTheCallMayTake) {
  BONIN_NEEDS_POSTGRES();
  auto& postgres = Postgres::instance();
  Settings settings;
  settings.timeout = 60s;
  const auto registry = open(postgres.fresh_database(), settings);
  ASSERT_EQ(said(claim(registry, verified("ci-0"), "a0")), "created");
  postgres.stop();
  Ending<Claim> ending;
  registry.try_claim(verified("ci-1"), "a1", {}, ending.callback());
  while (registry.metrics().retries < 12) std::this_thread::yield();
  postgres.start();
  EXPECT_EQ(said(ending.wait()), "created");
}

TEST(RegistryPostgres, RightToWriteThatCameBackIsNoticed) {
  BONIN_NEEDS_POSTGRES();
  auto& postgres = Postgres::instance();
  const auto url = postgres.fresh_database();
  const auto database = Postgres::database_of(url);
  ASSERT_EQ(said(claim(open(url), verified("ci-0"), "a0")), "created");
  const auto read_only = [&](const std::string& value) {
    postgres.sql("postgres", "ALTER DATABASE " + database + " SET default_transaction_read_only = " + value);
  };
  read_only("on");
  const auto registry = open(url);
  EXPECT_EQ(claim(registry, verified("ci-1"), "a1").error().kind, ErrorKind::store_read_only);
  EXPECT_EQ(registry.metrics().retries, 0u);
  read_only("off");
  EXPECT_EQ(said(claim(registry, verified("ci-1"), "a1")), "created");
}

TEST(RegistryPostgres, WhatWouldEndTheSameWayIsTriedOnce) {
  BONIN_NEEDS_POSTGRES();
  auto& postgres = Postgres::instance();
  const auto database = Postgres::database_of(postgres.fresh_database());
  const std::map<std::string, std::string> causes{
      {postgres.url("nothing_of_the_kind"), "there is no such database"},
      {postgres.url_of("stranger", database), "does not let this user in"},
      {postgres.url(database) + "&options=-c%20no.such%3D1%20-c%20nothing%3D1", "option of the address"},
      {postgres.url_of("bonin", database) + "&sslmode=require", "no TLS"},
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

TEST(RegistryPostgres, SchemaThatIsThereTakesNoRightToMakeOne) {
  BONIN_NEEDS_POSTGRES();
  auto& postgres = Postgres::instance();
  const auto database = Postgres::database_of(postgres.fresh_database());
  postgres.sql("postgres", "CREATE ROLE shop LOGIN");
  const auto url = postgres.url_of("shop", database);
  const auto without = claim(open(url), verified("ci-0"), "a0");
  ASSERT_FALSE(without);
  EXPECT_EQ(without.error().kind, ErrorKind::store_failed);
  EXPECT_NE(without.error().what().find("right"), std::string::npos) << without.error().what();
  postgres.sql(database, "CREATE SCHEMA bonin AUTHORIZATION shop");
  EXPECT_EQ(said(claim(open(url), verified("ci-0"), "a0")), "created");
}

TEST(RegistryPostgres, PublicationOfAllTablesStopsNothing) {
  BONIN_NEEDS_POSTGRES();
  auto& postgres = Postgres::instance();
  const auto url = postgres.fresh_database();
  const auto database = Postgres::database_of(url);
  postgres.sql(database, "CREATE PUBLICATION everything FOR ALL TABLES");
  EXPECT_EQ(said(claim(open(url), verified("ci-0"), "a0")), "created");
  // As an earlier version left it.
  postgres.sql(database,
               "DROP PUBLICATION everything; ALTER TABLE bonin.schema_version DROP CONSTRAINT schema_version_pkey; "
               "UPDATE bonin.schema_version SET version = 1; CREATE PUBLICATION everything FOR ALL TABLES");
  EXPECT_EQ(said(claim(open(url), verified("ci-1"), "a1")), "created");
  EXPECT_EQ(postgres.sql(database, "SELECT version FROM bonin.schema_version"), "2");
}

TEST(RegistryPostgres, ServerShortOfLocksGetsSmallerGroups) {
  BONIN_NEEDS_POSTGRES();
  auto& postgres = Postgres::instance();
  const auto url = postgres.fresh_database();
  const auto registry = open(url);
  ASSERT_EQ(said(claim(registry, verified("ci"), "a")), "created");
  postgres.sql(Postgres::database_of(url),
               "CREATE FUNCTION few() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF (SELECT count(*) FROM pg_locks "
               "WHERE locktype = ''advisory'' AND pid = pg_backend_pid()) > 10 THEN RAISE EXCEPTION USING ERRCODE = "
               "''53200''; END IF; RETURN NULL; END'; CREATE TRIGGER few AFTER INSERT ON bonin.person FOR EACH ROW "
               "EXECUTE FUNCTION few()");
  std::promise<void> holds, go;
  registry.claim(verified("ci"), "a", {}, [&](const Result<Claim>&) {
    holds.set_value();
    go.get_future().wait();
  });
  holds.get_future().wait();
  std::vector<Ending<Claim>> endings(40);
  for (std::size_t i = 0; i < endings.size(); ++i) {
    const auto n = std::to_string(i);
    registry.try_claim(verified("ci-" + n), "a" + n, {}, endings[i].callback());
  }
  go.set_value();
  for (auto& ending : endings) EXPECT_EQ(said(ending.wait()), "created");
}

TEST(RegistryPostgres, TwoSchemasAreTwoRegistries) {
  BONIN_NEEDS_POSTGRES();
  auto& postgres = Postgres::instance();
  const auto url = postgres.fresh_database();
  const auto in = [&](const std::string& schema, char fill) {
    return Registry::create({.store = url, .own_store = {}, .peppers = {pepper("one", fill)}, .schema = schema});
  };
  // A reserved word, and one that holds the default's name.
  const auto one = in("table", 'a').value(), two = in("my_bonin", 'b').value();
  EXPECT_EQ(said(claim(one, verified("ci"), "a")), "created");
  EXPECT_EQ(said(claim(two, verified("ci"), "b")), "created");
  EXPECT_EQ(find(one, verified("ci")).value(), "a");
  EXPECT_EQ(find(two, verified("ci")).value(), "b");
  EXPECT_EQ(postgres.sql(Postgres::database_of(url), "SELECT count(*) FROM pg_namespace WHERE nspname = 'bonin'"), "0");
  for (const std::string name : {"Bonin", "pg_x", "1x", "a b", "a\"b", "information_schema", "é"}) {
    const auto made = in(name, 'a');
    ASSERT_FALSE(made) << name;
    EXPECT_EQ(made.error().parameter, "schema");
    EXPECT_FALSE(Registry::schema_sql(name)) << name;
  }
  const auto elsewhere = Registry::create(
      {.store = "sqlite::memory:", .own_store = {}, .peppers = {pepper("one", 'a')}, .schema = "shop"});
  ASSERT_FALSE(elsewhere);
  EXPECT_EQ(elsewhere.error().parameter, "schema");
}

TEST(RegistryPostgres, PublishedSqlMakesTheTablesForARoleThatMayMakeNone) {
  BONIN_NEEDS_POSTGRES();
  auto& postgres = Postgres::instance();
  const auto database = Postgres::database_of(postgres.fresh_database());
  EXPECT_EQ(postgres.script(database, Registry::schema_sql("people").value()), "");
  postgres.sql(
      database,
      "CREATE ROLE clerk LOGIN; GRANT USAGE ON SCHEMA people TO clerk; GRANT SELECT, INSERT, UPDATE, DELETE ON "
      "ALL TABLES IN SCHEMA people TO clerk");
  const auto registry = Registry::create({.store = postgres.url_of("clerk", database),
                                          .own_store = {},
                                          .peppers = {pepper("one", 'a')},
                                          .schema = "people"});
  EXPECT_EQ(said(claim(registry.value(), verified("ci"), "a")), "created");
  EXPECT_EQ(find(registry.value(), verified("ci")).value(), "a");
  EXPECT_TRUE(rotate(registry.value()));
}

}  // namespace
}  // namespace bonin::registry_test
