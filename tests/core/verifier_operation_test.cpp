// A verifier in production: is it well, and how does it end.

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <nlohmann/json.hpp>
#include <thread>

#include "bonin/bonin.hpp"
#include "sandbox/sandbox.hpp"
#include "support/ending.hpp"
#include "support/observed.hpp"

namespace bonin {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;
using test::Ending;

/// The machine's clock, set wrong.
class WrongClock final : public Clock {
 public:
  explicit WrongClock(std::chrono::milliseconds by) : by_(by) {}
  Moment now() const noexcept override { return Clock::system()->now() + by_; }
  std::chrono::steady_clock::time_point steady() const noexcept override { return std::chrono::steady_clock::now(); }

 private:
  const std::chrono::milliseconds by_;
};

class VerifierOperation : public ::testing::Test {
 protected:
  void SetUp() override { sandbox_ = std::move(sandbox::Sandbox::start({}).value()); }

  PortOneV2::Options v2() {
    PortOneV2::Options options;
    options.api_secret = Secret("sandbox-api-secret");
    options.connection.base_url = sandbox_->url();
    return options;
  }
  PortOneV1::Options v1() {
    PortOneV1::Options options;
    options.imp_key = Secret("sandbox-imp-key");
    options.imp_secret = Secret("sandbox-imp-secret");
    options.connection.base_url = sandbox_->url();
    return options;
  }
  static Registry::Options people() {
    return {.store = "sqlite::memory:", .peppers = {{.key = Secret(std::string(32, 'k'))}}};
  }
  static Verifier verifier(std::shared_ptr<const PortOne> portone, std::optional<Registry> registry = {},
                           const char* rules = R"([{"age": {"at_least": 19, "by": "year"}}])") {
    auto policy = Policy::parse(R"({"name": "p", "rules": )" + std::string(rules) + "}");
    EXPECT_TRUE(policy) << policy.error().what();
    return Verifier::create({.portone = std::move(portone), .policy = policy.value(), .registry = std::move(registry)})
        .value();
  }
  static Result<CheckReport> check(const Verifier& verifier, const CallOptions& options = {}) {
    Ending<CheckReport> ending;
    verifier.check(ending.callback(), options);
    auto result = ending.wait();
    EXPECT_EQ(ending.times(), 1);
    return result;
  }
  /// name:ok, or name:reason
  static std::string told(const CheckReport& report) {
    std::string text;
    for (const auto& one : report.checks) {
      EXPECT_FALSE(one.detail.empty()) << one.name;
      EXPECT_EQ(one.ok, one.reason.empty()) << one.name;
      EXPECT_GE(one.took.count(), 0);
      text += (text.empty() ? "" : " ") + std::string(one.name) + ":" + (one.ok ? "ok" : std::string(one.reason));
    }
    return text;
  }
  static std::string detail(const CheckReport& report, std::string_view name) {
    for (const auto& one : report.checks) {
      if (one.name == name) return one.detail;
    }
    return "";
  }
  /// PortOne answers the next call in a minute.
  void stall() { ASSERT_TRUE(sandbox_->control("fault", Json{{"kind", "delay"}, {"delay_ms", 60000}}.dump())); }
  std::string persona(const char* name) {
    return Json::parse(sandbox_->control("verify", Json{{"persona", name}, {"api", "v2"}}.dump()).value())["id"];
  }

