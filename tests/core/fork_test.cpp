// A child made after first use works, and leaves its parent's sockets alone.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <mutex>
#include <set>

#include "bonin/portone.hpp"
#include "support/ending.hpp"
#include "support/observed.hpp"
#include "support/sanitizer.hpp"
#include "support/tiny_server.hpp"

namespace bonin::test {
namespace {

TEST(Fork, TheChildOfAUsedClientWorksAndSoDoesTheParentAfterwards) {
  if (thread_sanitizer) GTEST_SKIP() << "ThreadSanitizer takes no threads after a fork";
  std::mutex mutex;
  std::multiset<int> connections;
  TinyServer server([&](const Asked& asked) {
    if (asked.target == "/users/getToken") {
      return answer(200, R"({"code":0,"response":{"access_token":"t","now":0,"expired_at":1800}})");
    }
    const std::lock_guard lock(mutex);
    connections.insert(asked.connection);
    return answer(200, R"({"code":0,"response":{"imp_uid":"imp_1","certified":true,"certified_at":1}})");
  });
  PortOneV1::Options options;
  options.imp_key = Secret("k");
  options.imp_secret = Secret("s");
  options.connection.base_url = server.url();
  const auto client = PortOneV1::create(options).value();
  const auto verified = [&client] {
    const Ending<VerificationPtr> ending;
    client->lookup("imp_1", {}, ending.callback());
    const auto& result = ending.wait();
    return result && result.value()->status == Status::verified;
  };
  ASSERT_TRUE(verified());
  for (int i = 0; i < 3; ++i) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      alarm(30);  // a child that hangs ends, and is seen to
      _exit(verified() && verified() ? 0 : 1);
    }
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
    EXPECT_TRUE(verified());
  }
  // The parent kept its connection; each child made its own and kept it.
  EXPECT_EQ(connections.count(*connections.begin()), 4U);
  EXPECT_EQ(std::set<int>(connections.begin(), connections.end()).size(), 4U);
  observed(41, "the child makes connections of its own, the parent keeps its one");
}

TEST(Fork, TheChildBeginsWithAClosedCircuitAndCountsForItself) {
  if (thread_sanitizer) GTEST_SKIP() << "ThreadSanitizer takes no threads after a fork";
  std::atomic<bool> outage{true};
  TinyServer server(
      [&](const Asked&) { return outage ? answer(503, "") : answer(200, R"({"id":"iv-1","status":"READY"})"); });
  PortOneV2::Options options;
  options.api_secret = Secret("s");
  options.connection.base_url = server.url();
  options.connection.max_attempts = 1;
  const auto client = PortOneV2::create(options).value();
  client->listen(LogLevel::warning);
  const auto found = [&client](const std::string& id = "iv-1") {
    const Ending<VerificationPtr> ending;
    client->lookup(id, {}, ending.callback());
    return ending.wait().ok();
  };
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(found("iv-" + std::to_string(i)));
  ASSERT_EQ(client->circuit(), Circuit::open);
  ASSERT_TRUE(client->has_log_events());
  outage = false;
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    alarm(30);
    const bool fresh = client->circuit() == Circuit::closed && client->take_log_events().empty() &&
                       !client->has_log_events() && client->metrics().calls_failed == Metrics().calls_failed;
    _exit(fresh && found() && client->metrics().calls_ok == 1 && client->metrics().attempts == 1 ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  EXPECT_EQ(client->circuit(), Circuit::open) << "the parent's own";
  EXPECT_EQ(client->take_log_events().size(), 11U);
}

}  // namespace
}  // namespace bonin::test
