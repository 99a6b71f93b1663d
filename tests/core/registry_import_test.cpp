// Moving in: the shared cases in both stores, whatever the batches; sign-ups at the same time; an end in the middle;
// from one store to another; to another pepper.

#include <fstream>
#include <thread>

#include "bonin/import.hpp"
#include "support/mysql.hpp"
#include "support/observed.hpp"
#include "support/postgres.hpp"
#include "support/vectors.hpp"

namespace bonin::registry_test {
namespace {

using test::Json;

class Cases {
 public:
  const Json all = test::vectors("import.json");

  std::string value(const Json& name) const {
    if (name.is_null()) return "";
    const auto text = name.get<std::string>();
    return all["values"].value(text, text);
  }
  Verification person(const Json& keys) const { return verified(value(keys[0]), value(keys[1])); }
};

ImportRow row_of(const Cases& cases, const Json& row) { return {row[0], cases.value(row[1]), row[2], row[3], row[4]}; }

Result<ImportBatch> add(const Import& import, std::vector<ImportRow> rows) {
  return wait_for<ImportBatch>([&](auto done) { import.add(std::move(rows), done); });
}
Result<ImportBatch> add_keys(const Import& import, std::vector<ImportKey> keys) {
  return wait_for<ImportBatch>([&](auto done) { import.add_keys(std::move(keys), done); });
}
template <class Source>
Result<ImportReport> add_all_from(const Import& import, const Source& source) {
  for (bool more = true; more;) {
    auto batch = wait_for<ImportBatch>([&](auto done) { import.add_from(source, done); });
    if (!batch) return batch.error();
    more = batch->more;
  }
  return import.report();
}

Json said_of(const std::vector<ImportConflict>& conflicts) {
  Json all = Json::array();
  for (const auto& [row, reason] : conflicts) all.push_back(Json::array({row, std::string(reason)}));
  return all;
}

void expect_report(const ImportReport& report, const Json& expected, std::size_t left_out) {
  const std::map<std::string, std::int64_t> counted{{"rows", report.rows},       {"existing", report.existing},
                                                    {"persons", report.persons}, {"keys", report.keys},
                                                    {"moved", report.moved},     {"uses", report.uses}};
  for (const auto& [name, count] : expected.items()) EXPECT_EQ(counted.at(name), count) << name;
  EXPECT_EQ(report.left_out_count(), static_cast<std::int64_t>(left_out));
}

void take_steps(const Cases& cases, const Registry& registry, const Json& steps) {
  for (const auto& step : steps) {
    const std::string what = step[0];
    if (what == "claim") {
      ASSERT_EQ(said(claim(registry, cases.person(step[1]), step[2])), "created");
    } else if (what == "release") {
      ASSERT_TRUE(release(registry, step[1], milliseconds(step[2].get<int>())).value());
    } else if (what == "forget") {
      ASSERT_TRUE(forget(registry, step[1]).value());
    } else if (what == "ban") {
      ASSERT_TRUE(ban(registry, {.verification = std::make_shared<Verification>(cases.person(step[1]))}));
    } else {
      FAIL() << what;
    }
  }
}

void expect_found(const Cases& cases, const Registry& registry, const Json& found) {
  for (const auto& one : found) {
    const auto account = find(registry, cases.person(one[0]));
    ASSERT_TRUE(account) << account.error().what();
    EXPECT_EQ(account->value_or(""), one[1].is_null() ? "" : one[1].get<std::string>()) << one;
  }
}

/// Where a case is run.
enum class Where { sqlite, postgresql, mysql };
std::string name_of(const testing::TestParamInfo<Where>& info) {
  if (info.param == Where::mysql) return "Mysql";
  return info.param == Where::sqlite ? "Sqlite" : "Postgresql";
}

class RegistryImport : public testing::TestWithParam<Where> {
 protected:
  void SetUp() override {
    if (GetParam() == Where::postgresql) BONIN_NEEDS_POSTGRES();
    if (GetParam() == Where::mysql) BONIN_NEEDS_MYSQL();
  }
  std::string fresh() {
    if (GetParam() == Where::mysql) return Mysql::instance().fresh_database();
    return GetParam() == Where::postgresql ? Postgres::instance().fresh_database()
                                           : "sqlite:" + directory.file(std::to_string(++stores) + ".db");
  }
  TempDir directory;
  int stores = 0;
  Cases cases;
};
INSTANTIATE_TEST_SUITE_P(, RegistryImport, testing::Values(Where::sqlite, Where::postgresql, Where::mysql), name_of);

TEST_P(RegistryImport, WhoHasLapsedLeadsNobodyToASecondCi) {
  Settings settings;
  const auto registry = open(fresh(), settings);
  ASSERT_EQ(said(claim(registry, verified("ci-1"), "a")), "created");
  ASSERT_TRUE(reserve(registry, verified("ci-2"), "somebody")->reservation);
  settings.clock->advance(11min);
  const auto import = registry.begin_import({.any_value = true}).value();
  EXPECT_EQ(said_of(add(import, {{"ci", "ci-2", "DANAL", "", "a"}})->conflicts),
            Json::parse(R"([[1, "other_person"]])"));
  EXPECT_EQ(find(registry, verified("ci-2")).value(), std::nullopt);
}

TEST_P(RegistryImport, SharedCasesWhateverTheBatches) {
  for (const auto& test : cases.all["cases"]) {
    for (const bool one_by_one : {false, true}) {
      SCOPED_TRACE(test["name"].get<std::string>() + (one_by_one ? ", a row at a time" : ""));
      Settings setup;
      const auto registry = open(fresh(), setup);
      take_steps(cases, registry, test["steps"]);
      const auto given = test.value("options", Json::object());
      ImportOptions options;
      options.conflicts = given.value("conflicts", options.conflicts);
      options.attests = given.value("attests", options.attests);
      options.any_value = given.value("any_value", false);
      const auto run = [&](const Import& import) {
        std::vector<ImportConflict> conflicts;
        for (const auto& batch : test["batches"]) {
          std::vector<ImportRow> rows;
          const auto take = [&] {
            const auto taken = add(import, std::exchange(rows, {}));
            ASSERT_TRUE(taken) << taken.error().what();
            EXPECT_FALSE(taken->more);
            conflicts.insert(conflicts.end(), taken->conflicts.begin(), taken->conflicts.end());
          };
          for (const auto& row : batch) {
            rows.push_back(row_of(cases, row));
            if (one_by_one) take();
          }
          if (!one_by_one) take();
        }
        return conflicts;
      };
      const auto first = registry.begin_import(options).value();
      EXPECT_EQ(said_of(run(first)), test["left_out"]);
      expect_report(first.report(), test["report"], test["left_out"].size());
      EXPECT_EQ(first.report().conflicts.size(),
                test.contains("listed") ? test["listed"].get<std::size_t>() : test["left_out"].size());
      expect_found(cases, registry, test["found"]);
      const auto before = count(registry).value();
      const auto again = registry.begin_import(options).value();
      EXPECT_EQ(said_of(run(again)), test["left_out"]);
      EXPECT_EQ(again.report().persons + again.report().keys, 0);
      EXPECT_EQ(again.report().existing + again.report().left_out_count(), again.report().rows);
      const auto after = count(registry).value();
      EXPECT_EQ(std::tie(before.persons, before.accounts, before.keys),
                std::tie(after.persons, after.accounts, after.keys));
      registry.close();
    }
  }
}

TEST_P(RegistryImport, SharedFiles) {
  const auto text_of = [&](const Json& test) {
    auto text =
        test.contains("text_base64") ? test::decode_base64(test["text_base64"]) : test["text"].get<std::string>();
    for (const auto& [name, value] : cases.all["values"].items()) {
      for (auto at = text.find(name); at != std::string::npos; at = text.find(name)) {
        text.replace(at, name.size(), value.get<std::string>());
      }
    }
    return text;
  };
  const auto path = directory.file("rows.csv");
  const auto open_file = [&](const Json& test) {
    std::ofstream(path, std::ios::binary) << text_of(test);
    const auto options = test["options"];
    return ImportFile::open(path, {options.value("kind", ""), options.value("provider", ""), ""});
  };
  for (const auto& test : cases.all["files"]) {
    SCOPED_TRACE(test["name"].get<std::string>());
    const auto registry = open(fresh());
    const auto file = open_file(test);
    ASSERT_TRUE(file) << file.error().what();
    const auto report = add_all_from(registry.begin_import().value(), file.value());
    ASSERT_TRUE(report) << report.error().what();
    EXPECT_EQ(said_of(report->conflicts), test["left_out"]);
    expect_report(report.value(), test["report"], test["left_out"].size());
    expect_found(cases, registry, test["found"]);
  }
  for (const auto& test : cases.all["bad_files"]) {
    SCOPED_TRACE(test["name"].get<std::string>());
    const auto file = open_file(test);
    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().kind, ErrorKind::invalid_argument);
    EXPECT_EQ(file.error().parameter, "path");
    EXPECT_EQ(file.error().what().find(cases.value("ci-kim")), std::string::npos);
  }
  EXPECT_FALSE(ImportFile::open(directory.file("nothing"), {.kind = "ci"}));
  EXPECT_FALSE(ImportFile::open(directory.path(), {.kind = "ci"}));
}

TEST(ImportFileTest, ALineWithoutAnEndIsOneBrokenLine) {
  TempDir directory;
  const auto path = directory.file("rows.csv");
  {
    std::ofstream out(path);
    out << "account,value\na,\n" << std::string(300'000, 'x') << "\na,\n";
  }
  const auto registry = open("sqlite::memory:");
  const auto report =
      add_all_from(registry.begin_import().value(), ImportFile::open(path, {.kind = "ci"}).value()).value();
  EXPECT_EQ(said_of(report.conflicts), Json::parse(R"([[2, "bad_value"], [3, "broken_line"], [4, "bad_value"]])"));
}

std::string ci_of(int n) {
  std::string ci = std::to_string(n);
  ci.resize(86, 'A');
  return ci + "==";
}

std::vector<ImportRow> people(int first, int count) {
  std::vector<ImportRow> rows;
  for (int n = first; n < first + count; ++n) rows.push_back({"ci", ci_of(n), "DANAL", "", "a" + std::to_string(n)});
  return rows;
}

TEST_P(RegistryImport, BatchIsOneTransactionOfAtMostAThousand) {
  const auto registry = open(fresh());
  const auto import = registry.begin_import().value();
  ASSERT_TRUE(add(import, people(0, 1)));
  const auto before = registry.metrics().transactions;
  ASSERT_TRUE(add(import, people(1, 1'000)));
  EXPECT_EQ(registry.metrics().transactions, before + 1);
  const auto refused = add(import, people(0, 1'001));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().parameter, "rows");
  EXPECT_EQ(import.report().rows, 1'001);
  EXPECT_EQ(count(registry).value().persons, 1'001);
  EXPECT_EQ(find(registry, verified(ci_of(1'000))).value(), "a1000");
}

TEST_P(RegistryImport, SignUpsAtTheSameTimeAndTwoImportsLeaveOnePersonEach) {
  const auto store = fresh();
  const auto one = open(store), other = open(store);
  constexpr int all = 400;
  std::atomic<int> failed{0};
  std::vector<std::thread> threads;
  for (const auto* registry : {&one, &other}) {
    threads.emplace_back([registry, &failed] {
      const auto import = registry->begin_import().value();
      for (int n = 0; n < all; n += 50) {
        if (!add(import, people(n, 50))) ++failed;
      }
    });
  }
  for (int k = 0; k < 4; ++k) {
    threads.emplace_back([&, k] {
      for (int n = k; n < all; n += 4) {
        // Somebody who is being moved in signs up, under another account.
        const auto answer =
            claim(k % 2 == 0 ? one : other, verified(ci_of(n), "di-" + std::to_string(n)), "b" + std::to_string(n));
        if (!answer) ++failed;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(failed, 0);
  const auto counts = count(one).value();
  EXPECT_EQ(counts.persons, all);
  EXPECT_EQ(counts.accounts, all);
  EXPECT_EQ(counts.keys, 2 * all);
  for (int n = 0; n < all; ++n) {
    const auto account = find(one, verified(ci_of(n))).value();
    ASSERT_TRUE(account);
    EXPECT_EQ(account->substr(1), std::to_string(n));
  }
  test::defended(8, std::string(GetParam() == Where::sqlite  ? "SQLite"
                                : GetParam() == Where::mysql ? "MySQL"
                                                             : "PostgreSQL") +
                        ": somebody who signs up while they are moved in has one account");
}

TEST_P(RegistryImport, OtherCallsComeInBetween) {
  const auto registry = open(fresh());
  const auto import = registry.begin_import().value();
  std::atomic<bool> over{false};
  std::thread moving([&] {
    for (int n = 0; n < 5'000; n += 1'000) EXPECT_TRUE(add(import, people(n, 1'000)));
    over = true;
  });
  int between = 0;
  while (!over) {
    EXPECT_TRUE(claim(registry, verified("new-" + std::to_string(between)), "n" + std::to_string(between)));
    ++between;
  }
  moving.join();
  EXPECT_GT(between, 3);
}

TEST_P(RegistryImport, RawValuesAreNowhere) {
  const auto store = fresh();
  const auto ci = cases.value("ci-kim"), di = cases.value("di-kim");
  const auto registry = open(store);
  const auto import = registry.begin_import().value();
  ASSERT_TRUE(add(import, {{"ci", ci, "DANAL", "", "a"}, {"di", di, "DANAL", "merchant-1", "a"}}));
  const auto left_out = add(import, {{"ci", ci.substr(1), "DANAL", "", "b"}, {ci, ci, ci, ci, ci + '\n'}});
  ASSERT_TRUE(left_out);
  EXPECT_EQ(left_out->conflicts.size(), 2u);
  std::string stored;
  if (GetParam() == Where::postgresql) {
    stored = Postgres::instance().sql(Postgres::database_of(store), "SELECT * FROM bonin.person_key, bonin.person");
  } else if (GetParam() == Where::mysql) {
    stored = Mysql::instance().sql(Mysql::database_of(store), "SELECT * FROM bonin_person_key, bonin_person");
  } else {
    registry.close();
    for (const auto& file : std::filesystem::directory_iterator(directory.path())) {
      std::ifstream in(file.path(), std::ios::binary);
      stored.append(std::istreambuf_iterator<char>(in), {});
    }
  }
  ASSERT_FALSE(stored.empty());
  for (const auto& secret : {ci, di}) EXPECT_EQ(stored.find(secret.substr(0, 20)), std::string::npos);
  if (GetParam() == Where::sqlite) test::defended(12, "rows that are moved in are stored as hashes alone");
}

// ---- keys that are hashed already ---------------------------------------------------------------

std::vector<ImportKey> keys_of(const Registry& registry, const Verification& v, const std::string& account) {
  std::vector<ImportKey> rows;
  const auto keys = registry.keys(v).value();
  for (const auto& key : keys) {
    rows.push_back({std::string(to_string(key.kind)), key.pepper_id, key.hash, key.provider, account, std::nullopt});
  }
  return rows;
}

TEST_P(RegistryImport, KeysOfAnApplicationsOwnTableUnderEveryPepper) {
  Settings both;
  both.peppers = {pepper("new", 'n'), pepper("old", 'o')};
  const auto registry = open(fresh(), both);
  const auto import = registry.begin_import().value();
  const auto kim = verified("ci-kim", "di-kim");
  ASSERT_TRUE(add_keys(import, keys_of(registry, kim, "a")));
  EXPECT_EQ(import.report().persons, 1);
  EXPECT_EQ(import.report().keys, 4);
  // Met, or moved in again with the raw values at hand, a person has one key of each under the newest pepper.
  const auto under_old = [&] {
    const auto left = rotate(registry).value();
    return std::find_if(left.begin(), left.end(), [](const auto& one) { return one.pepper_id == "old"; })->keys;
  };
  EXPECT_EQ(under_old(), 2);
  EXPECT_EQ(find(registry, verified("ci-kim")).value(), "a");
  EXPECT_EQ(under_old(), 1);
  EXPECT_EQ(said(claim(registry, kim, "a")), "existing");
  EXPECT_EQ(under_old(), 0);
  EXPECT_EQ(find(registry, kim).value(), "a");
  const auto raw = verified(cases.value("ci-han"));
  ASSERT_TRUE(add_keys(import, keys_of(registry, raw, "h")));
  EXPECT_EQ(under_old(), 1);
  ASSERT_TRUE(add(registry.begin_import().value(), {{"ci", cases.value("ci-han"), "DANAL", "", "h"}}));
  EXPECT_EQ(under_old(), 0);
  EXPECT_EQ(find(registry, raw).value(), "h");
  auto odd = keys_of(registry, verified("ci-lee"), "b");
  odd[0].pepper_id = "other";
  odd[1].hash.pop_back();
  odd.push_back({"ci", "new", std::string(64, 'A'), "DANAL", "b", std::nullopt});
  EXPECT_EQ(said_of(add_keys(import, odd)->conflicts),
            Json::parse(R"([[7, "unknown_pepper"], [8, "bad_value"], [9, "bad_value"]])"));
  // Another CI of the same pepper is somebody else's; of another pepper nobody can tell.
  const auto second = keys_of(registry, verified("ci-lee"), "a");
  EXPECT_EQ(said_of(add_keys(import, {second[0]})->conflicts), Json::parse(R"([[10, "other_person"]])"));
}

TEST_P(RegistryImport, RawRowsMoveTheirPeopleToTheNewPepper) {
  const auto store = fresh();
  Settings setup;
  setup.peppers = {pepper("old", 'o')};
  {
    const auto registry = open(store, setup);
    ASSERT_TRUE(add(registry.begin_import().value(), people(0, 20)));
    ASSERT_TRUE(ban(registry, {.account_id = "a3"}));
    registry.close();
  }
  setup.peppers = {pepper("new", 'n'), pepper("old", 'o')};
  const auto registry = open(store, setup);
  const auto import = registry.begin_import().value();
  ASSERT_TRUE(add(import, people(0, 30)));
  EXPECT_EQ(import.report().moved, 20);
  EXPECT_EQ(import.report().persons, 10);
  EXPECT_EQ(import.report().left_out_count(), 0);
  const auto left = rotate(registry).value();
  for (const auto& one : left) EXPECT_EQ(one.keys, one.pepper_id == "new" ? 30 : 0);
  registry.close();
  setup.peppers = {pepper("new", 'n')};
  const auto after = open(store, setup);
  EXPECT_EQ(find(after, verified(ci_of(3))).value(), "a3");
  EXPECT_EQ(said(claim(after, verified(ci_of(3)), "x")), "refused banned");
}

// ---- from one store to another ------------------------------------------------------------------

/// One store of each kind there is, the other first.
TEST_P(RegistryImport, MovesEverythingToTheOtherKindOfStore) {
  Settings setup;
  const auto source = open(fresh(), setup);
  const auto kim = verified("ci-kim", "di-kim", "id-kim"), lee = verified("ci-lee"), han = verified("ci-han"),
             seo = verified("ci-seo"), gone = verified("ci-gone"), waiting = verified("ci-waiting");
  ASSERT_EQ(said(claim(source, kim, "a")), "created");
  ASSERT_EQ(said(claim(source, lee, "b")), "created");
  ASSERT_TRUE(ban(source, {.account_id = "b"}, setup.clock->now() + 48h, "fraud, \"quoted\" \\ {x}"));
  ASSERT_TRUE(ban(source, {.verification = std::make_shared<Verification>(han)}, {}, "for ever"));
  ASSERT_EQ(said(claim(source, seo, "c")), "created");
  ASSERT_TRUE(release(source, "c", 24h).value());
  ASSERT_EQ(said(claim(source, gone, "d")), "created");
  ASSERT_TRUE(release(source, "d", 1h).value());
  ASSERT_TRUE(reserve(source, waiting, "s")->reservation);
  ASSERT_EQ(consume(source, "id-1", "me").value(), Standing::Use::first);
  setup.clock->advance(2h);
  const auto target = open("sqlite:" + directory.file("target.db"), setup);
  ASSERT_EQ(said(claim(target, verified("ci-own"), "own")), "created");
  const auto before = export_page(source).value();
  const auto moved = add_all_from(target.begin_import().value(), source).value();
  EXPECT_EQ(moved.left_out_count(), 0);
  EXPECT_EQ(moved.persons, 4);
  EXPECT_EQ(moved.keys, 5);
  EXPECT_EQ(moved.uses, 1);
  const auto check = [&](const Registry& registry) {
    EXPECT_EQ(find(registry, kim).value(), "a");
    EXPECT_EQ(find(registry, verified("", "di-kim")).value(), "a");
    EXPECT_EQ(said(claim(registry, lee, "x")), "refused banned");
    EXPECT_EQ(claim(registry, lee, "x")->until, setup.clock->now() + 46h);
    EXPECT_EQ(said(claim(registry, han, "x")), "refused banned");
    EXPECT_EQ(claim(registry, han, "x")->until, std::nullopt);
    EXPECT_EQ(said(claim(registry, seo, "x")), "refused rejoin_period");
    EXPECT_EQ(consume(registry, "id-1", "other").value(), Standing::Use::other_subject);
    EXPECT_EQ(consume(registry, "id-1", "me").value(), Standing::Use::same_subject);
  };
  check(target);
  const auto page = export_page(target).value();
  const auto banned =
      std::find_if(page.items.begin(), page.items.end(), [](const auto& p) { return p.account_id == "b"; });
  ASSERT_NE(banned, page.items.end());
  EXPECT_EQ(banned->ban_reason, "fraud, \"quoted\" \\ {x}");
  EXPECT_EQ(banned->keys[0].received_at, setup.clock->now() - 2h);
  // Once more: nothing. And back again, into a store that has nobody yet.
  const auto again = add_all_from(target.begin_import().value(), source).value();
  EXPECT_EQ(again.existing, again.rows);
  const auto back = open(fresh(), setup);
  EXPECT_EQ(add_all_from(back.begin_import().value(), target).value().left_out_count(), 0);
  check(back);
  EXPECT_EQ(export_page(source).value().items.size(), before.items.size());
  // What was decided in the source since then is moved as well.
  ASSERT_TRUE(ban(source, {.account_id = "a"}));
  EXPECT_EQ(add_all_from(target.begin_import().value(), source).value().left_out_count(), 0);
  EXPECT_EQ(said(claim(target, kim, "x")), "refused banned");
}

TEST_P(RegistryImport, MoveLeavesOutWhatContradictsTheTarget) {
  Settings setup;
  const auto source = open(fresh(), setup), target = open("sqlite:" + directory.file("target.db"), setup);
  const auto kim = verified("ci-kim", "di-kim"), lee = verified("ci-lee"), han = verified("ci-han");
  ASSERT_EQ(said(claim(source, kim, "a")), "created");
  ASSERT_EQ(said(claim(source, lee, "b")), "created");
  ASSERT_EQ(said(claim(source, han, "c")), "created");
  ASSERT_TRUE(ban(source, {.account_id = "c"}));
  ASSERT_EQ(consume(source, "id-1", "me").value(), Standing::Use::first);
  ASSERT_EQ(said(claim(target, verified("ci-kim"), "k1")), "created");
  ASSERT_EQ(said(claim(target, verified("", "di-kim"), "k2")), "created");
  ASSERT_EQ(said(claim(target, verified("ci-other"), "b")), "created");
  ASSERT_EQ(said(claim(target, han, "h")), "created");
  ASSERT_EQ(consume(target, "id-1", "other").value(), Standing::Use::first);
  const auto report = add_all_from(target.begin_import().value(), source).value();
  EXPECT_EQ(said_of(report.conflicts),
            Json::parse(R"([[1, "two_persons"], [2, "other_person"], [3, "other_account"], [0, "other_subject"]])"));
  EXPECT_EQ(report.persons, 0);
  // A ban goes where the keys lead.
  EXPECT_EQ(said(claim(target, han, "h")), "refused banned");
  EXPECT_EQ(find(target, lee).value(), std::nullopt);
  // It holds for another CI beside a known DI as well.
  ASSERT_TRUE(ban(source, {.account_id = "a"}));
  ASSERT_EQ(said(claim(target, verified("ci-park", "di-park"), "p")), "created");
  ASSERT_EQ(said(claim(source, verified("ci-choi", "di-park"), "d")), "created");
  ASSERT_TRUE(ban(source, {.account_id = "d"}));
  ASSERT_TRUE(add_all_from(target.begin_import().value(), source));
  EXPECT_EQ(said(claim(target, verified("ci-choi"), "d")), "refused banned");
  EXPECT_EQ(said(claim(target, verified("ci-park"), "p")), "refused banned");
  EXPECT_EQ(consume(target, "id-1", "me").value(), Standing::Use::other_subject);
}

TEST(RegistryMove, PeppersMustBeTheSame) {
  Settings setup;
  const auto source = open("sqlite::memory:", setup);
  ASSERT_EQ(said(claim(source, verified("ci-kim"), "a")), "created");
  const auto move_to = [&](std::vector<Pepper> peppers) {
    const auto target = open("sqlite::memory:", {.peppers = std::move(peppers)});
    return add_all_from(target.begin_import().value(), source);
  };
  EXPECT_EQ(move_to({pepper("one", 'x')}).error().kind, ErrorKind::invalid_pepper);
  EXPECT_EQ(said_of(move_to({pepper("two", 'b')})->conflicts), Json::parse(R"([[1, "unknown_pepper"]])"));
  EXPECT_EQ(move_to({pepper("two", 'b'), pepper("one", 'a')})->keys, 1);
  EXPECT_EQ(add_all_from(source.begin_import().value(), source).error().parameter, "source");
}

// ---- an end in the middle -----------------------------------------------------------------------

TEST(RegistryImportWorker, DISABLED_MovesIn) {
  const auto registry = open(worker_setting("BONIN_WORKER_STORE"));
  const auto import = registry.begin_import().value();
  for (int n = 0;; n += 100) {
    if (!add(import, people(n, 100))) return;
    worker_line(std::to_string(n + 100));
  }
}

TEST_P(RegistryImport, KilledItGoesOnFromTheStart) {
  const auto store = fresh();
  int acknowledged = 0;
  for (int round = 0; round < 3; ++round) {
    Worker worker("RegistryImportWorker.DISABLED_MovesIn", {{"BONIN_WORKER_STORE", store}});
    for (int i = 0; i < 3 + round; ++i) acknowledged = std::max(acknowledged, std::stoi("0" + worker.line()));
    worker.kill();
    worker.finish();
  }
  ASSERT_GT(acknowledged, 0);
  const auto registry = open(store);
  const auto counts = count(registry).value();
  EXPECT_GE(counts.persons, acknowledged);
  EXPECT_EQ(counts.persons % 100, 0);
  EXPECT_EQ(counts.keys, counts.persons);
  const auto import = registry.begin_import().value();
  const int all = static_cast<int>(counts.persons) + 100;
  for (int n = 0; n < all; n += 100) ASSERT_TRUE(add(import, people(n, 100)));
  EXPECT_EQ(import.report().existing, counts.persons);
  EXPECT_EQ(import.report().persons, 100);
}

TEST(RegistryImportOptions, AreChecked) {
  const auto registry = open("sqlite::memory:");
  EXPECT_EQ(registry.begin_import({.conflicts = -1}).error().parameter, "conflicts");
  EXPECT_EQ(registry.begin_import({.attests = {"DANAL"}}).error().parameter, "attests");
  registry.close();
  EXPECT_EQ(registry.begin_import().error().kind, ErrorKind::closed);
  OwnStore own{[](auto, auto, auto done) { done(std::optional<std::string>()); },
               [](auto, auto, auto, auto done) { done(Claim{}); }};
  const auto theirs = Registry::create({.own_store = own, .peppers = {pepper("one", 'a')}}).value();
  EXPECT_EQ(theirs.begin_import().error().parameter, "own_store");
}

TEST(RegistryImportOptions, KindsThatAreNotKeptAreLeftOut) {
  const auto registry =
      Registry::create({.store = "sqlite::memory:", .peppers = {pepper("one", 'a')}, .keys = {KeyKind::ci}}).value();
  const Cases cases;
  const auto batch = add(registry.begin_import().value(), {{"di", cases.value("di-kim"), "DANAL", "merchant-1", "a"}});
  EXPECT_EQ(said_of(batch->conflicts), Json::parse(R"([[1, "unused_kind"]])"));
}

}  // namespace
}  // namespace bonin::registry_test
