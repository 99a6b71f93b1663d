// What a registry is made of: options, peppers, an application's own store.

#include <fstream>

#include "registry/sqlite_store.hpp"
#include "support/observed.hpp"
#include "support/registry.hpp"

namespace bonin::registry_test {
namespace {

Error refusal(Registry::Options options) {
  if (options.peppers.empty()) options.peppers = {pepper("one", 'a')};
  auto made = Registry::create(std::move(options));
  EXPECT_FALSE(made);
  return made ? Error{} : made.error();
}

TEST(RegistryOptions, AreChecked) {
  EXPECT_EQ(refusal({.store = "oracle://x"}).parameter, "store");
  EXPECT_EQ(refusal({.store = ""}).parameter, "store");
  EXPECT_EQ(refusal({.store = "sqlite:"}).parameter, "store");
  EXPECT_EQ(refusal({.store = "sqlite:x", .keys = {}}).parameter, "keys");
  EXPECT_EQ(refusal({.store = "sqlite:x", .keys = {KeyKind::ci, KeyKind::ci}}).parameter, "keys");
  EXPECT_EQ(refusal({.store = "sqlite:x", .timeout = 0ms}).kind, ErrorKind::invalid_timeout);
  EXPECT_EQ(refusal({.store = "sqlite:x", .reservation_life = 1ms}).parameter, "reservation_life_ms");
}

TEST(RegistryOptions, NoPepperNoRegistry) {
  const auto kind = [](std::vector<Pepper> peppers) {
    auto made = Registry::create({.store = "sqlite::memory:", .peppers = std::move(peppers)});
    return made ? "made" : std::string(made.error().name()) + " " + made.error().parameter;
  };
  unsetenv("BONIN_TEST_PEPPER");
  EXPECT_EQ(kind({}), "invalid_pepper peppers");
  EXPECT_EQ(kind({{"", Secret(std::string(31, 'x'))}}), "invalid_pepper pepper");
  EXPECT_EQ(kind({{"", Secret("env:BONIN_TEST_PEPPER")}}), "invalid_pepper pepper");
  EXPECT_EQ(kind({{"", Secret("file:/nonexistent/pepper")}}), "invalid_pepper pepper");
  EXPECT_EQ(kind({{"a b", Secret(std::string(32, 'x'))}}), "invalid_pepper pepper/id");
  EXPECT_EQ(kind({pepper("a", 'x'), pepper("a", 'y')}), "invalid_pepper peppers/1/id");
  EXPECT_EQ(kind({{"", Secret(std::string(32, 'x'))}}), "made");
}

TEST(RegistryOptions, PepperFromEnvironmentOrFileIsTheSamePepper) {
  const TempDir directory;
  const std::string key(40, 'k');
  std::ofstream(directory.file("pepper")) << key << "\n";
  setenv("BONIN_TEST_PEPPER", key.c_str(), 1);
  const std::string store = "sqlite:" + directory.file("db");
  Settings setup;
  setup.peppers = {{"", Secret(key)}};
  EXPECT_EQ(said(claim(open(store, setup), verified("ci"), "a")), "created");
  for (const auto* source : {"env:BONIN_TEST_PEPPER", "file:"}) {
    std::string text = source;
    if (text == "file:") text += directory.file("pepper");
    setup.peppers = {{"", Secret(text)}};
    EXPECT_EQ(find(open(store, setup), verified("ci")).value(), "a");
  }
  unsetenv("BONIN_TEST_PEPPER");
}

TEST(RegistryOptions, OnlyTheKindsThatCountAreKept) {
  auto made = Registry::create({.store = "sqlite::memory:", .peppers = {pepper("one", 'a')}, .keys = {KeyKind::ci}});
  ASSERT_TRUE(made);
  EXPECT_EQ(said(claim(made.value(), verified("ci", "di"), "a")), "created");
  EXPECT_EQ(count(made.value())->keys, 1);
  EXPECT_EQ(claim(made.value(), verified("", "di"), "b").error().parameter, "verification");
}

TEST(RegistryOptions, DescriptionShowsNoSecret) {
  auto made =
      Registry::create({.store = "postgresql://u:hunter2@h/db?sslmode=disable", .peppers = {pepper("one", 'a')}});
  if (made) {
    EXPECT_EQ(made->describe(), "Registry(postgresql, peppers=[one])");
  } else {
    EXPECT_EQ(made.error().what().find("hunter2"), std::string::npos);
  }
}

TEST(RegistryPeppers, WhatIsStoredIsHmacSha256) {
  // Computed with Python's hmac: a change here would make every known person a new one.
  const auto registry = open("sqlite::memory:");
  ASSERT_EQ(said(claim(registry, verified("ci-kim", "di-kim"), "a")), "created");
  const auto page = export_page(registry).value();
  ASSERT_EQ(page.items.at(0).keys.size(), 2u);
  EXPECT_EQ(page.items[0].keys[0].key.hash, "002ff3b3018805031aa05bf8d4bfe3822a5f3ff500d67b55718a44f4332c54cc");
  EXPECT_EQ(page.items[0].keys[1].key.hash, "0340223be06ee48de78bdb12e508314c753b31e41b21a725f9178f270c01deab");
}

TEST(RegistryPeppers, RotationMovesWhoeverIsMet) {
  const TempDir directory;
  const std::string store = "sqlite:" + directory.file("db");
  Settings setup;
  {
    const auto registry = open(store, setup);
    for (int i = 0; i < 4; ++i) {
      const auto n = std::to_string(i);
      ASSERT_EQ(said(claim(registry, verified("ci-" + n, "di-" + n), "a" + n)), "created");
    }
  }
  setup.peppers = {pepper("two", 'b'), pepper("one", 'a')};
  const auto registry = open(store, setup);
  const auto left = [&] {
    std::string text;
    const auto rows = rotate(registry).value();
    for (const auto& row : rows) {
      text += row.pepper_id + "=" + std::to_string(row.keys) + (row.writing ? "w " : " ");
    }
    return text;
  };
  EXPECT_EQ(left(), "two=0w one=8 ");
  EXPECT_EQ(said(claim(registry, verified("ci-0", "di-0"), "a0")), "existing");
  EXPECT_EQ(left(), "two=2w one=6 ");
  EXPECT_EQ(find(registry, verified("ci-1")).value(), "a1");  // a look-up moves what it met
  EXPECT_EQ(left(), "two=3w one=5 ");
  EXPECT_EQ(said(claim(registry, verified("ci-9"), "a9")), "created");
  EXPECT_EQ(left(), "two=4w one=5 ");
  EXPECT_EQ(find(registry, verified("", "di-1")).value(), "a1");

  // Without the old pepper a known person would pass for a new one.
  Settings without = setup;
  without.peppers = {pepper("two", 'b')};
  EXPECT_EQ(claim(open(store, without), verified("ci-3"), "b").error().kind, ErrorKind::invalid_pepper);
  EXPECT_EQ(find(open(store, without), verified("ci-3")).error().kind, ErrorKind::invalid_pepper);
  // And so would anybody under a wrong key of the right name.
  Settings wrong = setup;
  wrong.peppers = {pepper("two", 'b'), pepper("one", 'z')};
  EXPECT_EQ(find(open(store, wrong), verified("ci-3")).error().kind, ErrorKind::invalid_pepper);

  for (int i = 0; i < 4; ++i) {
    const auto n = std::to_string(i);
    EXPECT_EQ(said(claim(registry, verified("ci-" + n, "di-" + n), "a" + n)), "existing");
  }
  EXPECT_EQ(left(), "two=9w one=0 ");
  EXPECT_EQ(find(open(store, without), verified("ci-3")).value(), "a3");
  EXPECT_EQ(said(claim(open(store, without), verified("ci-3"), "a3")), "existing");
  test::observed(40,
                 "old keys are recognised and moved when met; without the old pepper, or under a wrong one: "
                 "`invalid_pepper`");
}

/// The ids of the peppers a file lists.
std::string listed(const std::string& path) {
  registry_detail::SqliteStore file(path, 5s, getpid());
  file.open();
  file.begin_read();
  std::string ids;
  for (const auto& row : file.peppers()) ids += row.id + " ";
  file.commit();
  return ids;
}

TEST(RegistryPeppers, HalfRolledChangeLeavesTheOthersPepperAlone) {
  const TempDir directory;
  const auto path = directory.file("db");
  Settings ahead, behind;
  ahead.peppers = {pepper("two", 'b'), pepper("one", 'a')};
  const auto first = open("sqlite:" + path, ahead);
  EXPECT_EQ(find(first, verified("ci-0")).value(), std::nullopt);
  const auto second = open("sqlite:" + path, behind);
  EXPECT_EQ(said(claim(second, verified("ci-1"), "a1")), "created");
  EXPECT_EQ(listed(path), "one two ");
  // From the first key under it on, who cannot compute such a key lets nobody in.
  EXPECT_EQ(said(claim(first, verified("ci-2"), "a2")), "created");
  EXPECT_EQ(claim(second, verified("ci-2"), "b").error().kind, ErrorKind::invalid_pepper);
  EXPECT_EQ(find(second, verified("ci-1")).error().kind, ErrorKind::invalid_pepper);
}

TEST(RegistryPeppers, NoKeyIsStoredUnderAPepperThatIsNotListed) {
  const TempDir directory;
  registry_detail::SqliteStore file(directory.file("db"), 5s, getpid());
  file.open();
  file.begin_write({});
  const auto person = file.add_person({});
  EXPECT_THROW(file.add_key({{}, KeyKind::ci, "one", person, "DANAL", 1}), registry_detail::StoreFailure);
  file.add_pepper({"one", "proof"});
  file.add_key({{}, KeyKind::ci, "one", person, "DANAL", 1});
  file.commit();
}

TEST(RegistryOwnStore, AnswersFindAndClaim) {
  std::vector<PersonKey> seen;
  OwnStore own;
  own.find = [&](std::vector<PersonKey> keys, std::uint64_t, Callback<std::optional<std::string>> done) {
    seen = std::move(keys);
    done(std::optional<std::string>("user-1"));
  };
  own.claim = [](std::vector<PersonKey> keys, std::string account, std::uint64_t, Callback<Claim> done) {
    EXPECT_EQ(keys.size(), 2u);
    done(Claim{account == "user-1" ? Outcome::existing : Outcome::taken, "other_account", {}});
  };
  auto made = Registry::create({.own_store = own, .peppers = {pepper("one", 'a')}});
  ASSERT_TRUE(made);
  const auto kim = verified("ci-kim", "di-kim");
  EXPECT_EQ(find(made.value(), kim).value(), "user-1");
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen[0].kind, KeyKind::ci);
  EXPECT_EQ(seen[0].hash.size(), 64u);
  EXPECT_EQ(seen[0].hash.find("ci-kim"), std::string::npos);
  EXPECT_EQ(claim(made.value(), kim, "user-2")->outcome, Outcome::taken);
  EXPECT_TRUE(match(made.value(), kim, "user-1").value());
  EXPECT_FALSE(match(made.value(), kim, "user-2").value());
  EXPECT_EQ(standing(made.value(), kim, "user-1")->account, Standing::Account::same);
  EXPECT_EQ(standing(made.value(), kim, "user-2")->account, Standing::Account::other);
  EXPECT_EQ(standing(made.value(), kim, "")->account, Standing::Account::other);
  // What the application's table does not tell stays unknown, and denies.
  const auto known = standing(made.value(), kim, "user-1").value();
  EXPECT_EQ(known.use, Standing::Use::unknown);
  EXPECT_EQ(known.banned, std::nullopt);
  EXPECT_EQ(known.rejoin_period_over, std::nullopt);
  EXPECT_EQ(standing(made.value(), Verification{}, "user-1")->account, Standing::Account::unknown);
  EXPECT_EQ(release(made.value(), "user-1", 0ms).error().parameter, "own_store");
  EXPECT_EQ(admit(made.value(), kim, "s").error().parameter, "own_store");
  own.find = [](std::vector<PersonKey>, std::uint64_t, Callback<std::optional<std::string>> done) {
    done(std::optional<std::string>());
  };
  auto empty = Registry::create({.own_store = own, .peppers = {pepper("one", 'a')}});
  EXPECT_EQ(standing(empty.value(), kim, "user-1")->account, Standing::Account::none);
  auto half = Registry::create({.own_store = {own.find, nullptr}, .peppers = {pepper("one", 'a')}});
  EXPECT_EQ(half.error().parameter, "own_store");
}

}  // namespace
}  // namespace bonin::registry_test
