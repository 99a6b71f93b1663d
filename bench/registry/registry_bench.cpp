// find, claim and import beside the bare SQLite C API doing the same statements, in one run.
//
//   registry_bench [people ...]        default: 10000 1000000. 10000000 takes some minutes and 3 GB.

#include <sqlite3.h>

#include <array>
#include <cstring>
#include <filesystem>
#include <memory>
#include <numeric>
#include <optional>
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
  Bare(const std::string& path, const char* pragmas) {
    must(sqlite3_open_v2(path.c_str(), &db_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr) == SQLITE_OK,
         "open");
    run(pragmas);
    find_ = prepare(
        "SELECT k.source, p.id, p.account, p.rejoin_at, p.banned_until, p.ban_reason, p.reservation, "
        "p.reserved_for, p.reserved_until FROM hashed_key k JOIN person p ON p.id = k.person WHERE k.hash = ?");
    account_ = prepare("SELECT id FROM person WHERE account = ?");
    person_ = prepare(
        "INSERT INTO person (account, rejoin_at, banned_until, ban_reason, reservation, reserved_for, "
        "reserved_until, kept_until, key_heads) VALUES (?, 0, 0, '', NULL, '', 0, 0, ?)");
    key_ = prepare("INSERT INTO hashed_key (hash, person, source, received_at) VALUES (?, ?, ?, 1790000000000)");
    use_ = prepare("INSERT INTO used_id (id_hash, subject_hash, used_at) VALUES (?, ?, 1790000000000)");
    count_ = prepare("UPDATE key_source SET keys = keys + ? WHERE id = ?");
    begin_ = prepare("BEGIN IMMEDIATE");
    read_ = prepare("BEGIN");
    commit_ = prepare("COMMIT");
  }
  ~Bare() {
    for (auto* s : {find_, account_, person_, key_, use_, count_, begin_, read_, commit_}) sqlite3_finalize(s);
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
    text(account_, 1, account);
    must(!step(account_), "account known already");
    const auto id = person(account, ci, di);
    key(ci, id, 1);
    if (with_di) key(di, id, 2);
  }
  /// Rows, as a claim and a use of an id leave them.
  sqlite3_int64 person(const std::string& account, const std::string& ci, const std::string& di) {
    const auto heads = ci.substr(0, 4) + di.substr(0, 4);
    text(person_, 1, account);
    blob(person_, 2, heads);
    step(person_);
    return sqlite3_last_insert_rowid(db_);
  }
  void key(const std::string& hash, sqlite3_int64 person, int source) {
    blob(key_, 1, hash);
    sqlite3_bind_int64(key_, 2, person);
    sqlite3_bind_int(key_, 3, source);
    step(key_);
  }
  void use(const std::string& id, const std::string& subject) {
    blob(use_, 1, id);
    blob(use_, 2, subject);
    step(use_);
  }
  /// How many keys of either source were added.
  void count(int keys) {
    for (const int source : {1, 2}) {
      sqlite3_bind_int(count_, 1, keys);
      sqlite3_bind_int(count_, 2, source);
      step(count_);
    }
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
  static void text(sqlite3_stmt* s, int at, const std::string& value) {
    sqlite3_bind_text(s, at, value.data(), static_cast<int>(value.size()), SQLITE_STATIC);
  }
  static void blob(sqlite3_stmt* s, int at, const std::string& value) {
    sqlite3_bind_blob(s, at, value.data(), static_cast<int>(value.size()), SQLITE_STATIC);
  }
  bool hit(const std::string& hash) {
    blob(find_, 1, hash);
    return step(find_);
  }
  sqlite3* db_ = nullptr;
  sqlite3_stmt *find_, *account_, *person_, *key_, *use_, *count_, *begin_, *read_, *commit_;
};

std::string random_hash(std::mt19937_64& random) {
  std::string hash(32, '\0');
  for (std::size_t i = 0; i < hash.size(); i += 8) {
    const auto n = random();
    std::memcpy(&hash[i], &n, 8);
  }
  return hash;
}

