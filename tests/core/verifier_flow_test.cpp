// From the beginning of a flow to its judgement, over a real socket and by both APIs.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "bonin/bonin.hpp"
#include "sandbox/sandbox.hpp"
#include "support/ending.hpp"
#include "support/observed.hpp"

namespace bonin {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;
using test::Ending;

/// The machine's clock, moved.
class MovedClock final : public Clock {
 public:
  Moment now() const noexcept override { return Clock::system()->now() + by; }
  std::chrono::steady_clock::time_point steady() const noexcept override { return Clock::system()->steady(); }
  std::chrono::milliseconds by{0};
};

constexpr const char* store = "store-00000000-0000-4000-8000-000000000000";
constexpr const char* danal = "channel-key-00000000-0000-4000-8000-000000000001";
const FlowOptions options{.channel_key = danal};

class VerifierFlowTest : public ::testing::TestWithParam<Api> {
 protected:
  void SetUp() override {
    sandbox_ = std::move(sandbox::Sandbox::start({}).value());
    portone_ = client(GetParam());
  }

  std::shared_ptr<const PortOne> client(Api api, const char* v2_secret = "sandbox-api-secret") {
    ConnectionOptions connection;
    connection.base_url = sandbox_->url();
    if (api == Api::v1) {
      return PortOneV1::create({.imp_key = Secret("sandbox-imp-key"),
                                .imp_secret = Secret("sandbox-imp-secret"),
                                .connection = connection})
          .value();
    }
    PortOneV2::Options options;
    options.api_secret = Secret(v2_secret);
    options.store_id = store;
    options.connection = connection;
    return PortOneV2::create(std::move(options)).value();
  }

  Verifier verifier(std::shared_ptr<const PortOne> portone, std::optional<Registry> registry = {}) {
    // Fresh for a day: only the flow is to expire here.
    const char* policy = registry ? R"({"name": "sign-up", "rules": [{"account": "new"}, {"single_use": true}]})"
                                  : R"({"name": "any", "rules": [{"fresh": {"within": "1d"}}]})";
    return Verifier::create({.portone = std::move(portone),
                             .policy = Policy::parse(policy).value(),
                             .registry = std::move(registry),
                             .clock = clock_})
        .value();
  }

  /// The browser finishes a flow. Answers the id that it hands to the server.
  std::string finish(const std::string& issued) {
    const bool v1 = GetParam() == Api::v1;
    Json arguments{{"persona", "adult"}, {"api", v1 ? "v1" : "v2"}};
    if (!issued.empty()) arguments[v1 ? "merchant_uid" : "id"] = issued;
    return Json::parse(sandbox_->control("verify", arguments.dump()).value())["id"];
  }

  static Result<Decision> verify(const Verifier& verifier, const std::string& id, const std::string& subject) {
    Ending<Decision> ending;
    verifier.verify(id, {.subject = subject, .begun = true}, ending.callback());
    return ending.wait();
  }

  static std::string denials(const Result<Decision>& decision) {
    std::string text;
    for (const auto& finding : decision.value().denials()) {
      text += finding.code + ":" + finding.reason + " " + finding.pointer + " ";
    }
    return text;
  }

