// The rules of moving in: many arrivals are judged in memory, between one look at the store and one write.

#include <deque>
#include <set>

#include "registry/outcome.hpp"
#include "registry/rules.hpp"

namespace bonin::registry_detail {

class Rules::Intake {
 public:
  explicit Intake(Rules& rules) : rules_(rules), store_(rules.store_), ring_(rules.ring_), now_(rules.now_) {}

  std::vector<Arrived> run(const std::vector<Arrival>& arrivals) {
    look(arrivals);
    hold(arrivals);
    std::vector<Arrived> all;
    for (const auto& arrival : arrivals) {
      Arrived arrived;
      arrived.reason = judge(arrival, arrived);
      all.push_back(arrived);
    }
    write();
    return all;
  }

 private:
  /// A person as this batch leaves them.
  struct Someone {
    PersonRow row;
    std::vector<std::string> ci_peppers;  // of somebody who is new or held
    std::vector<KeyRow> keys;             // that are new
    bool is_new = false;
    bool changed = false;
    bool gone = false;
  };
  /// Whom a key leads to, and under which of its hashes.
  struct Lead {
    Someone* who = nullptr;
    std::size_t hash = 0;
  };

  void look(const std::vector<Arrival>& arrivals) {
    std::vector<Hash> hashes;
    std::vector<std::string> accounts;
    for (const auto& arrival : arrivals) {
      for (const auto& key : arrival.keys) hashes.insert(hashes.end(), key.hashes.begin(), key.hashes.end());
      if (!arrival.person.account.empty()) accounts.push_back(arrival.person.account);
    }
    store_.expect_many();
    const auto found = store_.find_many(hashes, accounts);
    for (const auto& [hash, hit] : found.keys) by_hash_[hash] = known(hit.person);
    for (const auto& [account, person] : found.accounts) by_account_[account] = known(person);
  }

  Someone* known(const PersonRow& row) {
    auto& who = by_id_[row.id];
    if (who == nullptr) who = &people_.emplace_back(Someone{row, {}, {}});
    return who;
  }

  Lead lead(const Arrival::Key& key) const {
    for (std::size_t i = 0; i < key.hashes.size(); ++i) {
      const auto found = by_hash_.find(key.hashes[i]);
      if (found != by_hash_.end() && !found->second->gone) return {found->second, i};
    }
    return {};
  }

  Someone* holder(const Arrival& arrival) const {
    const auto found = by_account_.find(arrival.person.account);
    return found == by_account_.end() ? nullptr : found->second;
  }

  /// Whoever is about to be changed is held, and must still be who was found. Whoever has lapsed is erased.
  void hold(const std::vector<Arrival>& arrivals) {
    std::set<std::int64_t> ids, lapsed;
    for (const auto& arrival : arrivals) {
      bool news = arrival.person.banned_until > now_ || arrival.person.rejoin_at > now_;
      std::vector<Someone*> theirs{holder(arrival)};
      for (const auto& key : arrival.keys) {
        const auto who = lead(key).who;
        news = news || who == nullptr || rules_.lapsed(who->row);  // who has lapsed is nobody's key
        theirs.push_back(who);
        if (who != nullptr && rules_.lapsed(who->row)) lapsed.insert(who->row.id);
      }
      for (const auto* who : theirs) {
        if (news && who != nullptr) ids.insert(who->row.id);
      }
    }
    ids.insert(lapsed.begin(), lapsed.end());
    if (ids.empty()) return;
    auto held = store_.hold({ids.begin(), ids.end()});
    for (auto& one : held) {
      auto& who = *by_id_.at(one.person.id);
      if (one.person == who.row) ids.erase(one.person.id);
      who.ci_peppers = std::move(one.ci_peppers);
    }
    if (!ids.empty()) {  // somebody else was quicker: another look tells
      throw StoreFailure{.error = make_error(ErrorKind::store_busy, "the store is busy"), .again = true, .alone = true};
    }
    for (const auto id : lapsed) {
      by_id_.at(id)->gone = true;
      store_.erase_person(id);
    }
  }