/// The people of a file that is filled in the order of the hashes, which is quick at any size. Three times over, so
/// that the pages are as full as those of a file that grew.
class Crowd {
 public:
  explicit Crowd(std::uint64_t people) : people_(people), stride_((people * 2 * 618 / 1000) | 1) {
    while (std::gcd(stride_, 2 * people_) != 1) stride_ += 2;
    // Of `stride_`, modulo the number of keys.
    __extension__ using Wide = __int128;
    Wide a = 2 * static_cast<Wide>(people_), b = stride_, x = 0, y = 1;
    while (b != 0) {
      const Wide q = a / b;
      a = std::exchange(b, a - q * b);
      x = std::exchange(y, x - q * y);
    }
    inverse_ = static_cast<std::uint64_t>((x + 2 * static_cast<Wide>(people_)) % (2 * static_cast<Wide>(people_)));
  }
  /// The hash of a person's CI (0) or DI (1).
  std::string key(std::uint64_t person, std::uint64_t kind) const {
    return nth(times(2 * person + kind, inverse_), 2 * people_, 1);
  }
  void fill(Bare& bare) const {
    constexpr std::uint64_t passes = 3;
    for (std::uint64_t i = 0; i < people_; ++i) bare.person("c" + std::to_string(i), key(i, 0), key(i, 1));
    for (std::uint64_t pass = 0; pass < passes; ++pass) {
      for (std::uint64_t i = 0; i < 2 * people_; ++i) {
        if (mixed(i) % passes != pass) continue;
        const auto whose = times(i, stride_);
        bare.key(nth(i, 2 * people_, 1), static_cast<sqlite3_int64>(first_ + whose / 2),
                 1 + static_cast<int>(whose % 2));
      }
    }
    for (std::uint64_t pass = 0; pass < passes; ++pass) {
      for (std::uint64_t i = 0; i < people_; ++i) {
        if (mixed(i) % passes == pass) bare.use(nth(i, people_, 2), nth(mixed(i) % people_, people_, 3));
      }
    }
    bare.count(static_cast<int>(people_));
  }
  static constexpr std::uint64_t first_ = 2;  // the number of the first of them: the registry has one of its own

 private:
  std::uint64_t times(std::uint64_t i, std::uint64_t factor) const {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>(static_cast<Wide>(i) * factor % (2 * people_));
  }
  static std::uint64_t mixed(std::uint64_t n) {
    n = (n ^ n >> 33) * 0xff51afd7ed558ccdU;
    n = (n ^ n >> 33) * 0xc4ceb9fe1a85ec53U;
    return n ^ n >> 33;
  }
  /// The i-th in order of `all` hashes.
  static std::string nth(std::uint64_t i, std::uint64_t all, std::uint64_t what) {
    const auto step = UINT64_MAX / all;
    const auto head = i * step + mixed(i ^ what << 40) % step;
    std::string hash(32, '\0');
    for (unsigned byte = 0; byte < 8; ++byte) hash[byte] = static_cast<char>(head >> (56 - 8 * byte));
    for (unsigned word = 1; word < 4; ++word) {
      const auto more = mixed(head + word);
      std::memcpy(&hash[8 * word], &more, 8);
    }
    return hash;
  }

  std::uint64_t people_, stride_, inverse_ = 0;
};

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