  std::unique_ptr<sandbox::Sandbox> sandbox_;
};

// ---- check ----------------------------------------------------------------------------------------

TEST_F(VerifierOperation, AllIsWell) {
  const auto registry = Registry::create(people()).value();
  for (const auto& client : {std::shared_ptr<const PortOne>(PortOneV2::create(v2()).value()),
                             std::shared_ptr<const PortOne>(PortOneV1::create(v1()).value())}) {
    const auto report = check(verifier(client, registry)).value();
    EXPECT_TRUE(report.ok());
    EXPECT_EQ(told(report), "calls:ok certificates:ok credentials:ok clock:ok store:ok");
    EXPECT_EQ(detail(report, "certificates"), "not needed: plain http to loopback");
    EXPECT_EQ(detail(report, "store"), "sqlite answers");
  }
  EXPECT_EQ(told(check(verifier(PortOneV2::create(v2()).value())).value()),
            "calls:ok certificates:ok credentials:ok clock:ok");
  Registry::Options own;
  own.own_store.find = [](std::vector<PersonKey>, std::uint64_t, const Callback<std::optional<std::string>>&) {
    FAIL() << "it is not asked";
  };
  own.own_store.claim = [](std::vector<PersonKey>, std::string, std::uint64_t, const Callback<Claim>&) {};
  own.peppers = people().peppers;
  const auto report =
      check(verifier(PortOneV2::create(v2()).value(), Registry::create(std::move(own)).value())).value();
  EXPECT_EQ(detail(report, "store"), "own store: not asked");
}

TEST_F(VerifierOperation, TheV2OfAV1ClientIsAskedAsWell) {
  auto options = v1();
  options.v2 = PortOneV2::create(v2()).value();
  EXPECT_EQ(told(check(verifier(PortOneV1::create(std::move(options)).value())).value()),
            "calls:ok certificates:ok credentials:ok clock:ok credentials_v2:ok");
  auto wrong = v2();
  wrong.api_secret = Secret("wrong-secret");
  options = v1();
  options.v2 = PortOneV2::create(std::move(wrong)).value();
  EXPECT_EQ(told(check(verifier(PortOneV1::create(std::move(options)).value())).value()),
            "calls:ok certificates:ok credentials:ok clock:ok credentials_v2:unauthorized");
}

TEST_F(VerifierOperation, WhatIsWrongWithTheCredentialsIsTold) {
  auto secret = v2();
  secret.api_secret = Secret("wrong-secret");
  const auto unauthorized = check(verifier(PortOneV2::create(std::move(secret)).value())).value();
  EXPECT_EQ(told(unauthorized), "calls:ok certificates:ok credentials:unauthorized clock:ok");
  EXPECT_NE(detail(unauthorized, "credentials").find("copy the API secret"), std::string::npos);
  EXPECT_EQ(detail(unauthorized, "credentials").find("wrong-secret"), std::string::npos);

  auto key = v1();
  key.imp_secret = Secret("wrong-secret");
  const auto refused = check(verifier(PortOneV1::create(std::move(key)).value())).value();
  EXPECT_EQ(told(refused), "calls:ok certificates:ok credentials:unauthorized clock:ok");
  EXPECT_NE(detail(refused, "credentials").find("`imp_key`"), std::string::npos);

  auto store = v2();
  store.store_id = "store-of-somebody-else";
  const auto forbidden = check(verifier(PortOneV2::create(std::move(store)).value())).value();
  EXPECT_EQ(told(forbidden), "calls:ok certificates:ok credentials:forbidden clock:ok");
  EXPECT_NE(detail(forbidden, "credentials").find("store id"), std::string::npos);

  auto nowhere = v2();
  nowhere.connection.base_url = "http://127.0.0.1:1";
  nowhere.connection.max_attempts = 1;
  const auto unreachable = check(verifier(PortOneV2::create(std::move(nowhere)).value())).value();
  EXPECT_EQ(told(unreachable), "calls:ok certificates:ok credentials:connection_failed clock:unknown");

  auto tls = v2();
  tls.connection.base_url = "https" + sandbox_->url().substr(4);
  tls.connection.ca_file = "/nowhere/ca.pem";
  tls.connection.max_attempts = 1;
  const auto untrusted = check(verifier(PortOneV2::create(std::move(tls)).value())).value();
  EXPECT_EQ(told(untrusted), "calls:ok certificates:tls_failed credentials:tls_failed clock:unknown");
  EXPECT_NE(detail(untrusted, "certificates").find("`ca_file`"), std::string::npos);
  EXPECT_EQ(detail(untrusted, "certificates").find("/nowhere"), std::string::npos);
}

TEST_F(VerifierOperation, AWrongClockIsTold) {
  for (const auto& [by, said] :
       {std::pair(-120s, "120 s behind PortOne's"), std::pair(120s, "120 s ahead of PortOne's")}) {
    auto options = v2();
    options.clock = std::make_shared<WrongClock>(by);
    const auto report = check(verifier(PortOneV2::create(std::move(options)).value())).value();
    EXPECT_FALSE(report.ok());
    EXPECT_EQ(told(report), "calls:ok certificates:ok credentials:ok clock:skew");
    const auto text = detail(report, "clock");
    const bool close = text.find(said) != std::string::npos || text.find("119 s") != std::string::npos ||
                       text.find("121 s") != std::string::npos;  // PortOne's Date is exact to a second
    EXPECT_TRUE(close) << text;
  }
  auto little = v2();
  little.clock = std::make_shared<WrongClock>(-30s);
  EXPECT_TRUE(check(verifier(PortOneV2::create(std::move(little)).value())).value().ok());
}

TEST_F(VerifierOperation, AStoreThatDoesNotAnswerIsTold) {
  auto registry = Registry::create(people()).value();
  const auto client = PortOneV2::create(v2()).value();
  registry.close();
  EXPECT_EQ(told(check(verifier(client, registry)).value()),
            "calls:ok certificates:ok credentials:ok clock:ok store:closed");
  auto elsewhere = people();
  elsewhere.store = "postgresql://127.0.0.1:1/nothing?connect_timeout=2&password=canary-password";
  const auto made = Registry::create(std::move(elsewhere)).value();
  const auto report = check(verifier(client, made), {.timeout = 5s}).value();
  EXPECT_FALSE(report.ok());
  EXPECT_TRUE(told(report).ends_with("store:store_unavailable") || told(report).ends_with("store:store_busy"))
      << told(report);
  EXPECT_EQ(detail(report, "store").find("canary"), std::string::npos);
}

TEST_F(VerifierOperation, ACheckIsRefusedForItsTimeAndCanBeCancelled) {
  const auto verifier = this->verifier(PortOneV2::create(v2()).value(), Registry::create(people()).value());
  EXPECT_EQ(check(verifier, {.timeout = 0ms}).error().kind, ErrorKind::invalid_timeout);
  stall();
  Ending<CheckReport> ending;
  verifier.check(ending.callback()).cancel();
  EXPECT_EQ(ending.wait().error().kind, ErrorKind::cancelled);
}

// ---- drain ----------------------------------------------------------------------------------------

/// A store that is asked and answers when it is told to.
struct SlowStore {
  std::promise<void> asked;
  Callback<std::optional<std::string>> late;