  std::string_view judge(const Arrival& arrival, Arrived& arrived) {
    std::vector<Someone*> known;
    std::vector<const Arrival::Key*> missing;
    for (const auto& key : arrival.keys) {
      const auto [who, hash] = lead(key);
      if (who == nullptr) {
        missing.push_back(&key);
        continue;
      }
      for (auto older = hash + 1; older < key.hashes.size(); ++older) drop(key.hashes[older], who, arrived);
      if (hash > 0) move(key, hash, who, arrived);
      if (std::find(known.begin(), known.end(), who) == known.end()) known.push_back(who);
    }
    std::vector<PersonRow> rows;
    for (const auto* who : known) rows.push_back(who->row);
    const auto refusal = rules_.refusal(rows);
    const auto& person = arrival.person;
    // A ban goes wherever the keys lead, whatever else stands in the way.
    for (auto* who : known) ban(*who, person, arrived);
    auto* const there = person.account.empty() ? nullptr : holder(arrival);
    if (there != nullptr && (known.empty() || (known.size() == 1 && known[0] == there))) {
      if (second_ci(*there, missing)) {
        if (person.banned_until > now_) add(person, missing, false, arrived);
        return known.empty() ? "other_person" : "two_persons";
      }
      ban(*there, person, arrived);
      attach(*there, missing, arrived);
      return {};
    }
    if (known.size() == 1 && second_ci(*known[0], missing)) {
      if (person.banned_until > now_) add(person, missing, false, arrived);
      return "two_persons";
    }
    if (person.account.empty()) return judge_without_account(arrival, known, missing, arrived);
    if (refusal) {
      if (known.size() == 1) attach(*known[0], missing, arrived);  // the refusal holds for all of them
      return refusal->reason;
    }
    if (known.size() > 1) return "two_persons";
    if (known.empty()) {
      add(person, missing, true, arrived);
      return {};
    }
    if (there != nullptr) return "other_person";
    return known[0]->row.account.empty() ? "reserved" : "other_account";
  }

  std::string_view judge_without_account(const Arrival& arrival, const std::vector<Someone*>& known,
                                         const std::vector<const Arrival::Key*>& missing, Arrived& arrived) {
    const auto& person = arrival.person;
    if (known.size() > 1) return "two_persons";
    if (known.empty()) {
      if (!rules_.lapsed(person)) add(person, missing, false, arrived);
      return {};
    }
    auto& who = *known[0];
    if (person.rejoin_at > now_ && !who.row.account.empty()) return "other_account";
    attach(who, missing, arrived);
    if (person.rejoin_at > std::max(now_, who.row.rejoin_at)) {
      who.row.rejoin_at = person.rejoin_at;
      who.changed = arrived.changed = true;
    }
    return {};
  }

  /// Is one of these another CI than this person's? Hashes under different peppers cannot be compared.
  bool second_ci(const Someone& who, const std::vector<const Arrival::Key*>& missing) const {
    return std::any_of(missing.begin(), missing.end(), [&](const Arrival::Key* key) {
      if (key->kind != KeyKind::ci) return false;
      return std::any_of(who.ci_peppers.begin(), who.ci_peppers.end(), [&](const std::string& pepper) {
        const auto place = ring_.place(pepper);
        return place >= key->pepper && place < key->pepper + key->hashes.size();
      });
    });
  }

  void ban(Someone& who, const PersonRow& person, Arrived& arrived) const {
    if (person.banned_until <= std::max(now_, who.row.banned_until)) return;
    who.row.banned_until = person.banned_until;
    who.row.ban_reason = person.ban_reason;
    who.changed = arrived.changed = true;
  }

  void attach(Someone& who, const std::vector<const Arrival::Key*>& keys, Arrived& arrived) {
    for (const auto* key : keys) {
      auto& leads_to = by_hash_[key->hashes[0]];
      if (leads_to == &who) continue;  // twice in one arrival
      leads_to = &who;
      used_peppers_.insert(key->pepper);
      who.keys.push_back({key->hashes[0], key->kind, ring_.id(key->pepper), who.row.id, key->provider,
                          key->received_at == 0 ? now_ : key->received_at});
      if (key->kind == KeyKind::ci) who.ci_peppers.push_back(ring_.id(key->pepper));
      ++arrived.keys;
    }
  }

