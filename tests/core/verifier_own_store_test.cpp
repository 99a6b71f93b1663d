// What a registry makes of what an application's own store answers: tests/vectors/own_store.json, and reservations that
// carry themselves.

#include "bonin/bonin.hpp"
#include "support/directory.hpp"
#include "support/observed.hpp"
#include "support/own_users.hpp"
#include "support/vectors.hpp"

namespace bonin::registry_test {
namespace {

using test::Json;

const Moment now = MovableClock().now();

std::optional<Moment> moment(const Json& given) {
  if (!given.is_number()) return std::nullopt;
  return now + milliseconds(given.get<std::int64_t>());
}

/// A store that answers what a case says, and remembers what it was asked.
struct Told {
  std::vector<std::string> asked;
  std::map<std::string, Json> answers;

  explicit Told(const Json& named) : answers{{"find", nullptr}, {"claim", "created"}} {
    for (const auto& [name, answer] : named.items()) answers[name] = answer;
  }

  template <class A, class... Given>
  void add(OwnStore::Function<A, Given...>& function, const char* name, A (*read)(const Json&)) {
    if (!answers.contains(name)) return;
    function = [this, name, read](Given..., std::uint64_t, Callback<A> done) {
      asked.emplace_back(name);
      Json answer = answers[name];
      if (answer.is_array()) {
        answer = answers[name][0];
        answers[name].erase(0);
      }
      if (!answer.is_object() || !answer.contains("raises")) return done(read(answer));
      const std::string kind = answer["raises"];
      done(make_error(error_kind(kind).value_or(ErrorKind::store_failed), "raised"));
    };
  }