  Registry registry() {
    OwnStore own;
    own.find = [this](std::vector<PersonKey>, std::uint64_t caller, Callback<std::optional<std::string>> done) {
      EXPECT_EQ(caller, 11U) << "the number of the call that asks";
      late = std::move(done);
      asked.set_value();
    };
    own.claim = [](std::vector<PersonKey>, std::string, std::uint64_t, Callback<Claim>) {};
    return Registry::create({.own_store = own, .peppers = {{.key = Secret(std::string(32, 'k'))}}, .timeout = 10min})
        .value();
  }
};

TEST_F(VerifierOperation, AVerificationUnderWayEndsWithItsStepsAtTheRegistry) {
  for (const bool by_client : {true, false}) {
    SlowStore store;
    const auto client = PortOneV2::create(v2()).value();
    const auto verifier = this->verifier(client, store.registry(), R"([{"account": "same"}])");
    Ending<Decision> decision;
    verifier.verify(persona("adult"), {.subject = "session-1", .caller = 11}, decision.callback());
    store.asked.get_future().wait();
    Ending<std::int64_t> drained;
    by_client ? client->drain(1min, drained.callback()) : verifier.drain(1min, drained.callback());

    Ending<Decision> late;
    verifier.verify(persona("adult"), {.subject = "session-2"}, late.callback());
    EXPECT_EQ(late.wait().error().kind, ErrorKind::draining);
    Ending<OtpSent> sent;
    OtpPerson person;
    person.channel_key = "channel-key-1";
    person.name = "n";
    person.phone = "01000000001";
    person.identity_number = "9003152";
    person.carrier = "SKT";
    person.ip_address = "127.0.0.1";
    verifier.send_otp("session-1", person, sent.callback());
    EXPECT_EQ(sent.wait().error().kind, ErrorKind::draining);
    Ending<VerificationPtr> lookup;
    client->lookup(persona("adult"), {}, lookup.callback());
    EXPECT_EQ(lookup.wait().ok(), !by_client) << "the client of a verifier that drains serves others";
    EXPECT_EQ(told(check(verifier).value()), "calls:draining certificates:ok credentials:ok clock:ok store:ok");

    EXPECT_FALSE(drained.ended());
    store.late(std::optional<std::string>("session-1"));
    EXPECT_EQ(drained.wait().value(), 0);
    EXPECT_TRUE(decision.wait().value().allowed());
    EXPECT_EQ(decision.times(), 1);
  }
}

TEST_F(VerifierOperation, CloseEndsADrain) {
  const auto client = PortOneV2::create(v2()).value();
  stall();
  Ending<VerificationPtr> lookup;
  client->lookup(persona("adult"), {}, lookup.callback());
  Ending<std::int64_t> drained;
  client->drain(1min, drained.callback());
  client->close();
  EXPECT_EQ(drained.wait().value(), 0);
  EXPECT_EQ(lookup.times(), 1);
  Ending<std::int64_t> again;
  client->drain(1min, again.callback());
  EXPECT_EQ(again.wait().value(), 0) << "a closed client has nothing to wait for";
}

TEST_F(VerifierOperation, UnderLoadEveryCallEndsOnceAndNoneIsOutWhenTheDrainIsOver) {
  const auto id = persona("adult");
  for (int round = 0; round < 20; ++round) {
    const auto client = PortOneV2::create(v2()).value();
    const auto verifier = this->verifier(client, Registry::create(people()).value(), R"([{"not_banned": true}])");
    std::atomic<int> begun{0}, ended{0};
    std::vector<std::vector<Ending<Decision>>> all(3);
    std::vector<std::thread> callers;
    for (auto& mine : all) {
      callers.emplace_back([&] {
        for (int i = 0; i < 20; ++i) {
          mine.emplace_back();
          ++begun;
          verifier.verify(id, {.subject = "s"}, [&ended, told = mine.back().callback()](Result<Decision> result) {
            ++ended;
            told(std::move(result));
          });
        }
      });
    }
    while (begun < 10) std::this_thread::yield();
    Ending<std::int64_t> drained;
    client->drain(1min, drained.callback());
    EXPECT_EQ(drained.wait().value(), 0);
    EXPECT_EQ(client->metrics().calls_under_way, 0U);
    for (auto& caller : callers) caller.join();
    EXPECT_EQ(begun, ended);
    for (const auto& mine : all) {
      for (const auto& one : mine) {
        ASSERT_EQ(one.times(), 1);
        ASSERT_TRUE(one.wait() || one.wait().error().kind == ErrorKind::draining) << one.wait().error().what();
      }
    }
  }
}

}  // namespace
}  // namespace bonin
