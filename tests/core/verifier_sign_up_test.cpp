// `account: new` against a model: whatever is known of the person, whatever else the policy asks, in every store.

#include <array>
#include <map>
#include <mutex>

#include "bonin/bonin.hpp"
#include "support/directory.hpp"
#include "support/mysql.hpp"
#include "support/observed.hpp"
#include "support/own_users.hpp"
#include "support/postgres.hpp"
#include "support/vectors.hpp"

namespace bonin::registry_test {
namespace {

struct House {
  /// `tag` keeps apart what shares a database.
  explicit House(const std::string& store, std::string name = {}, const std::vector<std::string>& accepted = {})
      : tag(std::move(name)) {
    Registry::Options options;
    options.accept_page_chosen_di = accepted;
    options.clock = clock;
    options.peppers = {pepper("one", 'a')};
    options.timeout = 20s;
    if (store.starts_with("own")) {
      if (store == "own") options.own_store = users.store();
      if (store == "own, whole") options.own_store = whole.store(clock, true);
      if (store == "own, without reserve") options.own_store = whole.store(clock, false);
    } else {
      options.store = store;
    }
    registry = Registry::create(std::move(options)).value();
  }
  Result<Verifier> verifier(const std::string& rules, std::shared_ptr<const PortOne> portone) const {
    nlohmann::json document{{"name", "sign-up"}, {"rules", nlohmann::json::parse("[" + rules + "]")}};
    if (!policy_accepts.empty()) document["accept_page_chosen_di"] = policy_accepts;
    const auto policy = Policy::parse(document.dump()).value();
    return Verifier::create({.portone = std::move(portone), .policy = policy, .registry = registry, .clock = clock});
  }
  Result<Verifier> verifier(const std::string& rules) const { return verifier(rules, directory); }
  std::string add(const std::string& ci, const std::string& di, const std::string& id) const {
    const auto named = [this](const std::string& text) { return text.empty() ? text : text + tag; };
    return directory->add(named(ci), named(di), named(id));
  }
  std::string me() const { return "me" + tag; }