  OwnStore store() {
    OwnStore own;
    const auto claim = +[](const Json& a) {
      if (a.is_string()) return Claim{*claim_outcome(a.get<std::string>()), {}, {}};
      return Claim{*claim_outcome(a["outcome"].get<std::string>()), *claim_reason(a["reason"].get<std::string>()),
                   moment(a.value("until", Json()))};
    };
    const auto flag = +[](const Json& a) { return a.get<bool>(); };
    add(
        own.find, "find", +[](const Json& a) {
          return a.is_null() ? std::optional<std::string>() : std::optional(a.get<std::string>());
        });
    add(own.claim, "claim", claim);
    add(
        own.standing, "standing", +[](const Json& a) {
          OwnStanding standing;
          if (!a["account"].is_null()) standing.account_id = a["account"];
          standing.banned = !a["banned_until"].is_null();
          standing.banned_until = moment(a["banned_until"]);
          standing.rejoin_at = moment(a["rejoin_at"]);
          return standing;
        });
    add(
        own.consume, "consume",
        +[](const Json& a) { return from_word<Standing::Use>(a.get<std::string>()).value_or(Standing::Use::unknown); });
    add(
        own.reserve, "reserve", +[](const Json& a) {
          if (a.is_null()) return Standing::Place::free;
          return from_word<Standing::Place>(a.get<std::string>()).value_or(Standing::Place::unknown);
        });
    add(own.commit, "commit", claim);
    add(own.cancel, "cancel", flag);
    add(own.ban, "ban", +[](const Json&) { return Done{}; });
    add(own.unban, "unban", flag);
    add(own.release, "release", flag);
    add(own.forget, "forget", flag);
    return own;
  }
};

Json told(const Error& error) { return {{"error", error.name()}, {"message", error.message}}; }

template <class T, class Read>
Json told(const Result<T>& result, Read read) {
  return result ? read(result.value()) : told(result.error());
}

Json claimed(const Result<Claim>& claim) {
  return told(claim, [](const Claim& given) {
    Json out{{"outcome", to_string(given.outcome)}, {"reason", nullptr}, {"until", nullptr}};
    if (!given.reason.empty()) out["reason"] = given.reason;
    if (given.until) out["until"] = (*given.until - now).count();
    return out;
  });
}

Json answer(const Result<bool>& result) {
  return told(result, [](bool told) { return Json{{"answer", told}}; });
}

Json flag(const std::optional<bool>& value) { return value ? Json(*value) : Json(); }

Json shown(const Standing& standing) {
  return {{"account", to_string(standing.account)}, {"reserved", standing.reserved},
          {"use", to_string(standing.use)},         {"banned", flag(standing.banned)},
          {"place", to_string(standing.place)},     {"rejoin_period_over", flag(standing.rejoin_period_over)}};
}

Json run(const Registry& registry, const std::shared_ptr<Directory>& directory, const std::shared_ptr<Clock>& clock,
         const Json& test) {
  auto person = verified("ci-kim", "di-kim", "id-1");
  person.verified_at = clock->now();
  person.person.birth_date = {*parse_date("1990-05-17"), Attestation::attested};
  directory->add(person);
  const std::string call = test["call"];
  if (call == "verify" || call == "make") {
    const auto policy = Policy::parse(Json{{"name", "n"}, {"rules", test[call]}}.dump()).value();
    const auto verifier =
        Verifier::create({.portone = directory, .policy = policy, .registry = registry, .clock = clock});
    if (!verifier) return told(verifier.error());
    const auto decision =
        wait_for<Decision>([&](auto done) { verifier.value().verify("id-1", {.subject = "me"}, done); });
    return told(decision, [](const Decision& given) {
      Json denied = Json::object();
      for (const auto& finding : given.denials()) denied[finding.code] = finding.reason;
      EXPECT_EQ(given.allowed(), denied.empty());
      return Json{{"denied", denied}, {"reserved", given.reservation() != nullptr}};
    });
  }
  if (call == "standing") {
    return told(standing(registry, person, "me"),
                [](const Standing& given) { return Json{{"standing", shown(given)}}; });
  }
  if (call == "admit") {
    const std::vector<std::string> asked = test["admit"];
    const auto wants = [&](const char* what) { return std::find(asked.begin(), asked.end(), what) != asked.end(); };
    const auto given = admit(registry, person, "me", {.consume = wants("consume"), .reserve = wants("reserve")});
    return told(given, [](const Admission& one) {
      return Json{{"standing", shown(one.standing)}, {"reserved", one.reservation.has_value()}};
    });
  }
  if (call.starts_with("reserve")) {
    const auto given = reserve(registry, person, "me");
    if (!given || call == "reserve") {
      return told(given, [](const Reserved& one) {
        return Json{{"reserved", one.reservation.has_value()}, {"reason", one.reason}};
      });
    }
    if (call == "reserve_cancel") return answer(wait_for<bool>([&](auto done) { given->reservation->cancel(done); }));
    return claimed(commit(registry, given->reservation->id, "a-1"));
  }
  if (call == "commit") return claimed(commit(registry, "c1~anything", "a-1"));
  if (call == "claim") return claimed(claim(registry, person, "a-1"));
  if (call == "match") return answer(match(registry, person, "a-1"));
  if (call == "cancel") return answer(cancel(registry, "c1~anything"));
  if (call == "unban") return answer(unban(registry, {.account_id = "a-1"}));
  if (call == "release") return answer(release(registry, "a-1", 1s));
  if (call == "forget") return answer(forget(registry, "a-1"));
  if (call == "find") {
    return told(find(registry, person), [](const auto& found) { return Json{{"answer", found.value_or("")}}; });
  }
  if (call == "consume") {
    return told(consume(registry, "id-1", "me"), [](Standing::Use use) { return Json{{"answer", to_string(use)}}; });
  }
  EXPECT_EQ(call, "ban");
  const auto who = Who{.verification = std::make_shared<const Verification>(person)};
  return told(ban(registry, who, now + 24h), [](Done) { return Json{{"answer", nullptr}}; });
}

TEST(VerifierOwnStore, AnswersAsTheVectorsSay) {
  const auto vectors = test::vectors("own_store.json");
  int tried = 0;
  for (const auto& test : vectors["cases"]) {
    if (test.value("ill_typed", false)) continue;
    SCOPED_TRACE(test["name"].get<std::string>());
    ++tried;
    Told store(test["answers"]);
    const auto clock = std::make_shared<MovableClock>();
    const auto registry =
        Registry::create({.own_store = store.store(), .peppers = {pepper("one", 'a')}, .clock = clock}).value();
    const auto got = run(registry, std::make_shared<Directory>(clock), clock, test);
    for (const auto& [name, wanted] : test["gives"].items()) {
      if (name == "lacks") {
        EXPECT_NE(got["message"].get<std::string>().find("`" + wanted.get<std::string>()), std::string::npos);
      } else if (name == "standing") {
        for (const auto& [member, value] : wanted.items()) EXPECT_EQ(got["standing"][member], value) << member;
      } else {
        EXPECT_EQ(got.value(name, Json("nothing")), wanted) << name << " of " << got;
      }
    }
    EXPECT_EQ(got.contains("error"), test["gives"].contains("error")) << got;
    EXPECT_EQ(Json(store.asked), test["asked"]);
  }
  EXPECT_GT(tried, 60);
  for (const auto& test : vectors["incomplete"]) {
    Json answers = Json::object();
    for (const auto& name : test["functions"]) answers[name.get<std::string>()] = nullptr;
    Told store(answers);
    const auto made = Registry::create({.own_store = store.store(), .peppers = {pepper("one", 'a')}});
    ASSERT_FALSE(made) << test;
    EXPECT_EQ(made.error().parameter, "own_store");
    for (const auto& name : test["names"]) {
      EXPECT_NE(made.error().message.find("`" + name.get<std::string>() + "`"), std::string::npos)
          << made.error().message;
    }
  }
}

// ---- reservations that carry themselves ---------------------------------------------------------

struct Machine {
  explicit Machine(std::vector<Pepper> peppers, Users& users, std::shared_ptr<MovableClock> clock)
      : registry(
            Registry::create({.own_store = users.store(), .peppers = std::move(peppers), .clock = std::move(clock)})
                .value()) {}
  Registry registry;
};

TEST(VerifierOwnStore, ReservationIsCommittedByItsIdOnAnotherMachine) {
  Users users;
  const auto clock = std::make_shared<MovableClock>();
  const auto one = pepper("one", 'a'), two = pepper("two", 'b');
  const Machine first({one, two}, users, clock), second({two, one}, users, clock),
      stranger({pepper("one", 'c')}, users, clock);
  auto kim = verified("ci-kim", "di-kim");
  kim.provider = "a~name of anything";
  const auto place = reserve(first.registry, kim, "me")->reservation.value();
  EXPECT_NE(place.id, reserve(first.registry, kim, "you")->reservation->id);
  EXPECT_EQ(said(commit(stranger.registry, place.id, "a")), "refused lapsed");
  for (std::size_t i = 0; i < place.id.size(); ++i) {  // any letter of it
    auto forged = place.id;
    forged[i] = forged[i] == '0' ? '1' : '0';
    ASSERT_EQ(said(commit(second.registry, forged, "a")), "refused lapsed") << i;
    ASSERT_EQ(said(commit(second.registry, place.id.substr(0, i + 1) + "~", "a")), "refused lapsed") << i;
  }
  EXPECT_EQ(said(commit(second.registry, place.id, "a")), "created");
  EXPECT_EQ(find(first.registry, kim).value(), "a");
  EXPECT_EQ(said(commit(first.registry, place.id, "a")), "existing");
  EXPECT_EQ(said(commit(first.registry, place.id, "b")), "taken other_account");
  clock->advance(10min);
  EXPECT_EQ(said(commit(first.registry, place.id, "a")), "existing");
  EXPECT_EQ(said(commit(second.registry, place.id, "b")), "refused lapsed");
  if (!::testing::Test::HasFailure()) {
    test::observed(50,
                   "a reservation in an own store that keeps none is committed by its id on another machine with the "
                   "same peppers; one that was changed, or of another pepper, is `lapsed`");
  }
}

TEST(VerifierOwnStore, CancelIsKnownWhereItWasSaid) {
  Users users;
  const auto clock = std::make_shared<MovableClock>();
  const Machine first({pepper("one", 'a')}, users, clock), second({pepper("one", 'a')}, users, clock);
  const auto place = reserve(first.registry, verified("ci-kim"), "me")->reservation.value();
  EXPECT_TRUE(cancel(first.registry, place.id).value());
  EXPECT_FALSE(cancel(first.registry, place.id).value());
  EXPECT_EQ(said(commit(first.registry, place.id, "a")), "refused lapsed");
  EXPECT_EQ(said(wait_for<Claim>([&](auto done) { place.try_commit("a", done); })), "refused lapsed");
  EXPECT_EQ(said(commit(second.registry, place.id, "a")), "created");
  EXPECT_FALSE(cancel(second.registry, place.id).value()) << "it is an account by now";
}

TEST(VerifierOwnStore, DiThatThePageChoseMakesNoAccountByClaim) {
  Users users;
  const Machine machine({pepper("one", 'a')}, users, std::make_shared<MovableClock>());
  auto by_di = verified("", "di-kim");
  by_di.provider = "KCP_V2";
  auto whole = verified("ci-kim", "di-kim");
  whole.provider = "KCP_V2";
  EXPECT_EQ(said(claim(machine.registry, by_di, "a")), "refused page_chosen_di");
  EXPECT_EQ(said(claim(machine.registry, whole, "a")), "created");
  EXPECT_EQ(said(claim(machine.registry, by_di, "a")), "existing");
  EXPECT_EQ(said(claim(machine.registry, by_di, "b")), "taken other_account");
}

}  // namespace
}  // namespace bonin::registry_test
