// find, claim and import beside the bare SQLite C API doing the same statements, in one run.
//
//   registry_bench [people ...]        default: 10000 1000000

#include <sqlite3.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "bonin/registry.hpp"
#include "import.hpp"
#include "rate.hpp"

namespace {

using bonin::Registry;
using bonin::Result;
using bonin::Verification;

// ---- the bare C API -----------------------------------------------------------------------------

class Bare {
 public:
  explicit Bare(const std::string& path) {
    must(sqlite3_open_v2(path.c_str(), &db_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr) == SQLITE_OK,
         "open");
    run("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
    find_ = prepare(
        "SELECT k.pepper, p.id, p.account, p.rejoin_at, p.banned_until, p.ban_reason, p.reservation, "
        "p.reserved_for, p.reserved_until FROM person_key k JOIN person p ON p.id = k.person WHERE k.hash = ?");
    account_ = prepare("SELECT id FROM person WHERE account = ?");
    person_ = prepare(
        "INSERT INTO person (account, rejoin_at, banned_until, ban_reason, reservation, reserved_for, "
        "reserved_until, kept_until) VALUES (?, 0, 0, '', NULL, '', 0, 0)");
    key_ = prepare(
        "INSERT INTO person_key (hash, kind, pepper, person, provider, received_at) "
        "VALUES (?, ?, 'one', ?, 'DANAL', 0)");
    begin_ = prepare("BEGIN IMMEDIATE");
    read_ = prepare("BEGIN");
    commit_ = prepare("COMMIT");
  }
  ~Bare() {
    for (auto* s : {find_, account_, person_, key_, begin_, read_, commit_}) sqlite3_finalize(s);
    sqlite3_close(db_);
  }
  void begin() { step(begin_); }
  void begin_read() { step(read_); }
  void commit() { step(commit_); }
  bool find(const std::string& ci, const std::string& di) {
    const bool a = hit(ci);
    const bool b = hit(di);
    return a || b;
  }
  void claim(const std::string& ci, const std::string& di, const std::string& account, bool with_di = true) {
    must(!hit(ci) && !(with_di && hit(di)), "known already");
    sqlite3_bind_text(account_, 1, account.data(), static_cast<int>(account.size()), SQLITE_STATIC);
    must(!step(account_), "account known already");
    sqlite3_bind_text(person_, 1, account.data(), static_cast<int>(account.size()), SQLITE_STATIC);
    step(person_);
    const auto id = sqlite3_last_insert_rowid(db_);
    add(ci, 0, id);
    if (with_di) add(di, 1, id);
  }
  void run(const char* sql) { must(sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) == SQLITE_OK, sql); }

 private:
  sqlite3_stmt* prepare(const char* sql) {
    sqlite3_stmt* s = nullptr;
    must(sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT, &s, nullptr) == SQLITE_OK, sql);
    return s;
  }
  bool step(sqlite3_stmt* s) {
    const int code = sqlite3_step(s);
    must(code == SQLITE_ROW || code == SQLITE_DONE, "step");
    sqlite3_reset(s);
    return code == SQLITE_ROW;
  }
  bool hit(const std::string& hash) {
    sqlite3_bind_blob(find_, 1, hash.data(), 32, SQLITE_STATIC);
    return step(find_);
  }
  void add(const std::string& hash, int kind, sqlite3_int64 person) {
    sqlite3_bind_blob(key_, 1, hash.data(), 32, SQLITE_STATIC);
    sqlite3_bind_int(key_, 2, kind);
    sqlite3_bind_int64(key_, 3, person);
    step(key_);
  }
  sqlite3* db_ = nullptr;
  sqlite3_stmt *find_, *account_, *person_, *key_, *begin_, *read_, *commit_;
};

std::string random_hash(std::mt19937_64& random) {
  std::string hash(32, '\0');
  for (std::size_t i = 0; i < hash.size(); i += 8) {
    const auto n = random();
    std::memcpy(hash.data() + i, &n, 8);
  }
  return hash;
}

// ---- bonin --------------------------------------------------------------------------------------

Verification person(const std::string& n) {
  Verification v;
  v.id = n;
  v.status = bonin::Status::verified;
  v.provider = "DANAL";
  v.person.ci = {std::string(80, 'c') + n, bonin::Attestation::attested};
  v.person.di = {std::string(56, 'd') + n, bonin::Attestation::attested};
  return v;
}

