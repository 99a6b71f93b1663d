#pragma once
// Tables of users as an application has them: by hashes, with a unique index.

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "bonin/bonin.hpp"
#include "support/registry.hpp"

namespace bonin::registry_test {

/// With the two functions that every own store has.
class Users {
 public:
  OwnStore store() {
    OwnStore own;
    own.find = [this](std::vector<PersonKey> keys, std::uint64_t, Callback<std::optional<std::string>> done) {
      done(find(keys));
    };
    own.claim = [this](std::vector<PersonKey> keys, std::string account, std::uint64_t, Callback<Claim> done) {
      const std::lock_guard lock(mutex_);
      for (const auto& key : keys) {
        const auto at = held_.find(key.hash);
        if (at == held_.end()) continue;
        if (at->second == account) return done(Claim{Outcome::existing, {}, {}});
        return done(Claim{Outcome::taken, "other_account", {}});
      }
      for (const auto& key : keys) held_[key.hash] = account;
      done(Claim{Outcome::created, {}, {}});
    };
    return own;
  }

 private:
  std::optional<std::string> find(const std::vector<PersonKey>& keys) {
    const std::lock_guard lock(mutex_);
    for (const auto& key : keys) {
      if (const auto at = held_.find(key.hash); at != held_.end()) return at->second;
    }
    return std::nullopt;
  }
  std::mutex mutex_;  // guards held_
  std::map<std::string, std::string> held_;
};

/// With every function.
class WholeUsers {
 public:
  using Keys = std::vector<PersonKey>;
  using Place = Standing::Place;

  WholeUsers() = default;
  WholeUsers(const WholeUsers&) = delete;
  WholeUsers& operator=(const WholeUsers&) = delete;
  /// Whoever has the last answer may come here while the function that gave it still holds the lock.
  ~WholeUsers() { const std::lock_guard lock(mutex_); }

  OwnStore store(std::shared_ptr<const Clock> clock, bool reserves) {
    clock_ = std::move(clock);
    OwnStore own;
    own.find = [this](const Keys& keys, std::uint64_t, const Callback<std::optional<std::string>>& done) {
      const std::lock_guard lock(mutex_);
      const auto persons = of(keys);
      if (persons.size() > 1) return done(make_error(ErrorKind::conflict, "two persons"));
      done(persons.empty() || persons_[persons[0]].account.empty() ? std::optional<std::string>()
                                                                   : persons_[persons[0]].account);
    };
    own.claim = [this](const Keys& keys, const std::string& account, std::uint64_t, const Callback<Claim>& done) {
      const std::lock_guard lock(mutex_);
      const auto persons = of(keys);
      if (persons.size() > 1) return done(Claim{Outcome::taken, "two_persons", {}});
      const auto person = persons.empty() ? std::size_t(add(keys)) : persons[0];
      done(grant(person, account));
    };
    own.standing = [this](const Keys& keys, std::uint64_t, const Callback<OwnStanding>& done) {
      const std::lock_guard lock(mutex_);
      const auto persons = of(keys);
      OwnStanding standing;
      if (persons.size() > 1) return done(make_error(ErrorKind::conflict, "two persons"));
      if (!persons.empty()) {
        const auto& person = persons_[persons[0]];
        if (!person.account.empty()) standing.account_id = person.account;
        standing.banned = person.banned;
        standing.banned_until = person.banned_until;
        standing.rejoin_at = person.rejoin_at;
        standing.reservation_id = person.account.empty() ? "" : person.reservation;
      }
      done(standing);
    };
    own.consume = [this](const std::string& id, const std::string& subject, std::uint64_t,
                         const Callback<Standing::Use>& done) {
      const std::lock_guard lock(mutex_);
      const auto [at, fresh] = uses_.try_emplace(id, subject);
      const auto again = at->second == subject ? Standing::Use::same_subject : Standing::Use::other_subject;
      done(fresh ? Standing::Use::first : again);
    };
    if (reserves) add_reservations(own);
    own.ban = [this](const OwnWho& who, std::optional<Moment> until, const std::string&, std::uint64_t,
                     const Callback<Done>& done) {
      const std::lock_guard lock(mutex_);
      auto persons = whom(who);
      if (persons.empty() && !who.account_id.empty()) return done(make_error(ErrorKind::not_found, "no account"));
      if (persons.empty()) persons.push_back(add(who.keys));
      for (const auto i : persons) {
        persons_[i].banned = true;
        persons_[i].banned_until = until;
      }
      done(Done{});
    };
    own.unban = [this](const OwnWho& who, std::uint64_t, const Callback<bool>& done) {
      const std::lock_guard lock(mutex_);
      bool was = false;
      for (const auto i : whom(who)) was |= std::exchange(persons_[i].banned, false);
      done(was);
    };
    own.release = [this](const std::string& account, std::optional<Moment> rejoin_at, std::uint64_t,
                         const Callback<bool>& done) {
      const std::lock_guard lock(mutex_);
      auto* const person = holder(account);
      if (person == nullptr) return done(false);
      person->account.clear();
      person->reservation.clear();
      person->rejoin_at = rejoin_at;
      done(true);
    };
    own.forget = [this](const std::string& account, std::uint64_t, const Callback<bool>& done) {
      const std::lock_guard lock(mutex_);
      auto* const person = holder(account);
      if (person != nullptr) *person = {};
      done(person != nullptr);
    };
    return own;
  }

