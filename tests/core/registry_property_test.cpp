// The rules against a model simple enough to be believed, by random sequences: the same ones on every store.

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "bonin/words.hpp"
#include "support/mysql.hpp"
#include "support/postgres.hpp"

namespace bonin::registry_test {
namespace {

constexpr std::int64_t end_of_time = INT64_MAX;

/// Persons as a list, keys as plain texts, every question answered by looking at all of it.
class Model {
 public:
  struct Person {
    int number = 0;
    std::set<std::string> keys;  // "ci:..." and "di:..."
    std::string account;
    std::int64_t rejoin = 0, ban = 0, reserved = 0;
    int reservation = 0;
    std::string subject;
    std::string by;  // the id that it was reserved by
    bool alive(std::int64_t now) const { return !account.empty() || std::max({rejoin, ban, reserved}) > now; }
  };
  std::vector<Person> persons;
  std::map<std::string, std::string> uses;
  int numbers = 0, reservations = 0;
  std::int64_t now = 0;

  static std::set<std::string> keys(const Verification& v) {
    std::set<std::string> keys;
    if (const auto* ci = v.person.ci.reveal()) keys.insert("ci:" + *ci);
    if (const auto* di = v.person.di.reveal()) keys.insert("di:" + *di);
    return keys;
  }
  static bool has_ci(const std::set<std::string>& keys) {
    return std::any_of(keys.begin(), keys.end(), [](const auto& k) { return k.starts_with("ci:"); });
  }
  void bury() {
    std::erase_if(persons, [this](const Person& p) { return !p.alive(now); });
  }
  std::vector<Person*> whom(const Verification& v, bool& contradiction) {
    bury();
    std::vector<Person*> found;
    const auto wanted = keys(v);
    for (auto& p : persons) {
      for (const auto& key : wanted) {
        if (p.keys.count(key) > 0 && (found.empty() || found.back() != &p)) found.push_back(&p);
      }
    }
    contradiction = found.size() > 1;
    if (found.size() == 1 && has_ci(wanted) && has_ci(found[0]->keys)) {
      std::set<std::string> both = found[0]->keys;
      both.insert(wanted.begin(), wanted.end());
      contradiction = std::count_if(both.begin(), both.end(), [](const auto& k) { return k.starts_with("ci:"); }) > 1;
    }
    return found;
  }
  void learn(const Verification& v) {
    bool contradiction = false;
    const auto found = whom(v, contradiction);
    if (found.size() == 1 && !contradiction) {
      const auto more = keys(v);
      found[0]->keys.insert(more.begin(), more.end());
    }
  }
  Person* holder(const std::string& account) {
    for (auto& p : persons) {
      if (p.account == account) return &p;
    }
    return nullptr;
  }
  std::string kept_out(const std::vector<Person*>& found) const {
    for (const auto* p : found) {
      if (p->ban > now) return "banned";
    }
    for (const auto* p : found) {
      if (p->account.empty() && p->rejoin > now) return "rejoin_period";
    }
    return "";
  }
  Person& add(const Verification& v) {
    persons.push_back({});
    persons.back().number = ++numbers;
    persons.back().keys = keys(v);
    return persons.back();
  }

