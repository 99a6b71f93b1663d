#pragma once
// Calls over a transport without a network, on a clock that moves itself.

#include <gtest/gtest.h>

#include <algorithm>

#include "lookup/exchange.hpp"
#include "lookup/refusal.hpp"
#include "support/ending.hpp"
#include "support/fake_transport.hpp"
#include "support/recipient.hpp"
#include "token/renewed_credential.hpp"

namespace bonin::test {

using Answer = Ending<Response>;

inline const std::string outage = R"({"type":"X"})";

class Exchanges : public testing::Test {
 protected:
  Exchanges() {
    session->transport = transport;
    session->closed = closed;
    session->connection = std::make_shared<ConnectionOptions>();
    session->clock = clock;
    session->random = [this] { return random; };
    session->health = std::make_shared<Health>(clock, session->random, gate);
    session->credential = std::make_shared<SecretCredential>(Secret("s"));
  }
  ~Exchanges() override {
    transport->drop();
    session->active.clear();      // calls that a test left under way hold the session, and it holds them
    session->credential.reset();  // may hold calls that hold the session
  }

  void use_v1_token() {
    session->credential = std::make_shared<RenewedCredential>(
        clock, session->health,
        v1_token_source({*transport, session->connection, session->health}, Secret("k"), Secret("s")));
  }
  static Reply token() {
    return Reply::answer(200, R"({"code":0,"response":{"access_token":"t","now":0,"expired_at":1800}})");
  }
  Call begin(const Answer& answer, Method method = Method::get, milliseconds timeout = 10s) {
    Plan plan{&v2_refusal};
    plan.method = method;
    plan.path = "/x";
    plan.name = "GET /x";
    plan.about = same_id ? 1 : ++about;
    plan.idempotency_key = idempotency_key;
    plan.waits_for_provider = waits_for_provider;
    plan.settle = settle;
    CallOptions options;
    options.timeout = timeout;
    return Exchange::begin(session, plan, options, whole_answer(answer.callback()));
  }
  Result<Response>& run(Method method = Method::get, milliseconds timeout = 10s) {
    last = Answer();
    begin(last, method, timeout);
    EXPECT_TRUE(transport->run([this] { return last.ended(); }));
    EXPECT_EQ(last.times(), 1);
    EXPECT_TRUE(session->active.empty());
    return last.wait();
  }
  /// The same while other calls are under way.
  Result<Response>& run_beside() {
    last = Answer();
    begin(last);
    EXPECT_TRUE(transport->run([this] { return last.ended(); }));
    return last.wait();
  }
  void all(const std::vector<Answer>& answers) {
    EXPECT_TRUE(transport->run([&answers] {
      return std::all_of(answers.begin(), answers.end(), [](const Answer& one) { return one.ended(); });
    }));
  }
  void close() { *closed = true; }
  void always(Reply reply) {
    transport->script = [reply](const Sent&) { return reply; };
  }

  std::shared_ptr<LogGate> gate = std::make_shared<LogGate>();
  std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();
  std::shared_ptr<FakeTransport> transport = std::make_shared<FakeTransport>(clock);
  std::shared_ptr<Session> session = std::make_shared<Session>();
  std::shared_ptr<std::atomic<bool>> closed = std::make_shared<std::atomic<bool>>(false);
  double random = 0.5;
  bool same_id = false;  // each call asks about the same id; else each about another one
  std::size_t about = 1;
  std::string idempotency_key;  // of the calls to come, as the next two
  bool waits_for_provider = false;
  Settle settle;
  Answer last;
};

}  // namespace bonin::test
