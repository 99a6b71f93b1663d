// What can befall MySQL and MariaDB, and the way to them.

#include <functional>
#include <map>
#include <thread>
#include <tuple>

#include "support/cutter.hpp"
#include "support/mysql.hpp"
#include "support/observed.hpp"

namespace bonin::registry_test {
namespace {

TEST(RegistryMysql, EveryRuleHolds) {
  BONIN_NEEDS_MYSQL();
  std::string stores;
  for (int i = 0; i < 60; ++i) stores += Mysql::instance().fresh_database() + " ";
  Worker worker("RegistryRules.*", {{"BONIN_WORKER_STORES", stores}, {"BONIN_WORKER_LOUD", "1"}});
  worker.finish();
  EXPECT_TRUE(worker.clean());
}

// Only a transaction that writes ends like this.
const std::string end_of_mysql_write = "DUPLICATE KEY UPDATE token";

TEST(RegistryMysql, DistantServerIsAskedAsFewTimesAsCanBe) {
  BONIN_NEEDS_MYSQL();
  auto& mysql = Mysql::instance();
  Cutter counter(mysql.port());
  const auto database = Mysql::database_of(mysql.fresh_database());
  const auto registry = open(mysql.url(database, counter.port()));
  Registry::AdmitOptions wish;
  wish.consume = wish.reserve = true;
  std::string reservation;
  const std::vector<std::tuple<std::string, int, std::function<void(const std::string&)>>> calls{
      {"find", 1, [&](auto& n) { EXPECT_TRUE(find(registry, verified("ci-" + n, "di-" + n))); }},
      {"match", 1, [&](auto& n) { EXPECT_TRUE(match(registry, verified("ci-" + n, "di-" + n), "a" + n)); }},
      {"standing", 1, [&](auto& n) { EXPECT_TRUE(standing(registry, verified("ci-" + n, "di-" + n), "s")); }},
      {"check", 1, [&](auto&) { EXPECT_TRUE(wait_for<CheckReport>([&](auto done) { registry.check(done); })->ok()); }},
      {"claim", 2,
       [&](auto& n) { EXPECT_EQ(said(claim(registry, verified("ci-" + n, "di-" + n), "a" + n)), "created"); }},
      {"claim again", 2,
       [&](auto& n) { EXPECT_EQ(said(claim(registry, verified("ci-" + n, "di-" + n), "a" + n)), "existing"); }},
      {"consume", 2, [&](auto& n) { EXPECT_EQ(consume(registry, "id" + n, "s").value(), Standing::Use::first); }},
      {"admit", 2,
       [&](auto& n) {
         reservation = admit(registry, verified("x" + n, "y" + n, "z" + n), "s", wish)->reservation->id;
       }},
      {"commit", 2, [&](auto& n) { EXPECT_EQ(said(commit(registry, reservation, "b" + n)), "created"); }},
      {"release", 2, [&](auto& n) { EXPECT_TRUE(release(registry, "b" + n, 1h).value()); }},
      {"forget", 2, [&](auto& n) { EXPECT_TRUE(forget(registry, "a" + n).value()); }},
  };
  for (const std::string n : {"1", "2", "3"}) {  // the first calls connect
    for (const auto& [name, flights, call] : calls) {
      const int before = counter.flights();
      call(n);
      if (n == "3") {
        EXPECT_EQ(counter.flights() - before, flights) << name;
      }
    }
  }
}

TEST(RegistryMysql, TextsThatLookAlikeAreTwo) {
  BONIN_NEEDS_MYSQL();
  const auto registry = open(Mysql::instance().fresh_database());
  const std::vector<std::string> accounts{"kim", "Kim", "kim ", "kím", "본인", "ki'm", "ki\\m", "ki\"m;--", "😀"};
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    EXPECT_EQ(said(claim(registry, verified("ci-" + std::to_string(i)), accounts[i])), "created") << accounts[i];
  }
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    EXPECT_EQ(find(registry, verified("ci-" + std::to_string(i))).value(), accounts[i]);
    EXPECT_EQ(said(claim(registry, verified("ci-x"), accounts[i])), "taken other_person");
  }
}

}  // namespace
}  // namespace bonin::registry_test