  std::string claim(const Verification& v, const std::string& account, const std::string& subject) {
    learn(v);
    bool contradiction = false;
    auto found = whom(v, contradiction);
    if (const auto why = kept_out(found); !why.empty()) return "refused " + why;
    if (contradiction) return "taken two_persons";
    const Person* owner = holder(account);
    if (owner != nullptr && (found.empty() || owner != found[0])) return "taken other_person";
    if (found.empty()) {
      add(v).account = account;
      return "created";
    }
    auto& p = *found[0];
    if (p.account == account) return "existing";
    if (!p.account.empty()) return "taken other_account";
    if (p.reserved > now && p.subject != subject) return "taken reserved";
    p.account = account;
    p.by.clear();
    p.rejoin = p.reserved = 0;
    return "created";
  }
  /// `free`, or why there is no place for an account of theirs.
  std::string place(const Verification& v, const std::string& subject) {
    bool contradiction = false;
    const auto found = whom(v, contradiction);
    if (const auto why = kept_out(found); !why.empty()) return why;
    if (contradiction) return "two_persons";
    if (!found.empty() && !found[0]->account.empty()) {
      const bool again = found[0]->reservation != 0 && found[0]->subject == subject && found[0]->by == v.id;
      return again ? "signed_up" : "has_account";
    }
    return !found.empty() && found[0]->reserved > now && found[0]->subject != subject ? "reserved" : "free";
  }
  /// The number of the reservation, or why not.
  std::string reserve(const Verification& v, const std::string& subject, std::int64_t life) {
    learn(v);
    if (const auto why = place(v, subject); why != "free") return why;
    bool contradiction = false;
    auto found = whom(v, contradiction);
    auto& p = found.empty() ? add(v) : *found[0];
    if (p.reserved <= now) {
      p.reservation = ++reservations;
      p.subject = subject;
    }
    p.by = v.id;
    p.reserved = std::max(now + life, p.reserved + 1);
    return std::to_string(p.reservation);
  }
  std::string commit(int reservation, const std::string& account) {
    bury();
    for (auto& p : persons) {
      if (p.reservation != reservation) continue;
      if (const auto why = kept_out({&p}); !why.empty()) return "refused " + why;
      if (!p.account.empty()) return p.account == account ? "existing" : "taken other_account";
      if (p.reserved <= now) return "refused lapsed";
      if (holder(account) != nullptr) return "taken other_person";
      p.account = account;
      p.rejoin = p.reserved = 0;
      return "created";
    }
    return "refused lapsed";
  }
};

std::string said_of(const Result<Reserved>& reserved, std::map<std::string, int>& numbers) {
  if (!reserved) return "error";
  if (!reserved->reservation) return std::string(reserved->reason);
  const auto [at, fresh] = numbers.try_emplace(reserved->reservation->id, static_cast<int>(numbers.size()) + 1);
  return std::to_string(at->second);
}

std::string said_of(const Standing& s) {
  const auto yes = [](const std::optional<bool>& b) { return b ? (*b ? "1" : "0") : "?"; };
  const auto end = [](const std::optional<Moment>& at) { return at ? to_string(*at) : std::string("-"); };
  return std::to_string(static_cast<int>(s.account)) + std::to_string(s.reserved) +
         std::to_string(static_cast<int>(s.use)) + yes(s.banned) + yes(s.rejoin_period_over) + " " +
         std::string(to_string(s.place)) + " " + std::to_string(s.banned_for_ever) + " " + end(s.banned_until) + " " +
         end(s.rejoin_at);
}

/// A few persons whose keys overlap in every way there is, a few accounts and subjects: collisions are the point.
void run_sequence(const std::string& store, unsigned seed, int steps) {
  Settings settings;
  const auto registry = open(store, settings);
  std::mt19937 random(seed);
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  Model model;
  model.now = settings.clock->now().time_since_epoch().count();
  std::map<std::string, int> numbers;
  std::vector<std::string> tokens;

  for (int step = 0; step < steps; ++step) {
    std::string ci, di;
    while (ci.empty() && di.empty()) {
      if (pick(3) > 0) ci = "ci-" + std::to_string(pick(4));
      if (pick(3) > 0) di = "di-" + std::to_string(pick(4));
      // Mostly the keys of one person, now and then a mixture.
      if (!ci.empty() && !di.empty() && pick(4) > 0) di = "di" + ci.substr(2);
    }
    const auto id = "id-" + std::to_string(pick(6));
    const auto v = verified(ci, di, id);
    const auto account = "a" + std::to_string(pick(4));
    const auto subject = pick(2) == 0 ? account : "s" + std::to_string(pick(3));
    const auto what = pick(13);
    SCOPED_TRACE("seed " + std::to_string(seed) + " step " + std::to_string(step) + " what " + std::to_string(what) +
                 " " + ci + " " + di + " " + account + " " + subject);
    bool contradiction = false;
    switch (what) {
      case 0:
      case 1:
      case 2:
        ASSERT_EQ(said(claim(registry, v, account, subject)), model.claim(v, account, subject));
        break;
      case 3: {
        const auto found = find(registry, v);
        const auto persons = model.whom(v, contradiction);
        if (contradiction) {
          ASSERT_FALSE(found);
          ASSERT_EQ(found.error().kind, ErrorKind::conflict);
        } else {
          const bool any = !persons.empty() && !persons[0]->account.empty();
          ASSERT_EQ(found.value(), any ? std::optional(persons[0]->account) : std::nullopt);
        }
        break;
      }
      case 4: {
        const auto persons = model.whom(v, contradiction);
        const bool same = !contradiction && !persons.empty() && persons[0]->account == account;
        ASSERT_EQ(match(registry, v, account).value(), same);
        break;
      }
      case 5: {
        model.bury();
        const auto after = pick(3) * 1000;
        auto* p = model.holder(account);
        ASSERT_EQ(release(registry, account, milliseconds(after)).value(), p != nullptr);
        if (p != nullptr) {
          p->account.clear();
          p->rejoin = after > 0 ? model.now + after : 0;
          p->reserved = p->reservation = 0;
        }
        break;
      }
      case 6: {
        model.bury();
        const bool by_account = pick(2) == 0;
        const auto until = pick(3) == 0 ? end_of_time : model.now + 1000 + pick(2000);
        std::vector<Model::Person*> persons;
        std::set<std::string> of_nobody;
        if (by_account) {
          if (auto* p = model.holder(account)) persons.push_back(p);
        } else {
          model.learn(v);
          persons = model.whom(v, contradiction);
          of_nobody = Model::keys(v);
        }
        for (auto* p : persons) {
          p->ban = until;
          for (const auto& key : p->keys) of_nobody.erase(key);
        }
        if (!of_nobody.empty()) {
          auto& p = model.add(v);
          p.keys = of_nobody;
          p.ban = until;
        }
        const Who who =
            by_account ? Who{.account_id = account} : Who{.verification = std::make_shared<Verification>(v)};
        const auto end = until == end_of_time ? std::nullopt : std::optional(Moment{milliseconds(until)});
        ASSERT_EQ(ban(registry, who, end).ok(), !persons.empty() || !by_account);
        break;
      }
      case 7: {
        model.learn(v);
        bool banned = false;
        for (auto* p : model.whom(v, contradiction)) {
          banned = banned || p->ban > model.now;
          p->ban = 0;
        }
        ASSERT_EQ(unban(registry, {.verification = std::make_shared<Verification>(v)}).value(), banned);
        break;
      }
      case 8: {
        const auto reserved = reserve(registry, v, subject);
        ASSERT_EQ(said_of(reserved, numbers), model.reserve(v, subject, 600'000));
        if (reserved->reservation && reserved->reservation->id != (tokens.empty() ? "" : tokens.back())) {
          tokens.push_back(reserved->reservation->id);
        }
        break;
      }
      case 9: {
        if (tokens.empty()) break;
        const auto& token = tokens[static_cast<std::size_t>(pick(static_cast<int>(tokens.size())))];
        ASSERT_EQ(said(commit(registry, token, account)), model.commit(numbers[token], account));
        break;
      }
      case 10: {
        if (pick(2) == 0) {
          const int moves[] = {700, 599'500, 600'000};
          const auto moved = moves[pick(3)];
          settings.clock->advance(milliseconds(moved));
          model.now += moved;
        } else if (!tokens.empty()) {
          model.bury();
          const auto& token = tokens.back();
          bool there = false;
          for (auto& p : model.persons) {
            if (p.reservation != numbers[token] || p.reserved <= model.now) continue;
            there = true;
            p.reserved = p.reservation = 0;
          }
          ASSERT_EQ(cancel(registry, token).value(), there);
        }
        break;
      }
      case 11: {
        const auto use = consume(registry, id, subject).value();
        const auto [at, fresh] = model.uses.try_emplace(id, subject);
        const auto wanted = fresh                   ? Standing::Use::first
                            : at->second == subject ? Standing::Use::same_subject
                                                    : Standing::Use::other_subject;
        ASSERT_EQ(use, wanted);
        break;
      }
      default: {
        Standing wanted;
        const auto use = model.uses.find(id);
        wanted.use = use == model.uses.end()  ? Standing::Use::first
                     : use->second == subject ? Standing::Use::same_subject
                                              : Standing::Use::other_subject;
        wanted.account = Standing::Account::none;
        wanted.banned = false;
        wanted.rejoin_period_over = true;
        for (const auto* p : model.whom(v, contradiction)) {
          if (!p->account.empty()) {
            wanted.account = p->account == subject ? Standing::Account::same : Standing::Account::other;
          }
          if (p->reserved > model.now && p->subject != subject) wanted.reserved = true;
          const auto later = [](const std::optional<Moment>& so_far, std::int64_t ms) {
            return std::optional(std::max(so_far.value_or(Moment{}), Moment{std::chrono::milliseconds(ms)}));
          };
          if (p->ban > model.now) {
            wanted.banned = true;
            if (p->ban == end_of_time) wanted.banned_for_ever = true;
            wanted.banned_until = later(wanted.banned_until, p->ban);
          }
          if (p->account.empty() && p->rejoin > model.now) {
            wanted.rejoin_period_over = false;
            wanted.rejoin_at = later(wanted.rejoin_at, p->rejoin);
          }
        }
        if (wanted.banned_for_ever) wanted.banned_until.reset();
        if (contradiction) wanted.account = Standing::Account::other;
        wanted.place = from_word<Standing::Place>(model.place(v, subject)).value();
        ASSERT_EQ(said_of(standing(registry, v, subject).value()), said_of(wanted));
      }
    }
  }

  // At the end both hold the same persons with the same keys. The registry keeps who has lapsed for another day.
  settings.clock->advance(24h);
  ASSERT_TRUE(rotate(registry));
  settings.clock->advance(-24h);
  model.bury();
  std::multiset<std::pair<std::string, std::size_t>> wanted, there;
  for (const auto& p : model.persons) wanted.emplace(p.account, p.keys.size());
  const auto page = export_page(registry).value();
  for (const auto& p : page.items) there.emplace(p.account_id, p.keys.size());
  EXPECT_EQ(there, wanted) << "seed " << seed;
}

TEST(RegistryProperty, RandomSequencesInSqlite) {
  for (unsigned seed = 1; seed <= 60; ++seed) {
    run_sequence("sqlite::memory:", seed, 400);
    if (HasFatalFailure()) return;
  }
}

TEST(RegistryProperty, SameSequencesInPostgres) {
  BONIN_NEEDS_POSTGRES();
  for (unsigned seed = 1; seed <= 8; ++seed) {
    run_sequence(Postgres::instance().fresh_database(), seed, 400);
    if (HasFatalFailure()) return;
  }
}

TEST(RegistryProperty, SameSequencesInMysql) {
  BONIN_NEEDS_MYSQL();
  for (unsigned seed = 1; seed <= 4; ++seed) {
    run_sequence(Mysql::instance().fresh_database(), seed, 400);
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace bonin::registry_test