 private:
  struct Person {
    std::set<std::string> hashes;
    std::string account, reservation, subject;
    std::optional<Moment> until;
    bool banned = false;
    std::optional<Moment> banned_until, rejoin_at;
  };

  void add_reservations(OwnStore& own) {
    own.reserve = [this](const Keys& keys, const std::string& id, const std::string& subject, Moment until,
                         std::uint64_t, const Callback<Place>& done) {
      const std::lock_guard lock(mutex_);
      const auto persons = of(keys);
      if (persons.size() > 1) return done(Place::two_persons);
      auto& person = persons_[persons.empty() ? add(keys) : persons[0]];
      if (!person.account.empty()) return done(Place::has_account);
      if (person.until && *person.until > clock_->now() && person.subject != subject) return done(Place::reserved);
      person.reservation = id;
      person.subject = subject;
      person.until = until;
      done(Place::free);
    };
    own.commit = [this](const std::string& id, const std::string& account, std::uint64_t, const Callback<Claim>& done) {
      const std::lock_guard lock(mutex_);
      for (std::size_t i = 0; i < persons_.size(); ++i) {
        if (persons_[i].reservation != id) continue;
        if (persons_[i].account.empty() && *persons_[i].until <= clock_->now()) break;
        return done(grant(i, account));
      }
      done(Claim{Outcome::refused, "lapsed", {}});
    };
    own.cancel = [this](const std::string& id, std::uint64_t, const Callback<bool>& done) {
      const std::lock_guard lock(mutex_);
      for (auto& person : persons_) {
        if (person.reservation != id || !person.account.empty() || *person.until <= clock_->now()) continue;
        person.reservation.clear();
        person.until.reset();
        return done(true);
      }
      done(false);
    };
  }

  // All with the lock.
  std::size_t add(const Keys& keys) {
    persons_.emplace_back();
    for (const auto& key : keys) persons_.back().hashes.insert(key.hash);
    return persons_.size() - 1;
  }
  std::vector<std::size_t> of(const Keys& keys) {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < persons_.size(); ++i) {
      const auto& hashes = persons_[i].hashes;
      if (std::any_of(keys.begin(), keys.end(), [&](const auto& key) { return hashes.contains(key.hash); })) {
        found.push_back(i);
      }
    }
    if (found.size() == 1) {
      for (const auto& key : keys) persons_[found[0]].hashes.insert(key.hash);
    }
    return found;
  }
  std::vector<std::size_t> whom(const OwnWho& who) {
    if (who.account_id.empty()) return of(who.keys);
    const auto* const person = holder(who.account_id);
    return person == nullptr ? std::vector<std::size_t>()
                             : std::vector{static_cast<std::size_t>(person - persons_.data())};
  }
  Person* holder(const std::string& account) {
    const auto at = std::find_if(persons_.begin(), persons_.end(), [&](auto& one) { return one.account == account; });
    return account.empty() || at == persons_.end() ? nullptr : &*at;
  }
  Claim grant(std::size_t i, const std::string& account) {
    auto& person = persons_[i];
    if (!person.account.empty()) {
      const bool same = person.account == account;
      return {same ? Outcome::existing : Outcome::taken, same ? "" : "other_account", {}};
    }
    if (holder(account) != nullptr) return {Outcome::taken, "other_person", {}};
    person.account = account;
    return {Outcome::created, {}, {}};
  }

  std::shared_ptr<const Clock> clock_;
  std::mutex mutex_;  // guards the rest
  std::vector<Person> persons_;
  std::map<std::string, std::string> uses_;
};

}  // namespace bonin::registry_test