void measure(int people) {
  char name[] = "/tmp/bonin-bench-XXXXXX";
  must(mkdtemp(name) != nullptr, "mkdtemp");
  const std::string path = std::string(name) + "/db";
  auto made = Registry::create({.store = "sqlite:" + path,
                                .peppers = {{"one", bonin::Secret(std::string(32, 'p'))}},
                                .timeout = std::chrono::milliseconds(60'000)});
  must(made.ok(), "create");
  const auto& registry = made.value();
  // The registry's own people, whom the look-ups are about, and then a crowd.
  constexpr int known = 5'000;
  at_width(known, 64, [&](int i, auto done) {
    registry.claim(person("k" + std::to_string(i)), "k" + std::to_string(i), {}, [done](Result<bonin::Claim> claim) {
      must(claim && claim->granted(), "claim");
      done();
    });
  });
  std::mt19937_64 random(1);
  std::vector<std::pair<std::string, std::string>> sample;
  Bare bare(path);
  bare.begin();
  for (int i = known; i < people; ++i) {
    auto ci = random_hash(random), di = random_hash(random);
    bare.claim(ci, di, "c" + std::to_string(i));
    if (sample.size() < known && (people < 2 * known || random() % (people / known) == 0)) sample.emplace_back(ci, di);
  }
  bare.commit();
  bare.run("PRAGMA wal_checkpoint(TRUNCATE)");
  std::printf("%d people\n", people);

  constexpr int finds = 30'000;
  const auto bare_finds = [&](int group) {
    const double from = seconds();
    for (int i = 0; i < finds; i += group) {
      bare.begin_read();
      for (int j = 0; j < group; ++j) {
        const auto& [ci, di] = sample[random() % sample.size()];
        must(bare.find(ci, di), "find");
      }
      bare.commit();
    }
    return finds / (seconds() - from);
  };
  std::vector<Verification> who;
  for (int i = 0; i < known; ++i) who.push_back(person("k" + std::to_string(i)));
  const auto our_finds = [&](int width) {
    return at_width(finds, width, [&](int, auto done) {
      registry.find(who[random() % who.size()], [done](Result<std::optional<std::string>> found) {
        must(found && found->has_value(), "find");
        done();
      });
    });
  };
  line("find, one at a time", our_finds(1), bare_finds(1));
  line("find, 64 at once", our_finds(64), bare_finds(32));

  int next = 0;
  const auto bare_claims = [&](int total, int group, bool with_di = true) {
    std::vector<std::pair<std::string, std::string>> fresh;
    for (int i = 0; i < total; ++i) fresh.emplace_back(random_hash(random), random_hash(random));
    const double from = seconds();
    for (int i = 0; i < total; i += group) {
      bare.begin();
      for (int j = i; j < std::min(total, i + group); ++j) {
        bare.claim(fresh[static_cast<std::size_t>(j)].first, fresh[static_cast<std::size_t>(j)].second,
                   "n" + std::to_string(++next), with_di);
      }
      bare.commit();
    }
    return total / (seconds() - from);
  };
  const auto our_claims = [&](int total, int width) {
    return at_width(total, width, [&](int, auto done) {
      const auto n = "o" + std::to_string(++next);
      registry.claim(person(n), n, {}, [done](Result<bonin::Claim> claim) {
        must(claim && claim->granted(), "claim");
        done();
      });
    });
  };
  line("claim, one at a time", our_claims(2'000, 1), bare_claims(2'000, 1));
  line("claim, 64 at once (bare: grouped)", our_claims(20'000, 64), bare_claims(20'000, 32));
  line("claim, 64 at once (bare: single)", our_claims(20'000, 64), bare_claims(2'000, 1));
  constexpr int moved_in = 100'000;
  line("import, 1000 a batch (bare: INSERT)", import_rate(registry, moved_in, 0), bare_claims(moved_in, 1'000, false));
  std::printf("  %-34s %10.0f/s\n", "the same once more", import_rate(registry, moved_in, 0));
  registry.close();
  std::filesystem::remove_all(name);
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<int> sizes;
  for (int i = 1; i < argc; ++i) sizes.push_back(std::atoi(argv[i]));
  if (sizes.empty()) sizes = {10'000, 1'000'000};
  for (const int people : sizes) {
    must(people >= 10'000, "expected at least 10000 people");
    measure(people);
  }
}