  std::shared_ptr<MovedClock> clock_ = std::make_shared<MovedClock>();
  std::unique_ptr<sandbox::Sandbox> sandbox_;
  std::shared_ptr<const PortOne> portone_;
};

TEST_P(VerifierFlowTest, BegunHereForThisSubject) {
  const auto verifier = this->verifier(portone_);
  const Flow flow = verifier.begin("session-1", options).value();
  EXPECT_EQ(flow.api, GetParam());
  const auto id = finish(flow.id);
  const auto decision = verify(verifier, id, "session-1");
  EXPECT_TRUE(decision.value().allowed()) << denials(decision);
  EXPECT_EQ(decision->findings().back().code, "begun");
  EXPECT_EQ(decision->findings().back().pointer, "/expect/begun");
  // Another machine with the same credential.
  EXPECT_TRUE(verify(this->verifier(client(GetParam())), id, "session-1").value().allowed());
}

TEST_P(VerifierFlowTest, OfAnotherSubjectIsForeign) {
  const auto verifier = this->verifier(portone_);
  const auto id = finish(verifier.begin("session-1", options).value().id);
  EXPECT_EQ(denials(verify(verifier, id, "session-2")), "begun:foreign /expect/begun ");
}

TEST_P(VerifierFlowTest, BegunElsewhereIsForeign) {
  const auto verifier = this->verifier(portone_);
  EXPECT_EQ(denials(verify(verifier, finish(""), "session-1")), "begun:foreign /expect/begun ");
  EXPECT_EQ(denials(verify(verifier, finish(new_id()), "session-1")), "begun:foreign /expect/begun ");
  const auto other = this->verifier(client(GetParam() == Api::v1 ? Api::v2 : Api::v1));
  EXPECT_EQ(denials(verify(verifier, finish(other.begin("session-1", options).value().id), "session-1")),
            "begun:foreign /expect/begun ");
  const auto stranger = this->verifier(client(Api::v2, "another-secret"));
  EXPECT_EQ(denials(verify(verifier, finish(stranger.begin("session-1", options).value().id), "session-1")),
            "begun:foreign /expect/begun ");
}

TEST_P(VerifierFlowTest, AForgedIdCostsNothing) {
  if (GetParam() == Api::v1) GTEST_SKIP() << "an imp_uid says nothing by itself";
  const auto registry =
      Registry::create(
          {.store = "sqlite::memory:", .peppers = {{.key = Secret(std::string(32, 'k'))}}, .clock = clock_})
          .value();
  const auto strict = verifier(portone_, registry);
  portone_->listen(LogLevel::debug);
  const auto theirs = finish(strict.begin("session-2", options).value().id);
  ASSERT_TRUE(sandbox_->control("clear_requests", "{}"));
  for (int i = 0; i < 50; ++i) {
    const auto forged = verify(strict, new_id(), "session-1");
    EXPECT_EQ(denials(forged), "begun:foreign /expect/begun ");
    EXPECT_EQ(forged->verification()->status, Status::unknown);
    EXPECT_EQ(forged->findings().front().outcome, Outcome::unknown) << "nothing else was asked";
    EXPECT_FALSE(forged->reservation());
  }
  EXPECT_EQ(denials(verify(strict, "imp_1", "session-1")), "begun:foreign /expect/begun ");
  EXPECT_EQ(denials(verify(strict, theirs, "session-1")), "begun:foreign /expect/begun ") << "alike, though it exists";
  const auto mine = strict.begin("session-1", options).value().id;
  clock_->by = 2h;
  EXPECT_EQ(denials(verify(strict, mine, "session-1")), "begun:expired /expect/begun ");
  EXPECT_EQ(Json::parse(sandbox_->control("requests", "{}").value())["total"], 0);
  EXPECT_EQ(portone_->metrics().attempts, 0U);
  EXPECT_TRUE(portone_->take_log_events().empty());
  EXPECT_EQ(verify(strict, "..", "session-1").error().kind, ErrorKind::invalid_id) << "no id at all";
  test::defended(2, "a V2 id that was not begun here is denied by its signature, and nobody is asked about it");
}

TEST_P(VerifierFlowTest, AnUnknownIdAnswersLikeSomebodyElses) {
  const auto verifier = this->verifier(portone_);
  const auto theirs = verify(verifier, finish(verifier.begin("session-2", options).value().id), "session-1");
  const auto nobodys = verify(verifier, GetParam() == Api::v1 ? "imp_999999999999" : new_id(), "session-1");
  EXPECT_EQ(denials(nobodys), "begun:foreign /expect/begun ");
  EXPECT_EQ(denials(nobodys), denials(theirs));
  Ending<Decision> ending;
  verifier.verify(GetParam() == Api::v1 ? "imp_999999999999" : new_id(), {}, ending.callback());
  EXPECT_EQ(ending.wait().error().kind, ErrorKind::not_found) << "without `begun` it is told";
}

TEST_P(VerifierFlowTest, StoreThatCannotBeAskedTellsNobodyWhichIdsExist) {
  const auto store =
      Registry::create(
          {.store = "sqlite::memory:", .peppers = {{.key = Secret(std::string(32, 'k'))}}, .clock = clock_})
          .value();
  const auto verifier = this->verifier(portone_, store);
  const auto mine = finish(verifier.begin("session-1", options).value().id);
  const auto theirs = finish(verifier.begin("session-2", options).value().id);
  store.close();
  const auto nobodys = verify(verifier, GetParam() == Api::v1 ? "imp_999999999999" : new_id(), "session-1");
  const auto stolen = verify(verifier, theirs, "session-1");
  ASSERT_TRUE(stolen.ok());
  EXPECT_EQ(denials(stolen), "begun:foreign /expect/begun ");
  EXPECT_EQ(denials(nobodys), denials(stolen));
  EXPECT_EQ(verify(verifier, mine, "session-1").error().kind, ErrorKind::closed);
}

TEST_P(VerifierFlowTest, ExpiresAfterAnHour) {
  const auto verifier = this->verifier(portone_);
  const auto flow = verifier.begin("session-1", options).value();
  EXPECT_LE(flow.expires_at, clock_->now() + 1h);
  const auto id = finish(flow.id);
  clock_->by = 1h + 1s;
  EXPECT_EQ(denials(verify(verifier, id, "session-1")), "begun:expired /expect/begun ");
  EXPECT_EQ(denials(verify(verifier, id, "session-2")), "begun:foreign /expect/begun ");
}

TEST_P(VerifierFlowTest, OfTheFutureIsExpired) {
  const auto verifier = this->verifier(portone_);
  clock_->by = 5min;
  const auto id = finish(verifier.begin("session-1", options).value().id);
  clock_->by = 0min;
  EXPECT_EQ(denials(verify(verifier, id, "session-1")), "begun:expired /expect/begun ");
}

TEST_P(VerifierFlowTest, UnlessAskedNothingIsJudged) {
  const auto verifier = this->verifier(portone_);
  Ending<Decision> ending;
  verifier.verify(finish(""), {.subject = "session-1"}, ending.callback());
  const auto decision = ending.wait().value();
  EXPECT_TRUE(decision.allowed());
  for (const auto& finding : decision.findings()) EXPECT_NE(finding.code, "begun");
}

TEST_P(VerifierFlowTest, ForeignFlowUsesNothingUp) {
  const auto store =
      Registry::create(
          {.store = "sqlite::memory:", .peppers = {{.key = Secret(std::string(32, 'k'))}}, .clock = clock_})
          .value();
  const auto verifier = this->verifier(portone_, store);
  const auto id = finish(verifier.begin("session-1", options).value().id);
  const auto stolen = verify(verifier, id, "session-2");
  EXPECT_EQ(denials(stolen), "begun:foreign /expect/begun ");
  EXPECT_EQ(stolen->reservation(), nullptr);
  Ending<Counts> counts;
  store.count(counts.callback());
  const auto found = counts.wait().value();
  EXPECT_EQ(found.persons + found.uses + found.keys, 0);
  EXPECT_TRUE(verify(verifier, id, "session-1").value().allowed());
}

TEST_P(VerifierFlowTest, NeedsASubject) {
  const auto verifier = this->verifier(portone_);
  for (const std::string& subject : {std::string(), std::string(1001, 's')}) {
    const auto flow = verifier.begin(subject, options);
    ASSERT_FALSE(flow);
    EXPECT_EQ(flow.error().kind, ErrorKind::invalid_argument);
    EXPECT_EQ(flow.error().parameter, "subject");
    const auto decision = verify(verifier, finish(""), subject);
    ASSERT_FALSE(decision);
    EXPECT_EQ(decision.error().kind, ErrorKind::invalid_argument);
    EXPECT_EQ(decision.error().parameter, "subject");
  }
  EXPECT_TRUE(verifier.begin(std::string(1000, 's'), options));
}

TEST_P(VerifierFlowTest, IdsDiffer) {
  const auto verifier = this->verifier(portone_);
  EXPECT_NE(verifier.begin("session-1", options).value().id, verifier.begin("session-1", options).value().id);
}

/// A result that PortOne does not have at once: a lookup is answered `times` times as though it were not there yet.
TEST_P(VerifierFlowTest, AnAnswerThatIsNotThereYetIsAskedForAgain) {
  const auto verifier = this->verifier(portone_);
  const bool v1 = GetParam() == Api::v1;
  for (const auto* fault : {R"({"kind": "ready", "times": 2, "match": {"method": "GET"}})",
                            R"({"kind": "status", "status": 404, "times": 2, "match": {"method": "GET"}})"}) {
    const Flow flow = verifier.begin("session-1", options).value();
    const auto id = finish(flow.id);
    const auto ask = [&](std::chrono::milliseconds settle, const std::string& subject, const std::string& flow_id) {
      EXPECT_TRUE(sandbox_->control("clear_faults", "{}"));
      EXPECT_TRUE(sandbox_->control("clear_requests", "{}"));
      EXPECT_TRUE(sandbox_->control("fault", fault));
      Ending<Decision> ending;
      verifier.verify(id, {.subject = subject, .begun = true, .settle = settle, .flow_id = flow_id}, ending.callback());
      return ending.wait();
    };
    const auto asked = [&] {
      const auto by_route = Json::parse(sandbox_->control("requests", "{}").value())["by_route"];
      return by_route.value(v1 ? "GET /certifications/{id}" : "GET /identity-verifications/{id}", 0);
    };
    const auto settled = ask(3s, "session-1", v1 ? flow.id : "");
    ASSERT_TRUE(settled) << settled.error().what();
    EXPECT_TRUE(settled->allowed()) << denials(settled);
    EXPECT_EQ(asked(), 3);
    const auto at_once = ask(0ms, "session-1", v1 ? flow.id : "");
    EXPECT_FALSE(at_once && at_once->allowed());
    EXPECT_EQ(asked(), 1);
    // Nobody can make the server ask again and again for an id that is not theirs.
    const auto strange = ask(3s, "session-2", v1 ? flow.id : "");
    EXPECT_FALSE(strange && strange->allowed());
    EXPECT_LE(asked(), 1);
  }
}

TEST_P(VerifierFlowTest, WhatNeverComesIsToldAfterTheTimeToSettle) {
  const auto verifier = this->verifier(portone_);
  const Flow flow = verifier.begin("session-1", options).value();
  const auto id = finish(flow.id);
  ASSERT_TRUE(sandbox_->control("fault", R"({"kind": "ready", "times": 1000, "match": {"method": "GET"}})"));
  Ending<Decision> ending;
  verifier.verify(id, {.subject = "session-1", .begun = true, .settle = 300ms, .flow_id = flow.id}, ending.callback());
  const auto& decision = ending.wait();
  ASSERT_TRUE(decision);
  EXPECT_EQ(denials(decision).substr(0, 22), "verified:not_finished ");
}

TEST_P(VerifierFlowTest, AGuardianConsentsToAChild) {
  const auto policy = Policy::parse(R"({"name": "child", "rules": [{"guardian": true}]})").value();
  const auto verifier = Verifier::create({.portone = portone_, .policy = policy, .clock = clock_}).value();
  const bool v1 = GetParam() == Api::v1;
  const auto verify_with = [&](const std::string& child, const std::string& guardian) {
    Ending<Decision> ending;
    verifier.verify(child, {.subject = "session-1", .begun = true, .guardian = guardian}, ending.callback());
    return ending.wait();
  };
  const auto persona = [&](const std::string& issued, const char* name) -> std::string {
    Json arguments{{"persona", name}, {"api", v1 ? "v1" : "v2"}, {v1 ? "merchant_uid" : "id", issued}};
    return Json::parse(sandbox_->control("verify", arguments.dump()).value())["id"];
  };
  const auto child = persona(verifier.begin("session-1", options).value().id, "child");
  EXPECT_EQ(denials(verify_with(child, "")), "guardian:needs_guardian /rules/0 ");

  FlowOptions consent = options;
  consent.guardian_of = child;
  const auto guardian = [&](const char* name) {
    return persona(verifier.begin("session-1", consent).value().id, name);
  };
  const auto consented = verify_with(child, guardian("adult"));
  EXPECT_TRUE(consented.value().allowed()) << denials(consented);
  EXPECT_EQ(denials(verify_with(child, guardian("born_tomorrow_19"))), "guardian:guardian_too_young /rules/0 ");
  EXPECT_EQ(denials(verify_with(child, guardian("child"))), "guardian:guardian_too_young /rules/0 ");
  EXPECT_EQ(denials(verify_with(child, guardian("failed"))), "guardian:guardian_not_verified /rules/0 ");

  // An adult's verification that was not begun as this child's guardian is no consent.
  const auto adult = persona(verifier.begin("session-1", options).value().id, "adult");
  EXPECT_EQ(denials(verify_with(child, adult)), "guardian:needs_guardian /rules/0 ");
  test::defended(19, "another adult's verification, that was not begun for the child, is no consent");
  const auto same = verify_with(child, child);
  ASSERT_FALSE(same);
  EXPECT_EQ(same.error().parameter, "guardian");
}

TEST_P(VerifierFlowTest, AnAdultIsNobodysChild) {
  const auto policy = Policy::parse(R"({"name": "child", "rules": [{"guardian": true}]})").value();
  const auto verifier = Verifier::create({.portone = portone_, .policy = policy, .clock = clock_}).value();
  const bool v1 = GetParam() == Api::v1;
  const auto id = finish(verifier.begin("session-1", options).value().id);
  FlowOptions consent = options;
  consent.guardian_of = id;
  Json arguments{{"persona", "adult"},
                 {"api", v1 ? "v1" : "v2"},
                 {v1 ? "merchant_uid" : "id", verifier.begin("session-1", consent).value().id}};
  const std::string same = Json::parse(sandbox_->control("verify", arguments.dump()).value())["id"];
  Ending<Decision> ending;
  verifier.verify(id, {.subject = "session-1", .begun = true, .guardian = same}, ending.callback());
  EXPECT_EQ(denials(ending.wait()), "guardian:same_person /rules/0 ");
}

INSTANTIATE_TEST_SUITE_P(Apis, VerifierFlowTest, ::testing::Values(Api::v1, Api::v2),
                         [](const auto& one) { return std::string(to_string(one.param)); });

TEST_P(VerifierFlowTest, AGuardianIsBegunForAnIdOfAVerification) {
  const auto verifier = this->verifier(portone_);
  FlowOptions consent = options;
  for (const char* child : {"..", "a\nb", "imp_1x"}) {
    consent.guardian_of = child;
    EXPECT_EQ(verifier.begin("session-1", consent).error().parameter, "guardian_of") << child;
  }
  if (GetParam() == Api::v2) return;
  consent.guardian_of = verifier.begin("session-1", options).value().id;  // a merchant_uid
  EXPECT_EQ(verifier.begin("session-1", consent).error().parameter, "guardian_of");
}

/// What a stranger learns of an imp_uid by answers, errors and time.
class StrangerTest : public VerifierFlowTest {
 protected:
  int lookups() {
    const auto told = Json::parse(sandbox_->control("requests", "{}").value());
    int count = 0;
    for (const auto& [route, times] : told["by_route"].items()) {
      if (route.starts_with("GET /certifications")) count += times.get<int>();
    }
    return count;
  }
};

TEST_P(StrangerTest, AnIdThatIsThereTakesAsLongAsOneThatIsNot) {
  const auto verifier = this->verifier(portone_);
  const auto theirs = finish(verifier.begin("session-2", options).value().id);
  const auto mine = verifier.begin("session-1", options).value().id;
  const auto asked_for = [&](const std::string& id) {
    const int before = lookups();
    Ending<Decision> ending;
    verifier.verify(id, {.subject = "session-1", .begun = true, .settle = 300ms, .flow_id = mine}, ending.callback());
    EXPECT_EQ(denials(ending.wait()).substr(0, 14), "begun:foreign ");
    return lookups() - before;
  };
  EXPECT_EQ(asked_for("imp_000000000001"), 2);
  EXPECT_EQ(asked_for(theirs), 2);
}

TEST_P(StrangerTest, AFailureOfV2DoesNotTellThatAnIdIsThere) {
  ConnectionOptions nowhere;
  nowhere.base_url = "http://127.0.0.1:1";
  nowhere.max_attempts = 1;
  PortOneV2::Options broken;
  broken.api_secret = Secret("secret");
  broken.connection = nowhere;
  ConnectionOptions connection;
  connection.base_url = sandbox_->url();
  const std::shared_ptr<const PortOne> portone = PortOneV1::create({.imp_key = Secret("sandbox-imp-key"),
                                                                    .imp_secret = Secret("sandbox-imp-secret"),
                                                                    .v2 = PortOneV2::create(broken).value(),
                                                                    .connection = connection})
                                                     .value();
  const auto verifier = this->verifier(portone);
  const auto theirs = finish(verifier.begin("session-2", options).value().id);
  EXPECT_EQ(denials(verify(verifier, theirs, "session-1")).substr(0, 14), "begun:foreign ");
  EXPECT_EQ(verify(verifier, theirs, "session-2").error().kind, ErrorKind::connection_failed);
}
INSTANTIATE_TEST_SUITE_P(V1, StrangerTest, ::testing::Values(Api::v1));

class ChannelTest : public VerifierFlowTest {};

TEST_P(ChannelTest, AFlowMayBeBoundToItsChannel) {
  const auto verifier = this->verifier(portone_);
  FlowOptions bound = options;
  bound.bind_channel = true;
  const auto finish_on = [&](const char* channel) -> std::string {
    const Json arguments{
        {"persona", "adult"}, {"id", verifier.begin("session-1", bound).value().id}, {"channel_key", channel}};
    return Json::parse(sandbox_->control("verify", arguments.dump()).value())["id"];
  };
  const auto decision = verify(verifier, finish_on(danal), "session-1");
  EXPECT_TRUE(decision.value().allowed()) << denials(decision);
  EXPECT_EQ(denials(verify(verifier, finish_on("channel-key-of-another"), "session-1")),
            "begun:other_channel /expect/begun ");
  test::defended(16, "a flow that is bound to its channel and was finished on another: denied, `begun:other_channel`");
}
INSTANTIATE_TEST_SUITE_P(V2, ChannelTest, ::testing::Values(Api::v2));

TEST(FlowRequest, V2KnowsItsIdsByTheCredentialInUse) {
  PortOneV2::Options options;
  options.api_key = Secret("key-1");
  options.auth = PortOneV2::Auth::api_key;
  const auto by_key = PortOneV2::create(options).value();
  options.api_key = Secret("key-2");
  const auto by_another = PortOneV2::create(options).value();
  const auto now = Clock::system()->now();
  Verification verification;
  verification.id = by_key->new_flow("session-1", now).id;
  EXPECT_EQ(by_key->begun(verification, "session-1", now, false), Begun::here);
  EXPECT_EQ(by_another->begun(verification, "session-1", now, false), Begun::foreign);
}

}  // namespace
}  // namespace bonin