  const std::string tag;
  std::vector<std::string> policy_accepts;  // providers whose DI alone is accepted though a page chooses it
  std::shared_ptr<MovableClock> clock = std::make_shared<MovableClock>();
  std::shared_ptr<Directory> directory = std::make_shared<Directory>(clock);
  Users users;
  WholeUsers whole;
  Registry registry;
};

Result<Decision> verify(const Verifier& verifier, const std::string& id, const std::string& subject,
                        bool begun = false) {
  return wait_for<Decision>([&](auto done) { verifier.verify(id, {.subject = subject, .begun = begun}, done); });
}
Result<Claim> commit(const Decision& decision, const std::string& account) {
  return wait_for<Claim>([&](auto done) { decision.commit(account, done); });
}
std::string denials(const Decision& decision) {
  std::string text;
  for (const auto& finding : decision.denials()) {
    text += (text.empty() ? "" : " ") + finding.code + ":" + finding.reason;
    EXPECT_FALSE(finding.ko.empty());
    EXPECT_FALSE(finding.en.empty());
  }
  return text;
}

// ---- every state of a person with every set of rules: tests/vectors/sign_up.json is the model ---

using test::Json;

/// What happened to the person before; answers the id that is to be verified.
std::string arrange(const House& house, const Json& state) {
  int others = 0;
  const auto somebody = [&](const Json& keys) {
    return house.directory->at(house.add(keys[0], keys[1], "before-" + std::to_string(others++)));
  };
  const auto id = house.add(state["keys"][0], state["keys"][1], "id-1");
  for (const auto& step : state["steps"]) {
    const auto named = [&](std::size_t i) { return step[i].get<std::string>() + house.tag; };
    const std::string what = step[0];
    bool done = false;
    if (what == "claim") done = claim(house.registry, *somebody(step[1]), named(2))->granted();
    if (what == "release") done = release(house.registry, named(1), milliseconds(step[2].get<int>())).value();
    if (what == "ban") done = ban(house.registry, {.verification = somebody(step[1])}).ok();
    if (what == "reserve") done = reserve(house.registry, *somebody(step[1]), named(2))->reservation.has_value();
    if (what == "consume") done = consume(house.registry, id, named(1)).value() == Standing::Use::first;
    EXPECT_TRUE(done) << step;
  }
  return id;
}

std::vector<std::string> texts(const Json& state, const char* name) {
  return state.value(name, std::vector<std::string>());
}

/// Answers how many combinations there were.
int all_combinations(const std::string& store) {
  const bool own = store == "own", carried = store == "own, without reserve", whole = carried || store == "own, whole";
  const std::array<std::string, 3> others{"single_use", "not_banned", "rejoin_period_over"};
  int combinations = 0;
  const auto vectors = test::vectors("sign_up.json");
  for (const auto& state : vectors["states"]) {
    for (unsigned rules = 0; rules < 16; ++rules) {
      const bool or_same = (rules & 8) != 0;
      if (own && (!state["own_store"].get<bool>() || (rules & 7) != 0)) continue;
      // A reservation that carries itself keeps nobody else away.
      if (carried && state["denied"].value("account", "") == "being_signed_up") continue;
      SCOPED_TRACE(state["name"].get<std::string>() + ", rules " + std::to_string(rules));
      House house(store, "-" + std::to_string(combinations++), texts(state, "registry_accepts"));
      house.policy_accepts = texts(state, "policy_accepts");
      house.directory->provider = state.value("provider", "DANAL");
      const auto id = arrange(house, state);

      const auto& denied = state["denied"];
      const bool is_new = !denied.contains("account");
      const std::string why = denied.value("account", "");
      std::string text = or_same ? R"({"any_of": [{"account": "new"}, {"account": "same"}]})" : R"({"account": "new"})";
      std::vector<std::string> wanted;
      if (!is_new && !(or_same && why == "has_account")) wanted.push_back(or_same ? "any_of" : "account:" + why);
      for (std::size_t i = 0; i < others.size(); ++i) {
        if ((rules >> i & 1) == 0) continue;
        text += R"(, {")" + others[i] + R"(": true})";
        if (denied.contains(others[i])) wanted.push_back(others[i] + ":" + denied[others[i]].get<std::string>());
        // Of two persons an own store says no more than that they are two.
        if (i > 0 && whole && why == "two_persons") wanted.push_back(others[i] + ":no_standing");
      }
      const auto decision = verify(house.verifier(text).value(), id, house.me()).value();

      std::vector<std::string> said;
      for (const auto& finding : decision.denials()) {
        EXPECT_FALSE(finding.ko.empty() || finding.en.empty());
        const bool either = finding.code == "any_of";
        EXPECT_TRUE(!either || finding.reason.starts_with("account:" + why + ",account:")) << finding.reason;
        said.push_back(either ? finding.code : finding.code + ":" + finding.reason);
      }
      EXPECT_EQ(said, wanted);
      EXPECT_EQ(decision.allowed(), wanted.empty());
      // `account: new` passes with a reservation alone, and a reservation keeps its promise.
      EXPECT_EQ(decision.reservation() != nullptr, decision.allowed() && is_new);
      const auto claim = commit(decision, "account" + house.tag);
      if (decision.allowed() && is_new) {
        EXPECT_EQ(registry_test::said(claim), "created");
        EXPECT_EQ(find(house.registry, *house.directory->at(id)).value(), "account" + house.tag);
      } else {
        EXPECT_TRUE(!claim && claim.error().kind == ErrorKind::invalid_argument);
      }
    }
  }
  return combinations;
}

TEST(VerifierSignUp, AllowedMeansReservedInSqlite) {
  const int tried = all_combinations("sqlite::memory:");
  EXPECT_EQ(tried, 23 * 16);
  if (!::testing::Test::HasFailure()) {
    test::defended(8,
                   "whoever is let in as somebody new holds a reservation, in every state, under every set of rules");
    test::observed(50,
                   "every state of a person with every set of rules in SQLite: `account: new` passes with a "
                   "reservation alone, and its commit is granted");
    test::defended(17,
                   "a DI alone that the page chose makes nobody new, unless policy or registry name its provider; who "
                   "has an account or a ban is known by it all the same");
  }
}

TEST(VerifierSignUp, AllowedMeansReservedInPostgres) {
  BONIN_NEEDS_POSTGRES();
  const int tried = all_combinations(Postgres::instance().fresh_database());
  EXPECT_EQ(tried, 23 * 16);
}

TEST(VerifierSignUp, AllowedMeansReservedInMysql) {
  BONIN_NEEDS_MYSQL();
  const int tried = all_combinations(Mysql::instance().fresh_database());
  EXPECT_EQ(tried, 23 * 16);
}

TEST(VerifierSignUp, AllowedMeansReservedInAnOwnStore) {
  const int tried = all_combinations("own");
  EXPECT_EQ(tried, 12 * 2);
  if (!::testing::Test::HasFailure()) {
    test::observed(50, "an application's own store: a reservation that commits through its `claim`");
  }
}

TEST(VerifierSignUp, AllowedMeansReservedInAWholeOwnStore) {
  EXPECT_EQ(all_combinations("own, whole"), 23 * 16);
  EXPECT_EQ(all_combinations("own, without reserve"), 22 * 16);
  if (!::testing::Test::HasFailure()) {
    test::observed(50,
                   "an own store with every function: every state of a person with every set of rules, as in SQLite");
  }
}

// ---- many at once -------------------------------------------------------------------------------

/// How many of `n` sign-ups of one person were allowed, and how many commits were granted.
std::pair<int, int> sign_up_at_once(House& house, int n) {
  const auto verifier = house.verifier(R"({"account": "new"})").value();
  std::vector<Ending<Decision>> endings(static_cast<std::size_t>(n));
  for (int i = 0; i < n; ++i) {
    const auto id = house.directory->add("ci-1", "di-1", "id-" + std::to_string(i));
    verifier.verify(id, {.subject = "s" + std::to_string(i)}, endings[static_cast<std::size_t>(i)].callback());
  }
  std::vector<Decision> allowed;
  for (auto& ending : endings) {
    auto& decision = ending.wait().value();
    EXPECT_EQ(decision.allowed(), decision.reservation() != nullptr);
    if (decision.allowed()) allowed.push_back(decision);
  }
  std::vector<Ending<Claim>> claims(allowed.size());
  for (std::size_t i = 0; i < allowed.size(); ++i) allowed[i].commit("a" + std::to_string(i), claims[i].callback());
  int granted = 0;
  for (auto& claim : claims) {
    const auto& answer = claim.wait();
    granted += answer.ok();
    EXPECT_TRUE(answer || answer.error().kind == ErrorKind::claim_refused);
  }
  return {static_cast<int>(allowed.size()), granted};
}

TEST(VerifierSignUp, OneOfManyAtOnceInSqlite) {
  for (int round = 0; round < 10; ++round) {
    House house("sqlite::memory:");
    EXPECT_EQ(sign_up_at_once(house, 20), std::pair(1, 1));
  }
}

TEST(VerifierSignUp, OneOfManyAtOnceInPostgres) {
  BONIN_NEEDS_POSTGRES();
  House house(Postgres::instance().fresh_database());
  EXPECT_EQ(sign_up_at_once(house, 20), std::pair(1, 1));
}

TEST(VerifierSignUp, OneOfManyAtOnceInAWholeOwnStore) {
  for (int round = 0; round < 10; ++round) {
    House house("own, whole");
    EXPECT_EQ(sign_up_at_once(house, 20), std::pair(1, 1));
  }
}

TEST(VerifierSignUp, OneOfManyAtOnceInMysql) {
  BONIN_NEEDS_MYSQL();
  House house(Mysql::instance().fresh_database());
  EXPECT_EQ(sign_up_at_once(house, 20), std::pair(1, 1));
}

TEST(VerifierSignUp, OwnStoreGrantsOneOfManyAtOnce) {
  House house("own");
  const auto [allowed, granted] = sign_up_at_once(house, 20);
  EXPECT_EQ(allowed, 20);  // such a store decides at the commit
  EXPECT_EQ(granted, 1);
  if (!::testing::Test::HasFailure()) {
    test::observed(51, "an own store that let twenty in at once grants one commit; the rest end with `claim_refused`");
  }
}

// ---- own stores ---------------------------------------------------------------------------------

TEST(VerifierSignUp, OwnStoreReservationIsDroppedAndLapses) {
  House house("own");
  const auto verifier = house.verifier(R"({"account": "new"})").value();
  const auto id = house.directory->add("ci-1", "", "id-1");
  const auto first = verify(verifier, id, "me").value();
  EXPECT_TRUE(first.reservation()->id.starts_with("c1~"));
  EXPECT_TRUE(wait_for<bool>([&](auto done) { first.reservation()->cancel(done); }).value());
  EXPECT_FALSE(wait_for<bool>([&](auto done) { first.reservation()->cancel(done); }).value());
  constexpr auto lapsed = "error claim_refused: nothing was granted: refused (lapsed)";
  EXPECT_EQ(said(commit(first, "a")), lapsed);
  const auto second = verify(verifier, id, "me").value();
  house.clock->advance(600'000ms);
  EXPECT_EQ(said(commit(second, "a")), lapsed);
  house.directory->add("ci-1", "", "id-1");
  const auto third = verify(verifier, id, "me").value();
  EXPECT_EQ(said(commit(third, "a")), "created");
  EXPECT_EQ(said(commit(third, "a")), "existing");
  house.clock->advance(600'000ms);
  EXPECT_EQ(said(commit(third, "a")), "existing");
  EXPECT_FALSE(wait_for<bool>([&](auto done) { third.reservation()->cancel(done); }).value());
  EXPECT_EQ(commit(third, "").error().parameter, "account_id");
}

TEST(VerifierSignUp, RulesThatAnOwnStoreCannotAnswerAreRefused) {
  House house("own");
  for (const std::string rule : {"single_use", "not_banned", "rejoin_period_over"}) {
    for (const std::string& rules : {R"({"account": "new"}, {")" + rule + R"(": true})",
                                     R"({"any_of": [{"account": "new"}, {"not": {")" + rule + R"(": true}}]})"}) {
      const auto made = house.verifier(rules);
      ASSERT_FALSE(made) << rules;
      EXPECT_EQ(made.error().kind, ErrorKind::invalid_argument);
      EXPECT_EQ(made.error().parameter, "policy");
      EXPECT_NE(made.error().message.find("`" + rule + "` at `/rules/"), std::string::npos) << made.error().message;
    }
  }
  EXPECT_TRUE(house.verifier(R"({"account": "same"})"));
  test::observed(
      52,
      "`single_use`, `not_banned` and `rejoin_period_over` over an own store without the function for it: the "
      "verifier is not made, and the error names the rule and the function");
}

// ---- what a refusal is --------------------------------------------------------------------------

TEST(VerifierSignUp, RefusedClaimIsAnErrorThatSaysWhy) {
  House house("sqlite::memory:");
  const auto id = house.directory->add("ci-1", "", "id-1");
  const auto decision = verify(house.verifier(R"({"account": "new"})").value(), id, "me").value();
  const auto until = house.clock->now() + 1h;
  ASSERT_TRUE(ban(house.registry, {.verification = house.directory->at(id)}, until));
  const auto refused = commit(decision, "a");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::claim_refused);
  EXPECT_EQ(refused.error().outcome, "refused");
  EXPECT_EQ(refused.error().reason, "banned");
  EXPECT_EQ(refused.error().until_ms, until.time_since_epoch().count());
  EXPECT_NE(refused.error().what().find("banned"), std::string::npos);
  // The answering twin, by the reservation and by its id; and the others of the kind.
  const auto& place = *decision.reservation();
  EXPECT_EQ(said(wait_for<Claim>([&](auto done) { place.try_commit("a", done); })), "refused banned");
  EXPECT_EQ(said(registry_test::commit(house.registry, place.id, "a")), "refused banned");
  const auto kinds = {
      wait_for<Claim>([&](auto done) { place.commit("a", done); }).error().kind,
      wait_for<Claim>([&](auto done) { house.registry.commit(place.id, "a", done); }).error().kind,
      wait_for<Claim>([&](auto done) { house.registry.claim(*house.directory->at(id), "a", {}, done); }).error().kind};
  for (const auto kind : kinds) EXPECT_EQ(kind, ErrorKind::claim_refused);
  test::observed(51,
                 "`commit` and `claim` end with the error `claim_refused`, its outcome, reason and end; "
                 "`try_commit` and `try_claim` answer");
}

TEST(VerifierSignUp, StoreThatForgetsTheReservationLetsNobodyIn) {
  // "There is a place", and none was kept: not believed, whatever else the store says.
  Admission admission;
  admission.standing = {Standing::Account::none, false, Standing::Use::first, false, true, Standing::Place::free};
  admission.require_reservation();
  const auto policy = Policy::parse(R"({"name": "n", "rules": [{"account": "new"}]})").value();
  const auto v = std::make_shared<Verification>(verified("ci-1"));
  EXPECT_NE(denials(policy.evaluate(v, {}, {}, &admission.standing)).find("account:no_standing"), std::string::npos);
  admission.standing.account = Standing::Account::none;
  admission.standing.place = Standing::Place::free;
  admission.reservation = Reservation{"r", {}, nullptr};
  admission.require_reservation();
  EXPECT_EQ(admission.standing.place, Standing::Place::free);
}

TEST(VerifierSignUp, DeniedUsesNothingUpAndKeepsAnEarlierPlace) {
  House house("sqlite::memory:");
  const auto first = house.directory->add("ci-1", "", "id-1");
  const auto verifier = house.verifier(R"({"account": "new"}, {"single_use": true})").value();
  const auto mine = verify(verifier, first, "me").value();
  ASSERT_TRUE(mine.allowed());
  // The same subject comes with an id that somebody else used: no, and the place of before is still there.
  const auto stolen = house.directory->add("ci-1", "", "id-2");
  ASSERT_EQ(consume(house.registry, stolen, "somebody").value(), Standing::Use::first);
  EXPECT_EQ(denials(verify(verifier, stolen, "me").value()), "single_use:used");
  EXPECT_EQ(said(commit(mine, "a")), "created");
  // Whoever is denied has used nothing up.
  const auto third = house.directory->add("ci-1", "", "id-3");
  EXPECT_EQ(denials(verify(verifier, third, "rival").value()), "account:taken");
  EXPECT_EQ(consume(house.registry, third, "me").value(), Standing::Use::first);
}

TEST(VerifierSignUp, BanHoldsForKeysThatCameWithADenial) {
  House house("sqlite::memory:");
  const auto verifier = house.verifier(R"({"account": "new"})").value();
  const auto by_ci = house.directory->add("ci-1", "", "id-1");
  ASSERT_TRUE(ban(house.registry, {.verification = house.directory->at(by_ci)}));
  EXPECT_EQ(denials(verify(verifier, house.directory->add("ci-1", "di-1", "id-2"), "me").value()), "account:banned");
  EXPECT_EQ(denials(verify(verifier, house.directory->add("", "di-1", "id-3"), "me").value()), "account:banned");
}

// ---- who is one person --------------------------------------------------------------------------

TEST(VerifierSignUp, WarnsWhereKeysHoldNoCi) {
  const auto made = [](std::vector<KeyKind> keys, const char* rules) {
    const auto clock = std::make_shared<MovableClock>();
    const auto registry =
        Registry::create({.store = "sqlite::memory:", .peppers = {pepper("one", 'a')}, .keys = std::move(keys)})
            .value();
    const auto policy = Policy::parse(std::string(R"({"name": "n", "rules": [)") + rules + "]}").value();
    return Verifier::create({.portone = std::make_shared<Directory>(clock), .policy = policy, .registry = registry})
        .value()
        .warnings();
  };
  ASSERT_EQ(made({KeyKind::di}, R"({"account": "new"})").size(), 1u);
  EXPECT_NE(made({KeyKind::di}, R"({"account": "new"})")[0].find("`ci`"), std::string::npos);
  EXPECT_EQ(made({KeyKind::di}, R"({"any_of": [{"account": "new"}, {"not_banned": true}]})").size(), 2u);
  EXPECT_EQ(made({KeyKind::di}, R"({"account": "same"}, {"single_use": true})").size(), 0u);
  EXPECT_EQ(made({KeyKind::ci}, R"({"account": "new"}, {"not_banned": true})").size(), 0u);
  EXPECT_EQ(made({KeyKind::ci, KeyKind::di}, R"({"account": "new"})").size(), 0u);
  // The policy's own come first.
  EXPECT_EQ(made({KeyKind::di}, R"({"account": "new"}, {"foreigner": true}, {"foreigner": false})").size(), 2u);
}

TEST(VerifierSignUp, WhoCannotBeToldIsNoOutage) {
  House house("sqlite::memory:");
  const auto id = house.directory->add("", "", "id-1");
  for (const char* rule : {R"({"account": "new"})", R"({"account": "same"})", R"({"not_banned": true})",
                           R"({"rejoin_period_over": true})"}) {
    const auto decision = verify(house.verifier(rule).value(), id, "me").value();
    ASSERT_EQ(decision.denials().size(), 1u) << rule;
    EXPECT_EQ(decision.denials()[0].reason, "no_key");
    EXPECT_EQ(decision.denials()[0].outcome, bonin::Outcome::unknown);  // not even under a `not`
    EXPECT_NE(decision.denials()[0].en.find("another method"), std::string::npos);
    EXPECT_NE(decision.denials()[0].ko.find("다른 수단"), std::string::npos);
  }
  EXPECT_TRUE(verify(house.verifier(R"({"single_use": true})").value(), id, "me").value().allowed());
  test::observed(53, "no attested CI or DI that counts: denied with `no_key`, which tells to use another method");
}

// ---- single use ---------------------------------------------------------------------------------

void an_id_is_used_up_in_its_api(const std::string& store) {
  House house(store);
  const auto once = house.verifier(R"({"single_use": true})").value();
  auto v1 = verified("ci-1", "", "imp_1");
  v1.api = Api::v1;
  v1.verified_at = house.clock->now();
  v1.channel.type = ChannelType::unmarked;
  house.directory->add(v1);
  ASSERT_TRUE(verify(once, "imp_1", "me").value().allowed());
  EXPECT_EQ(denials(verify(once, "imp_1", "you").value()), "single_use:used");
  house.directory->add("ci-2", "", "imp_1");  // V2 has an id of the same text, which is another one
  EXPECT_TRUE(verify(once, "imp_1", "you").value().allowed());
  EXPECT_EQ(denials(verify(once, "imp_1", "me").value()), "single_use:used");
  // `consume` knows no API: its ids are used up in both, and it sees those of both.
  EXPECT_EQ(consume(house.registry, "imp_1", "third").value(), Standing::Use::other_subject);
  ASSERT_EQ(consume(house.registry, "imp_2", "me").value(), Standing::Use::first);
  for (const auto api : {Api::v1, Api::v2}) {
    auto v = verified("ci-3", "", "imp_2");
    v.api = api;
    v.verified_at = house.clock->now();
    house.directory->add(v);
    EXPECT_EQ(denials(verify(once, "imp_2", "you").value()), "single_use:used");
    EXPECT_TRUE(verify(once, "imp_2", "me").value().allowed());
  }
}

TEST(VerifierSignUp, IdIsUsedUpInItsApi) {
  an_id_is_used_up_in_its_api("sqlite::memory:");
  an_id_is_used_up_in_its_api("own, whole");
}

/// A browser that reloads the address it was redirected to brings the same id for the same subject once more.
void who_comes_again(const std::string& store) {
  House house(store, "again");
  const auto verifier = house.verifier(R"({"account": "new"})").value();
  const auto id = house.add("ci-1", "di-1", "id-1");
  const auto another = house.add("ci-1", "di-1", "id-2");
  const auto first = verify(verifier, id, "me").value();
  ASSERT_TRUE(first.allowed());
  EXPECT_TRUE(verify(verifier, id, "me").value().allowed()) << "a place is kept, no account is there yet";
  ASSERT_EQ(commit(first, "account-7")->outcome, Outcome::created);
  const auto again = verify(verifier, id, "me").value();
  EXPECT_EQ(denials(again), "account:signed_up");
  EXPECT_FALSE(again.reservation());
  EXPECT_EQ(denials(verify(verifier, id, "you").value()), "account:taken") << "another browser learns no more";
  EXPECT_EQ(denials(verify(verifier, another, "me").value()), "account:taken") << "another sign-up of the same person";
  EXPECT_EQ(denials(verify(verifier, id, "account-7").value()), "account:has_account");
  const auto released = wait_for<bool>([&](auto done) { house.registry.release("account-7", 0ms, done); });
  ASSERT_TRUE(released.value());
  EXPECT_TRUE(verify(verifier, id, "me").value().allowed());
}

TEST(VerifierSignUp, WhoComesAgainInSqlite) { who_comes_again("sqlite::memory:"); }
TEST(VerifierSignUp, WhoComesAgainInAWholeOwnStore) { who_comes_again("own, whole"); }
TEST(VerifierSignUp, WhoComesAgainInPostgres) {
  BONIN_NEEDS_POSTGRES();
  who_comes_again(Postgres::instance().fresh_database());
}

TEST(VerifierSignUp, WhoComesAgainInMysql) {
  BONIN_NEEDS_MYSQL();
  who_comes_again(Mysql::instance().fresh_database());
}

void another_id_takes_the_reservation_over(const std::string& store) {
  House house(store);
  const auto verifier = house.verifier(R"({"account": "new"})").value();
  const auto first = house.add("ci-1", "di-1", "id-1"), second = house.add("ci-1", "di-1", "id-2");
  ASSERT_TRUE(verify(verifier, first, "me").value().allowed());
  const auto decision = verify(verifier, second, "me").value();
  ASSERT_EQ(commit(decision, "account-7")->outcome, Outcome::created);
  EXPECT_EQ(denials(verify(verifier, second, "me").value()), "account:signed_up");
  EXPECT_EQ(denials(verify(verifier, first, "me").value()), "account:taken");
}

TEST(VerifierSignUp, AnotherIdOfTheSameSubjectTakesTheReservationOver) {
  another_id_takes_the_reservation_over("sqlite::memory:");
  another_id_takes_the_reservation_over("own, whole");
}

void a_v1_flow_is_used_up_with_its_first_id(const std::string& store) {
  House house(store);
  const auto once = house.verifier(R"({"single_use": true})").value();
  const auto certified = [&](const std::string& id, Api api) {
    auto v = verified("ci-1", "", id);
    v.api = api;
    v.merchant_uid = "flow-1";
    v.verified_at = house.clock->now();
    return house.directory->add(v);
  };
  const auto first = certified("imp_1", Api::v1), second = certified("imp_2", Api::v1);
  ASSERT_TRUE(verify(once, first, "me", true).value().allowed());
  EXPECT_TRUE(verify(once, first, "me", true).value().allowed());
  EXPECT_EQ(denials(verify(once, second, "me", true).value()), "single_use:used");
  // A merchant_uid that was not begun here may be anything, an order's number too.
  EXPECT_TRUE(verify(once, second, "me").value().allowed());
  EXPECT_TRUE(verify(once, certified("iv-1", Api::v2), "me", true).value().allowed());
}

TEST(VerifierSignUp, V1FlowIsUsedUpWithItsFirstId) {
  a_v1_flow_is_used_up_with_its_first_id("sqlite::memory:");
  a_v1_flow_is_used_up_with_its_first_id("own, whole");
}

}  // namespace
}  // namespace bonin::registry_test