  /// `keys`: those of the person that lead to nobody.
  void add(const PersonRow& person, const std::vector<const Arrival::Key*>& keys, bool with_account, Arrived& arrived) {
    auto& who = people_.emplace_back();
    who.is_new = true;
    who.row.banned_until = person.banned_until > now_ ? person.banned_until : 0;
    if (who.row.banned_until > 0) who.row.ban_reason = person.ban_reason;
    if (with_account) {
      who.row.account = person.account;
      by_account_[who.row.account] = &who;
    } else {
      who.row.rejoin_at = person.rejoin_at > now_ ? person.rejoin_at : 0;
    }
    attach(who, keys, arrived);
    ++arrived.persons;
  }

  void move(const Arrival::Key& key, std::size_t hash, Someone* who, Arrived& arrived) {
    moved_.push_back({key.hashes[hash], key.hashes[0]});
    by_hash_.erase(key.hashes[hash]);
    by_hash_[key.hashes[0]] = who;
    ++arrived.moved;
  }

  /// A key that is there under a newer pepper as well.
  void drop(const Hash& hash, const Someone* who, Arrived& arrived) {
    const auto found = by_hash_.find(hash);
    if (found == by_hash_.end() || found->second != who) return;
    by_hash_.erase(found);
    store_.erase_key(hash);
    ++arrived.moved;
  }

  void write() {
    used_peppers_.erase(0);  // which is listed by check_peppers
    if (!used_peppers_.empty()) {
      const auto listed = store_.peppers();
      for (const auto place : used_peppers_) {
        const auto& row = ring_.row(place);
        if (std::none_of(listed.begin(), listed.end(), [&](const PepperRow& one) { return one.id == row.id; })) {
          store_.add_pepper(row);
        }
      }
    }
    std::vector<NewPerson> persons;
    std::vector<KeyRow> keys;
    for (auto& who : people_) {
      if (who.is_new) {
        persons.push_back({std::move(who.row), std::move(who.keys)});
        continue;
      }
      if (who.changed) store_.put_person(who.row);
      keys.insert(keys.end(), who.keys.begin(), who.keys.end());
    }
    if (!moved_.empty()) store_.move_keys(moved_, ring_.id(0));
    if (!persons.empty()) store_.add_persons(std::move(persons));
    if (!keys.empty()) store_.add_keys(keys);
  }

  Rules& rules_;
  Store& store_;
  const Keyring& ring_;
  const Millis now_;
  std::deque<Someone> people_;  // does not move what it holds
  std::map<std::int64_t, Someone*> by_id_;
  std::map<Hash, Someone*> by_hash_;
  std::map<std::string, Someone*, std::less<>> by_account_;
  std::vector<MovedKey> moved_;
  std::set<std::size_t> used_peppers_;
};

std::vector<Arrived> Rules::take_in(const std::vector<Arrival>& arrivals) { return Intake(*this).run(arrivals); }

std::vector<Arrived> Rules::take_in_uses(const std::vector<UseRow>& uses) {
  std::vector<std::string> hashes;
  for (const auto& use : uses) hashes.push_back(use.id_hash);
  std::map<std::string, std::string, std::less<>> known;
  for (auto& use : store_.find_uses(hashes)) known.emplace(std::move(use.id_hash), std::move(use.subject_hash));
  std::vector<UseRow> fresh;
  std::vector<Arrived> all;
  for (const auto& use : uses) {
    Arrived arrived;
    const auto [there, is_new] = known.emplace(use.id_hash, use.subject_hash);
    if (is_new) {
      fresh.push_back(use);
      arrived.changed = true;
    } else if (there->second != use.subject_hash) {
      arrived.reason = "other_subject";
    }
    all.push_back(arrived);
  }
  if (!fresh.empty()) store_.add_uses(fresh);
  return all;
}

}  // namespace bonin::registry_detail
