// One clock: what the sandbox's moves.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "bonin/bonin.hpp"
#include "sandbox/sandbox.hpp"
#include "support/ending.hpp"

namespace bonin {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;
using test::Ending;

template <class T, class Ask>
Result<T> wait(Ask ask) {
  Ending<T> ending;
  ask(ending.callback());
  return ending.wait();
}

class OneClock : public ::testing::TestWithParam<Api> {
 protected:
  void SetUp() override {
    sandbox_ = sandbox::Sandbox::start({}).value();
    if (v1()) {
      portone_ = PortOneV1::create({.imp_key = Secret("sandbox-imp-key"),
                                    .imp_secret = Secret("sandbox-imp-secret"),
                                    .connection = connection(),
                                    .clock = sandbox_->clock()})
                     .value();
    } else {
      portone_ = PortOneV2::create({.api_secret = Secret("sandbox-api-secret"),
                                    .auth = PortOneV2::Auth::login,
                                    .store_id = "store-00000000-0000-4000-8000-000000000000",
                                    .connection = connection(),
                                    .clock = sandbox_->clock()})
                     .value();
    }
  }
  bool v1() const { return GetParam() == Api::v1; }
  ConnectionOptions connection() const {
    ConnectionOptions options;
    options.base_url = sandbox_->url();
    return options;
  }
  Json control(const std::string& operation, const Json& arguments = Json::object()) const {
    return Json::parse(sandbox_->control(operation, arguments.dump()).value());
  }
  void advance(std::chrono::milliseconds by) const { control("advance", {{"ms", by.count()}}); }
  std::string finish(const std::string& flow) const {
    Json arguments{{"persona", "adult"}, {"api", v1() ? "v1" : "v2"}};
    if (!flow.empty()) arguments[v1() ? "merchant_uid" : "id"] = flow;
    return control("verify", arguments)["id"];
  }
  Registry registry(std::shared_ptr<const Clock> clock) const {
    return Registry::create({.store = "sqlite::memory:",
                             .peppers = {{.key = Secret(std::string(32, 'k'))}},
                             .clock = std::move(clock)})
        .value();
  }
  static std::string reason(const Verifier& verifier, const std::string& id, bool begun = false) {
    const auto decision =
        wait<Decision>([&](auto done) { verifier.verify(id, {.subject = "session-1", .begun = begun}, done); });
    if (!decision) return std::string(decision.error().name());
    return decision->allowed() ? "" : decision->denials()[0].reason;
  }
  std::unique_ptr<sandbox::Sandbox> sandbox_;
  std::shared_ptr<const PortOne> portone_;
  const Policy policy_ = Policy::preset("kr.not_child").value();
};

TEST_P(OneClock, AVerifierFollowsItsClients) {
  const auto verifier = Verifier::create({.portone = portone_, .policy = policy_}).value();
  const auto id = finish("");
  EXPECT_EQ(reason(verifier, id), "");
  advance(9min);
  EXPECT_EQ(reason(verifier, id), "");
  advance(1min + 1s);
  EXPECT_EQ(reason(verifier, id), "stale");
  control("reset");
  EXPECT_EQ(reason(verifier, finish("")), "");
}

TEST_P(OneClock, AFlowExpires) {
  const auto verifier = Verifier::create({.portone = portone_, .policy = policy_}).value();
  const Flow flow = verifier.begin("session-1", {.channel_key = "channel-key-1"}).value();
  advance(61min);
  EXPECT_EQ(reason(verifier, finish(flow.id), true), "expired");
}

TEST_P(OneClock, TokensAreRenewedInTimeAndNoSkewIsTold) {
  const auto verifier = Verifier::create({.portone = portone_, .policy = policy_}).value();
  portone_->listen(LogLevel::warning);
  EXPECT_EQ(reason(verifier, finish("")), "");
  control("clear_requests");
  advance(2h);
  EXPECT_EQ(reason(verifier, finish("")), "");
  const auto requests = control("requests", {{"limit", 100}});
  for (const auto& request : requests["requests"]) EXPECT_EQ(request["status"], 200) << request;
  EXPECT_FALSE(portone_->has_log_events());
}

TEST_P(OneClock, ATokenThatTheServerForgotEarlierIsReplaced) {
  // A client with the machine's clock, as of a sandbox in another process.
  std::shared_ptr<const PortOne> remote;
  if (v1()) {
    remote = PortOneV1::create({.imp_key = Secret("sandbox-imp-key"),
                                .imp_secret = Secret("sandbox-imp-secret"),
                                .connection = connection()})
                 .value();
  } else {
    remote =
        PortOneV2::create(
            {.api_secret = Secret("sandbox-api-secret"), .auth = PortOneV2::Auth::login, .connection = connection()})
            .value();
  }
  const auto id = finish("");
  EXPECT_TRUE(wait<VerificationPtr>([&](auto done) { remote->lookup(id, {}, done); }));
  advance(2h);
  EXPECT_TRUE(wait<VerificationPtr>([&](auto done) { remote->lookup(id, {}, done); }));
}

TEST_P(OneClock, TwoClocksAreRefused) {
  const auto refused = Verifier::create({.portone = portone_, .policy = policy_, .registry = registry(nullptr)});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid_argument);
  EXPECT_EQ(refused.error().parameter, "registry");
  EXPECT_TRUE(Verifier::create({.portone = portone_, .policy = policy_, .registry = registry(sandbox_->clock())}));
}

