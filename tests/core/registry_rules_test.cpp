// The rules, one by one, on a store in memory; in a worker, on those that it is given.

#include <sstream>

#include "support/observed.hpp"
#include "support/registry.hpp"

namespace bonin::registry_test {
namespace {

std::string next_store() {
  static std::istringstream given(worker_setting("BONIN_WORKER_STORES"));
  if (worker_setting("BONIN_WORKER_STORES").empty()) return "sqlite::memory:";
  std::string store;
  given >> store;
  return store;
}

class RegistryRules : public testing::Test {
 protected:
  Settings setup;
  Registry registry = open(next_store(), setup);
  Moment now() const { return setup.clock->now(); }
};

TEST_F(RegistryRules, FirstClaimCreatesTheSameOneExistsAnotherIsTaken) {
  const auto kim = verified("ci-kim", "di-kim");
  EXPECT_EQ(find(registry, kim).value(), std::nullopt);
  EXPECT_EQ(said(claim(registry, kim, "a")), "created");
  EXPECT_EQ(said(claim(registry, kim, "a")), "existing");
  EXPECT_EQ(said(claim(registry, kim, "b")), "taken other_account");
  EXPECT_EQ(said(claim(registry, verified("ci-lee"), "a")), "taken other_person");
  EXPECT_EQ(find(registry, kim).value(), "a");
  EXPECT_TRUE(match(registry, kim, "a").value());
  EXPECT_FALSE(match(registry, kim, "b").value());
  EXPECT_FALSE(match(registry, verified("ci-lee"), "a").value());
}

TEST_F(RegistryRules, KnownByCiIsRecognisedByDiAlone) {
  EXPECT_EQ(said(claim(registry, verified("ci-kim", "di-kim"), "a")), "created");
  EXPECT_EQ(find(registry, verified("", "di-kim")).value(), "a");
  EXPECT_EQ(find(registry, verified("ci-kim")).value(), "a");
  EXPECT_EQ(said(claim(registry, verified("", "di-kim"), "b")), "taken other_account");
}

TEST_F(RegistryRules, KeyThatComesLaterIsAdded) {
  EXPECT_EQ(said(claim(registry, verified("ci-kim"), "a")), "created");
  EXPECT_EQ(find(registry, verified("", "di-kim")).value(), std::nullopt);
  EXPECT_EQ(said(claim(registry, verified("ci-kim", "di-kim"), "a")), "existing");
  EXPECT_EQ(find(registry, verified("", "di-kim")).value(), "a");
}

TEST_F(RegistryRules, SameDiOfAnotherMerchantIsAnotherKey) {
  EXPECT_EQ(said(claim(registry, verified("", "di-1"), "a")), "created");
  auto other = verified("", "di-1");
  other.channel.pg_merchant_id = "merchant-2";
  EXPECT_EQ(find(registry, other).value(), std::nullopt);
  EXPECT_EQ(said(claim(registry, other, "b")), "created");
  auto provider = verified("", "di-1");
  provider.provider = "KCP_V2";
  EXPECT_EQ(find(registry, provider).value(), std::nullopt);
}

TEST_F(RegistryRules, CiAndDiOfTwoPersonsDecideNothing) {
  EXPECT_EQ(said(claim(registry, verified("ci-kim"), "a")), "created");
  EXPECT_EQ(said(claim(registry, verified("", "di-kim"), "b")), "created");
  const auto both = verified("ci-kim", "di-kim");
  EXPECT_EQ(find(registry, both).error().kind, ErrorKind::conflict);
  EXPECT_FALSE(match(registry, both, "a").value());
  EXPECT_FALSE(match(registry, both, "b").value());
  EXPECT_EQ(said(claim(registry, both, "a")), "taken two_persons");
  EXPECT_EQ(said(claim(registry, both, "c")), "taken two_persons");
  EXPECT_EQ(standing(registry, both, "a").value().account, Standing::Account::other);
  EXPECT_EQ(reserve(registry, both, "s").value().reason, "two_persons");
}

TEST_F(RegistryRules, OneDiWithTwoCisIsAContradiction) {
  EXPECT_EQ(said(claim(registry, verified("ci-kim", "di-kim"), "a")), "created");
  EXPECT_EQ(said(claim(registry, verified("ci-lee", "di-kim"), "a")), "taken two_persons");
  EXPECT_EQ(find(registry, verified("ci-lee", "di-kim")).error().kind, ErrorKind::conflict);
  EXPECT_EQ(find(registry, verified("ci-lee")).value(), std::nullopt);
}

TEST_F(RegistryRules, MissingKeyNeverMatches) {
  auto nobody = verified("", "");
  EXPECT_EQ(claim(registry, nobody, "a").error().kind, ErrorKind::invalid_argument);
  EXPECT_EQ(claim(registry, nobody, "a").error().parameter, "verification");
  EXPECT_EQ(find(registry, nobody).error().kind, ErrorKind::invalid_argument);
  EXPECT_FALSE(match(registry, nobody, "a").value());
  nobody.person.ci = {"", Attestation::attested};
  EXPECT_EQ(claim(registry, nobody, "a").error().kind, ErrorKind::invalid_argument);
  nobody.person.ci = {"ci", Attestation::self_declared_possible};
  EXPECT_EQ(claim(registry, nobody, "a").error().kind, ErrorKind::invalid_argument);
  const auto known = standing(registry, nobody, "s").value();
  EXPECT_EQ(known.account, Standing::Account::unknown);
  EXPECT_EQ(known.banned, std::nullopt);
  EXPECT_EQ(known.rejoin_period_over, std::nullopt);
  EXPECT_EQ(known.use, Standing::Use::first);
  test::defended(9, "a missing, empty or unattested key is no key: it equals nothing");
}

TEST_F(RegistryRules, OnlyAVerifiedVerificationCounts) {
  ASSERT_EQ(said(claim(registry, verified("ci-kim"), "a")), "created");
  for (const auto status : {Status::unknown, Status::ready, Status::failed}) {
    auto v = verified("ci-kim");
    v.status = status;
    EXPECT_EQ(claim(registry, v, "a").error().kind, ErrorKind::invalid_argument);
    EXPECT_EQ(find(registry, v).error().kind, ErrorKind::invalid_argument);
    EXPECT_EQ(reserve(registry, v, "s").error().kind, ErrorKind::invalid_argument);
    EXPECT_FALSE(match(registry, v, "a").value());
    EXPECT_EQ(standing(registry, v, "a").value().account, Standing::Account::unknown);
    EXPECT_EQ(admit(registry, v, "s").value().reservation, std::nullopt);
  }
}

TEST_F(RegistryRules, LeavingKeepsThePersonOutForTheRejoinPeriod) {
  const auto kim = verified("ci-kim", "di-kim");
  ASSERT_EQ(said(claim(registry, kim, "a")), "created");
  EXPECT_TRUE(release(registry, "a", 24h).value());
  EXPECT_FALSE(release(registry, "a", 24h).value());
  EXPECT_EQ(find(registry, kim).value(), std::nullopt);
  EXPECT_EQ(said(claim(registry, kim, "b")), "refused rejoin_period");
  EXPECT_EQ(claim(registry, kim, "b")->until, now() + 24h);
  EXPECT_FALSE(standing(registry, kim, "s").value().rejoin_period_over.value());
  EXPECT_EQ(standing(registry, kim, "s").value().rejoin_at, now() + 24h);
  setup.clock->advance(24h - 1ms);
  EXPECT_EQ(said(claim(registry, kim, "b")), "refused rejoin_period");
  setup.clock->advance(1ms);
  EXPECT_TRUE(standing(registry, kim, "s").value().rejoin_period_over.value());
  EXPECT_EQ(standing(registry, kim, "s").value().rejoin_at, std::nullopt) << "it is over";
  EXPECT_EQ(said(claim(registry, kim, "b")), "created");
}

TEST_F(RegistryRules, LeavingWithoutAPeriodLeavesNothing) {
  ASSERT_EQ(said(claim(registry, verified("ci-kim", "di-kim"), "a")), "created");
  EXPECT_TRUE(release(registry, "a", 0ms).value());
  EXPECT_EQ(count(registry)->persons, 0);
  EXPECT_EQ(count(registry)->keys, 0);
}

TEST_F(RegistryRules, WhatHasLapsedGoesByItself) {
  ASSERT_EQ(said(claim(registry, verified("ci-kim", "di-kim"), "a")), "created");
  ASSERT_TRUE(release(registry, "a", 1h).value());
  EXPECT_EQ(count(registry)->keys, 2);
  setup.clock->advance(25h - 1ms);
  ASSERT_EQ(said(claim(registry, verified("ci-lee"), "b")), "created");  // any call that writes
  EXPECT_EQ(count(registry)->persons, 2) << "another machine's clock may be a day behind";
  setup.clock->advance(60s);
  ASSERT_EQ(said(claim(registry, verified("ci-lee"), "b")), "existing");
  EXPECT_EQ(count(registry)->persons, 1);
  EXPECT_EQ(count(registry)->keys, 1);
}

TEST_F(RegistryRules, BanHoldsUntilItsEndThroughLeavingAndNewKeys) {
  const auto kim = verified("ci-kim");
  ASSERT_EQ(said(claim(registry, kim, "a")), "created");
  ASSERT_TRUE(ban(registry, {.account_id = "a"}, now() + 48h));
  EXPECT_EQ(said(claim(registry, kim, "a")), "refused banned");
  EXPECT_TRUE(standing(registry, kim, "a").value().banned.value());
  EXPECT_EQ(standing(registry, kim, "a").value().banned_until, now() + 48h);
  EXPECT_FALSE(standing(registry, kim, "a").value().banned_for_ever);
  // The DI that comes with the refused claim is banned as well.
  EXPECT_EQ(said(claim(registry, verified("ci-kim", "di-kim"), "b")), "refused banned");
  EXPECT_TRUE(release(registry, "a", 0ms).value());
  EXPECT_EQ(said(claim(registry, verified("", "di-kim"), "b")), "refused banned");
  setup.clock->advance(48h);
  EXPECT_EQ(said(claim(registry, verified("", "di-kim"), "b")), "created");
}

TEST_F(RegistryRules, BanOfSomebodyUnknownAndForEver) {
  const auto kim = std::make_shared<Verification>(verified("ci-kim"));
  ASSERT_TRUE(ban(registry, {.verification = kim}));
  EXPECT_TRUE(standing(registry, *kim, "s").value().banned_for_ever);
  EXPECT_EQ(standing(registry, *kim, "s").value().banned_until, std::nullopt);
  setup.clock->advance(24h * 36500);
  EXPECT_EQ(said(claim(registry, *kim, "a")), "refused banned");
  EXPECT_EQ(claim(registry, *kim, "a")->until, std::nullopt);
  const auto page = export_page(registry).value();
  ASSERT_EQ(page.items.size(), 1u);
  EXPECT_TRUE(page.items[0].banned);
  EXPECT_EQ(page.items[0].ban_reason, "abuse");
  EXPECT_TRUE(unban(registry, {.person = page.items[0].person}).value());
  EXPECT_FALSE(unban(registry, {.verification = kim}).value());
  EXPECT_EQ(count(registry)->persons, 0);
  EXPECT_EQ(said(claim(registry, *kim, "a")), "created");
}

TEST_F(RegistryRules, BanNeedsSomebodyAndATimeToCome) {
  EXPECT_EQ(ban(registry, {.account_id = "nobody"}).error().kind, ErrorKind::not_found);
  EXPECT_EQ(ban(registry, {.person = 7}).error().kind, ErrorKind::not_found);
  EXPECT_EQ(ban(registry, {}).error().parameter, "who");
  EXPECT_EQ(ban(registry, {.account_id = "a", .person = 7}).error().parameter, "who");
  ASSERT_EQ(said(claim(registry, verified("ci-kim"), "a")), "created");
  EXPECT_EQ(ban(registry, {.account_id = "a"}, now()).error().parameter, "until");
  EXPECT_EQ(said(claim(registry, verified("ci-kim"), "a")), "existing");
}

TEST_F(RegistryRules, ForgetErasesEverything) {
  ASSERT_EQ(said(claim(registry, verified("ci-kim", "di-kim"), "a")), "created");
  ASSERT_TRUE(ban(registry, {.account_id = "a"}));
  EXPECT_TRUE(forget(registry, "a").value());
  EXPECT_FALSE(forget(registry, "a").value());
  EXPECT_EQ(count(registry)->persons, 0);
  EXPECT_EQ(count(registry)->keys, 0);
}

TEST_F(RegistryRules, IdIsUsedOnceByOneSubject) {
  using Use = Standing::Use;
  EXPECT_EQ(consume(registry, "id-1", "s").value(), Use::first);
  EXPECT_EQ(consume(registry, "id-1", "s").value(), Use::same_subject);
  EXPECT_EQ(consume(registry, "id-1", "t").value(), Use::other_subject);
  EXPECT_EQ(consume(registry, "id-2", "t").value(), Use::first);
  EXPECT_EQ(standing(registry, verified("ci"), "s").value().use, Use::same_subject);
  EXPECT_EQ(standing(registry, verified("ci"), "").value().use, Use::other_subject);
  EXPECT_EQ(consume(registry, "id-1", "").error().parameter, "subject");
  EXPECT_EQ(consume(registry, "", "s").error().parameter, "verification_id");
  const auto gone = wait_for<std::int64_t>([&](auto done) { registry.forget_uses(now() + 1ms, done); });
  EXPECT_EQ(gone.value(), 2);
  EXPECT_EQ(consume(registry, "id-1", "t").value(), Use::first);
  test::observed(35, "the second subject is told `other_subject`");
  test::observed(36, "the same subject is told `same_subject`, as often as it asks");
  test::defended(3, "an id is used once, by one subject");
}

TEST_F(RegistryRules, ReservationKeepsThePlace) {
  const auto kim = verified("ci-kim", "di-kim");
  const auto mine = reserve(registry, kim, "s").value();
  ASSERT_TRUE(mine.reservation);
  EXPECT_EQ(mine.reservation->expires_at, now() + 10min);
  EXPECT_EQ(reserve(registry, kim, "t").value().reason, "reserved");
  EXPECT_EQ(reserve(registry, verified("", "di-kim"), "t").value().reason, "reserved");
  EXPECT_EQ(reserve(registry, kim, "s").value().reservation->id, mine.reservation->id);
  EXPECT_TRUE(standing(registry, kim, "t").value().reserved);
  EXPECT_FALSE(standing(registry, kim, "s").value().reserved);
  EXPECT_EQ(said(claim(registry, kim, "b")), "taken reserved");
  EXPECT_EQ(said(claim(registry, kim, "b", "t")), "taken reserved");
  EXPECT_EQ(said(commit(registry, mine.reservation->id, "a")), "created");
  EXPECT_EQ(said(commit(registry, mine.reservation->id, "a")), "existing");
  EXPECT_EQ(said(commit(registry, mine.reservation->id, "b")), "taken other_account");
  EXPECT_EQ(find(registry, kim).value(), "a");
  EXPECT_EQ(reserve(registry, kim, "t").value().reason, "has_account");
}

TEST_F(RegistryRules, ReservationLapsesOrIsCancelled) {
  const auto kim = verified("ci-kim");
  const auto first = reserve(registry, kim, "s").value().reservation.value();
  setup.clock->advance(10min - 1ms);
  ASSERT_TRUE(consume(registry, "other", "s"));  // a call that writes clears away what has lapsed: not this one yet
  setup.clock->advance(1ms);
  EXPECT_EQ(said(commit(registry, first.id, "a")), "refused lapsed");
  EXPECT_FALSE(standing(registry, kim, "t").value().reserved);
  const auto second = reserve(registry, kim, "t").value().reservation.value();
  EXPECT_NE(second.id, first.id);
  EXPECT_TRUE(cancel(registry, second.id).value());
  EXPECT_FALSE(cancel(registry, second.id).value());
  EXPECT_EQ(said(commit(registry, second.id, "a")), "refused lapsed");
  EXPECT_EQ(count(registry)->persons, 0);
  EXPECT_EQ(said(claim(registry, kim, "a")), "created");
}

TEST_F(RegistryRules, ReservationsOwnSubjectMayClaimAtOnce) {
  const auto kim = verified("ci-kim");
  const auto mine = reserve(registry, kim, "s").value().reservation.value();
  EXPECT_EQ(said(claim(registry, kim, "a", "s")), "created");
  EXPECT_EQ(said(commit(registry, mine.id, "a")), "existing");
  EXPECT_EQ(standing(registry, kim, "s").value().place, Standing::Place::has_account)
      << "a claim does not say by which verification the place was kept";
}

TEST_F(RegistryRules, BanOfAReservedPersonStopsTheCommit) {
  const auto kim = std::make_shared<Verification>(verified("ci-kim"));
  const auto mine = reserve(registry, *kim, "s").value().reservation.value();
  ASSERT_TRUE(ban(registry, {.verification = kim}));
  EXPECT_EQ(said(commit(registry, mine.id, "a")), "refused banned");
}

TEST_F(RegistryRules, AdmitAnswersOneOfTwo) {
  const auto kim = verified("ci-kim");
  const auto first = admit(registry, kim, "s").value();
  EXPECT_EQ(first.standing.use, Standing::Use::first);
  EXPECT_EQ(first.standing.account, Standing::Account::none);
  EXPECT_FALSE(first.standing.reserved);
  ASSERT_TRUE(first.reservation);
  const auto again = admit(registry, kim, "s").value();
  EXPECT_EQ(again.standing.use, Standing::Use::same_subject);
  EXPECT_EQ(again.reservation->id, first.reservation->id);
  const auto stolen = admit(registry, kim, "t").value();
  EXPECT_EQ(stolen.standing.use, Standing::Use::other_subject);
  EXPECT_FALSE(stolen.reservation);
  const auto twin = admit(registry, verified("ci-kim", "", "id-2"), "t").value();
  EXPECT_EQ(twin.standing.use, Standing::Use::first);
  EXPECT_TRUE(twin.standing.reserved);
  EXPECT_FALSE(twin.reservation);
}

TEST_F(RegistryRules, AdmitOfAnAccountsOwnerReservesNothing) {
  ASSERT_EQ(said(claim(registry, verified("ci-kim"), "user-1")), "created");
  const auto own = admit(registry, verified("ci-kim"), "user-1").value();
  EXPECT_EQ(own.standing.account, Standing::Account::same);
  EXPECT_FALSE(own.reservation);
}

TEST_F(RegistryRules, ExportPagesThroughEverybodyWithHashesOnly) {
  for (int i = 0; i < 5; ++i) {
    ASSERT_EQ(said(claim(registry, verified("ci-" + std::to_string(i)), "a" + std::to_string(i))), "created");
  }
  std::vector<std::string> accounts;
  std::int64_t after = 0;
  do {
    const auto page = export_page(registry, after, 2).value();
    for (const auto& person : page.items) {
      accounts.push_back(person.account_id);
      ASSERT_EQ(person.keys.size(), 1u);
      EXPECT_EQ(person.keys[0].key.hash.size(), 64u);
      EXPECT_EQ(person.keys[0].key.pepper_id, "one");
      EXPECT_EQ(person.keys[0].key.provider, "DANAL");
      EXPECT_EQ(person.keys[0].received_at, now());
    }
    after = page.next;
  } while (after != 0);
  EXPECT_EQ(accounts, (std::vector<std::string>{"a0", "a1", "a2", "a3", "a4"}));
  EXPECT_EQ(export_page(registry, -1).error().parameter, "after");
  EXPECT_EQ(export_page(registry, 0, 0).error().parameter, "limit");
}

TEST_F(RegistryRules, RefusesBadTexts) {
  const auto kim = verified("ci-kim");
  const std::vector<std::string> bad_texts{
      "", std::string(256, 'a'), std::string("a\0b", 3), "\xff", "a\nb", "\xed\xa0\x80", "\xc0\x80"};
  for (const auto& bad : bad_texts) {
    EXPECT_EQ(claim(registry, kim, bad).error().parameter, "account_id");
    EXPECT_EQ(release(registry, bad, 0ms).error().parameter, "account_id");
  }
  EXPECT_EQ(said(claim(registry, kim, "본인-1")), "created");
  EXPECT_EQ(release(registry, "본인-1", -1ms).error().parameter, "rejoin_after_ms");
}

}  // namespace
}  // namespace bonin::registry_test
