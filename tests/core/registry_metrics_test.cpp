// What a registry counts.

#include "support/registry.hpp"

namespace bonin::registry_test {
namespace {

const RegistryMetrics::Ends& of(const RegistryMetrics& metrics, RegistryOperation operation) {
  return metrics.calls[static_cast<std::size_t>(operation)];
}

Registry open(const std::string& store) {
  return Registry::create({.store = store, .peppers = {pepper("one", 'a')}}).value();
}

TEST(RegistryMetrics, NothingIsCountedBeforeTheFirstCall) {
  const auto metrics = open("sqlite::memory:").metrics();
  EXPECT_EQ(metrics.latency_count, 0U);
  EXPECT_EQ(metrics.connections, 0U);
  EXPECT_EQ(Registry().metrics().transactions, 0U);
}

TEST(RegistryMetrics, CallsAreCountedByOperationAndEnd) {
  TempDir folder;
  const auto registry = open("sqlite:" + folder.file("a.db"));
  EXPECT_EQ(claim(registry, verified("ci-1"), "a").value().outcome, Outcome::created);
  EXPECT_EQ(claim(registry, verified("ci-2"), "a").value().outcome, Outcome::taken);
  EXPECT_EQ(find(registry, verified("ci-1")).value(), "a");
  EXPECT_EQ(ban(registry, {.account_id = "nobody"}).error().kind, ErrorKind::not_found);
  EXPECT_FALSE(claim(registry, verified("ci-1"), ""));  // refused for its argument
  const auto metrics = registry.metrics();
  EXPECT_EQ(of(metrics, RegistryOperation::claim).ok, 2U) << "a refusal is an answer";
  EXPECT_EQ(of(metrics, RegistryOperation::find).ok, 1U);
  EXPECT_EQ(of(metrics, RegistryOperation::ban).ok, 0U);
  EXPECT_EQ(of(metrics, RegistryOperation::ban).failed[static_cast<std::size_t>(ErrorKind::not_found)], 1U);
  EXPECT_EQ(metrics.calls_under_way, 0U);
  EXPECT_EQ(metrics.waiting, 0U);
  EXPECT_EQ(metrics.latency_count, 4U);
  EXPECT_GE(metrics.latency_sum_ms, 0);
  EXPECT_EQ(metrics.transactions, 4U);
  EXPECT_EQ(metrics.transaction_calls, 4U);
  EXPECT_EQ(metrics.connections, 2U) << "one that writes, one that reads";
  EXPECT_EQ(metrics.retries, 0U);
}

TEST(RegistryMetrics, CallsOfManyThreadsAddUp) {
  const auto registry = open("sqlite::memory:");
  constexpr int each = 50;
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back([&] {
      for (int n = 0; n < each; ++n) EXPECT_TRUE(find(registry, verified("ci")));
    });
  }
  for (auto& caller : callers) caller.join();
  const auto metrics = registry.metrics();
  EXPECT_EQ(of(metrics, RegistryOperation::find).ok, 4U * each);
  EXPECT_EQ(metrics.transaction_calls, 4U * each);
  EXPECT_LE(metrics.transactions, 4U * each);
  EXPECT_EQ(metrics.connections, 1U);
}

TEST(RegistryMetrics, AnOwnStoreIsCountedWithoutTransactions) {
  OwnStore own;
  own.find = [](std::vector<PersonKey>, std::uint64_t, const Callback<std::optional<std::string>>& done) {
    done(make_error(ErrorKind::store_failed, "no"));
  };
  own.claim = [](std::vector<PersonKey>, std::string, std::uint64_t, const Callback<Claim>& done) {
    done(Claim{Outcome::created, {}, {}});
  };
  const auto registry = Registry::create({.own_store = own, .peppers = {pepper("one", 'a')}}).value();
  EXPECT_FALSE(find(registry, verified("ci")));
  EXPECT_TRUE(claim(registry, verified("ci"), "a"));
  const auto metrics = registry.metrics();
  EXPECT_EQ(of(metrics, RegistryOperation::find).failed[static_cast<std::size_t>(ErrorKind::store_failed)], 1U);
  EXPECT_EQ(of(metrics, RegistryOperation::claim).ok, 1U);
  EXPECT_EQ(metrics.transactions, 0U);
}

TEST(RegistryMetrics, ACheckIsARead) {
  const auto registry = open("sqlite::memory:");
  const auto report = wait_for<CheckReport>([&](auto done) { registry.check(done); });
  EXPECT_TRUE(report.value().ok());
  EXPECT_EQ(of(registry.metrics(), RegistryOperation::check).ok, 1U);
}

}  // namespace
}  // namespace bonin::registry_test