TEST_P(OneClock, ReservationsRejoinPeriodsAndBansEnd) {
  const auto accounts = registry(sandbox_->clock());
  const auto policy = Policy::parse(R"({"name":"p","extends":"kr.not_child","rules":[{"account":"new"},
    {"not_banned":true},{"rejoin_period_over":true}]})")
                          .value();
  const auto verifier = Verifier::create({.portone = portone_, .policy = policy, .registry = accounts}).value();
  const auto by = [&](const char* subject) {
    const auto decision = wait<Decision>([&](auto done) { verifier.verify(finish(""), {.subject = subject}, done); });
    return decision.value();
  };
  EXPECT_TRUE(by("session-1").allowed());
  EXPECT_EQ(by("session-2").denials()[0].reason, "being_signed_up");
  advance(11min);
  const auto second = by("session-2");
  ASSERT_TRUE(second.allowed()) << "the place of the first one lapsed";
  EXPECT_TRUE(wait<Claim>([&](auto done) { second.commit("account-1", done); }));
  EXPECT_EQ(by("session-3").denials()[0].reason, "taken");
  EXPECT_TRUE(wait<bool>([&](auto done) { accounts.release("account-1", 24h * 30, done); }).value());
  EXPECT_EQ(by("session-4").denials()[0].reason, "too_soon");
  advance(24h * 30 + 1s);
  const auto again = by("session-5");
  ASSERT_TRUE(again.allowed());
  EXPECT_TRUE(wait<Done>([&](auto done) {
    accounts.ban({.verification = again.verification()}, sandbox_->clock()->now() + 24h, "", done);
  }));
  EXPECT_EQ(by("session-5").denials()[0].reason, "banned");
  advance(24h + 1s);
  EXPECT_TRUE(by("session-6").allowed());
}

TEST_P(OneClock, CodesMayBeAskedForAgain) {
  const auto verifier =
      Verifier::create({.portone = portone_, .policy = policy_, .otp_limits = {.sends_per_subject = 1}}).value();
  OtpPerson person;
  person.channel_key = "channel-key-00000000-0000-4000-8000-000000000001";
  person.name = "김하나";
  person.phone = "01000000001";
  person.identity_number = "9003152";
  person.carrier = "SKT";
  person.ip_address = "127.0.0.1";
  const auto send = [&] {
    const auto sent = wait<OtpSent>([&](auto done) { verifier.send_otp("session-1", person, done); });
    return sent ? "" : std::string(sent.error().name());
  };
  EXPECT_EQ(send(), "");
  EXPECT_EQ(send(), "throttled");
  advance(1h);
  EXPECT_EQ(send(), "");
}

TEST_P(OneClock, ProofsEnd) {
  const auto verifier = Verifier::create({.portone = portone_, .policy = policy_}).value();
  const auto proofs = Proofs::create({.keys = {Secret(std::string(32, 'p'))}, .clock = sandbox_->clock()}).value();
  const auto decision = wait<Decision>([&](auto done) { verifier.verify(finish(""), {}, done); });
  const auto proof = proofs.issue(decision.value(), "user-1", 365).value();
  EXPECT_EQ(proofs.check(proof, "user-1", policy_).state, ProofState::valid);
  advance(24h * 365);
  EXPECT_EQ(proofs.check(proof, "user-1", policy_).state, ProofState::expired);
}

TEST_P(OneClock, OutlivesItsSandbox) {
  const auto clock = sandbox_->clock();
  advance(1h);
  sandbox_.reset();
  EXPECT_GE(clock->now(), Clock::system()->now() + 59min);
  EXPECT_LT(clock->steady(), Clock::system()->steady() + 1min);
  EXPECT_GE(clock->lasting(), Clock::system()->steady() + 59min);
}

TEST_P(OneClock, AForkedChildFollowsTheParents) {
  int moved[2], told[2];
  ASSERT_EQ(pipe(moved), 0);
  ASSERT_EQ(pipe(told), 0);
  const pid_t child = fork();
  if (child == 0) {
    char byte = 0;
    if (read(moved[0], &byte, 1) != 1) _exit(2);
    byte = sandbox_->clock()->now() > Clock::system()->now() + 59min ? 'y' : 'n';
    _exit(write(told[1], &byte, 1) == 1 ? 0 : 2);
  }
  advance(1h);
  char byte = 'x';
  ASSERT_EQ(write(moved[1], &byte, 1), 1);
  ASSERT_EQ(read(told[0], &byte, 1), 1);
  EXPECT_EQ(byte, 'y');
  int status = 0;
  waitpid(child, &status, 0);
  for (const int fd : {moved[0], moved[1], told[0], told[1]}) close(fd);
}

INSTANTIATE_TEST_SUITE_P(Both, OneClock, ::testing::Values(Api::v1, Api::v2),
                         [](const auto& info) { return std::string(to_string(info.param)); });

}  // namespace
}  // namespace bonin