class Measured {
 public:
  explicit Measured(int people) : people_(people), crowd_(static_cast<std::uint64_t>(people)) {
    char name[] = "/tmp/bonin-bench-XXXXXX";
    must(mkdtemp(name) != nullptr, "mkdtemp");
    folder_ = name;
    path_ = folder_ + "/db";
    open();  // makes the tables, the pepper and the sources
    claims(1, 1);
    registry_->close();
    const double began = seconds();
    {
      Bare bare(path_,
                "PRAGMA journal_mode = DELETE; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
                "PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -300000");
      bare.begin();
      crowd_.fill(bare);
      bare.commit();
    }
    std::printf("%d people: %.0f bytes each with CI, DI and a use; filled in %.0f s\n", people_,
                static_cast<double>(std::filesystem::file_size(path_)) / people_, seconds() - began);
    std::fflush(stdout);
    open();
    bare_.emplace(path_, "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
    next_ = 0;
    claims(known, 64);
    for (int i = 0; i < known; ++i) {
      who_.push_back(person("o" + std::to_string(i + 1)));
      const auto one = random_() % static_cast<std::uint64_t>(people_);
      sample_.emplace_back(crowd_.key(one, 0), crowd_.key(one, 1));
    }
  }
  Measured(Measured&&) = delete;
  ~Measured() {
    registry_->close();
    bare_.reset();
    std::filesystem::remove_all(folder_);
  }

  int people() const { return people_; }
  Rate finds(int total, int width, Caller caller) {
    return at_width(
        total, width,
        [&](int, auto done) {
          registry_->find(who_[random_() % known], [done](Result<std::optional<std::string>> found) {
            must(found && found->has_value(), "find");
            done();
          });
        },
        caller);
  }
  double bare_finds(int total, int group) {
    const double from = seconds();
    for (int i = 0; i < total; i += group) {
      bare_->begin_read();
      for (int j = 0; j < group; ++j) {
        const auto& [ci, di] = sample_[random_() % known];
        must(bare_->find(ci, di), "find");
      }
      bare_->commit();
    }
    return total / (seconds() - from);
  }
  Rate claims(int total, int width) {
    return at_width(total, width, [&](int, auto done) {
      const auto name = "o" + std::to_string(++next_);
      registry_->claim(person(name), name, {}, [done](Result<bonin::Claim> claim) {
        must(claim && claim->granted(), "claim");
        done();
      });
    });
  }
  double bare_claims(int total, int group, bool with_di = true) {
    std::vector<std::pair<std::string, std::string>> fresh;
    for (int i = 0; i < total; ++i) fresh.emplace_back(random_hash(random_), random_hash(random_));
    const double from = seconds();
    for (int i = 0; i < total; i += group) {
      bare_->begin();
      const int end = std::min(total, i + group);
      for (int j = i; j < end; ++j) {
        const auto& [ci, di] = fresh[static_cast<std::size_t>(j)];
        bare_->claim(ci, di, "n" + std::to_string(++next_), with_di);
      }
      bare_->count(end - i);
      bare_->commit();
    }
    return total / (seconds() - from);
  }

  void print() {
    constexpr int some = 20'000;
    std::printf("%d people\n", people_);
    finds(some, 64, Caller::sleeps);
    bare_finds(some, 1);
    line("find, one at a time", finds(some, 1, Caller::looks), bare_finds(some, 1));
    line("find, one at a time, caller sleeps", finds(some, 1, Caller::sleeps), bare_finds(some, 1));
    line("find, 64 at once", finds(some, 64, Caller::sleeps), bare_finds(some, 32));
    line("claim, one at a time", claims(2'000, 1), bare_claims(2'000, 1));
    line("claim, 64 at once (bare: grouped)", claims(some, 64), bare_claims(some, 64));
    constexpr int moved_in = 100'000;
    line("import, 1000 a batch (bare: INSERT)", import_rate(*registry_, moved_in, 0),
         bare_claims(moved_in, 1'000, false));
    std::printf("  %-36s %9.0f/s\n", "the same once more", import_rate(*registry_, moved_in, 0));
  }

 private:
  static constexpr int known = 5'000;

  void open() {
    auto made = Registry::create({.store = "sqlite:" + path_,
                                  .peppers = {{"one", bonin::Secret(std::string(32, 'p'))}},
                                  .timeout = std::chrono::milliseconds(60'000)});
    must(made.ok(), "create");
    registry_.emplace(made.value());
  }

  const int people_;
  const Crowd crowd_;
  std::string folder_, path_;
  std::optional<Registry> registry_;
  std::optional<Bare> bare_;
  std::mt19937_64 random_{1};
  std::vector<Verification> who_;
  std::vector<std::pair<std::string, std::string>> sample_;
  int next_ = -1;
};

/// Files of several sizes in turn, so that what else the machine does falls on all of them.
void compare(std::vector<std::unique_ptr<Measured>>& all) {
  constexpr std::size_t rounds = 5;
  std::vector<std::array<double, rounds>> finds(all.size()), claims(all.size());
  for (std::size_t round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      finds[i][round] = all[i]->finds(10'000, 1, Caller::looks).p50_us;
      claims[i][round] = all[i]->claims(10'000, 64).a_second;
    }
  }
  const auto median = [](std::array<double, rounds> of) {
    std::sort(of.begin(), of.end());
    return of[rounds / 2];
  };
  for (std::size_t i = 0; i < all.size(); ++i) {
    std::printf("%9d people in turn: find p50 %.0f us, x %.2f; claims 64 at once %.0f/s, x %.2f\n", all[i]->people(),
                median(finds[i]), median(finds[i]) / median(finds[0]), median(claims[i]),
                median(claims[i]) / median(claims[0]));
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<int> sizes;
  for (int i = 1; i < argc; ++i) sizes.push_back(std::atoi(argv[i]));
  if (sizes.empty()) sizes = {10'000, 1'000'000};
  std::vector<std::unique_ptr<Measured>> all;
  for (const int people : sizes) {
    must(people >= 10'000, "expected at least 10000 people");
    all.push_back(std::make_unique<Measured>(people));
    all.back()->print();
  }
  compare(all);
}
