#pragma once
// The statements that a database must provide. The rules are in rules.hpp.

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bonin/registry.hpp"

namespace bonin::registry_detail {

using Hash = std::array<std::uint8_t, 32>;

/// Milliseconds since 1970, as stored. 0: never; `for_ever`: no end.
using Millis = std::int64_t;
inline constexpr Millis for_ever = INT64_MAX;

/// Thrown by stores and rules, caught by the lane: no exception leaves the room.
struct StoreFailure {
  Error error;
  bool again = false;        // the same transaction may well succeed when it is tried again
  bool commit_lost = false;  // COMMIT was sent and its answer did not come
  bool alone = false;        // the fault may lie with one job of the group
  bool smaller = false;      // half of the group may well succeed
  bool locked = false;       // somebody else held a lock for too long
};

[[noreturn]] inline void fail(ErrorKind kind, std::string message, bool again = false) {
  StoreFailure failure{.error = make_error(kind, std::move(message)), .again = again};
  throw failure;
}

struct PersonRow {
  std::int64_t id = 0;
  std::string account;  // empty: none
  Millis rejoin_at = 0;
  Millis banned_until = 0;
  std::string ban_reason;
  std::string reservation;   // kept after its commit, so that a commit can be repeated
  std::string reserved_for;  // hash of the subject
  Millis reserved_until = 0;

  bool operator==(const PersonRow&) const = default;
  /// How long a person without an account is remembered.
  Millis kept_until() const noexcept { return std::max({rejoin_at, banned_until, reserved_until}); }
};

struct KeyRow {
  Hash hash{};
  KeyKind kind = KeyKind::ci;
  std::string pepper;
  std::int64_t person = 0;
  std::string provider;
  Millis received_at = 0;
};

/// A stored key and its person.
struct Hit {
  std::string pepper;
  PersonRow person;
};

struct UseRow {
  std::string id_hash;       // SHA-256, hex
  std::string subject_hash;  // SHA-256, hex
  Millis used_at = 0;
};

/// A person to be added, with keys whose `person` is left open.
struct NewPerson {
  PersonRow person;
  std::vector<KeyRow> keys;
};

/// What a look at many keys and accounts found.
struct Found {
  std::map<Hash, Hit> keys;
  std::map<std::string, PersonRow, std::less<>> accounts;
};

/// A person whom nobody else changes until the transaction ends.
struct Held {
  PersonRow person;
  std::vector<std::string> ci_peppers;  // of the CIs that are known of this person
};

/// A key that moves to another pepper.
struct MovedKey {
  Hash from{}, to{};
};

/// Of a slice of the uses.
struct ErasedUses {
  std::int64_t erased = 0;
  std::string last;  // the slice's; empty: there are no more
};

/// A pepper the store has seen. `proof` tells a wrong key of the same id.
struct PepperRow {
  std::string id;
  std::string proof;
};

/// What a group of calls will look up.
struct Wanted {
  std::vector<Hash> keys;
  std::vector<std::string> uses;  // `id_hash`
  std::vector<std::string> accounts;
  std::vector<std::string> reservations;
  bool more = false;  // other things will be read as well

  void add(const Wanted& other) {
    const auto append = [](auto& all, const auto& some) { all.insert(all.end(), some.begin(), some.end()); };
    append(keys, other.keys);
    append(uses, other.uses);
    append(accounts, other.accounts);
    append(reservations, other.reservations);
    more = more || other.more;
  }
};

/// What a store knows of the lane that uses it.
struct Host {
  std::atomic<bool> stopping{false};  // nobody waits for the answer any more
  std::atomic<bool> parking{false};   // a fork waits for the lock
  std::mutex running;                 // held while the store is used
};

/// One connection to a database, used by one thread. Statements run inside a transaction and throw StoreFailure.
class Store {
 public:
  virtual ~Store() = default;

  /// `host` outlives the store and ends its waits for locks.
  void heed(Host& host) noexcept { host_ = &host; }

  /// How long the next transaction that writes may wait for somebody else's lock: as long as the registry's calls may
  /// take, or briefly, because it is not all of its calls that the lock is about.
  enum class LockWait : std::uint8_t { briefly, as_long_as_may_be };
  void wait_for_locks(LockWait how) noexcept { lock_wait_ = how; }

  /// Connects and brings the schema up to date, unless that is done. True: it was done now.
  virtual bool open() = 0;
  /// Can a call into it block without a way to interrupt it?
  virtual bool may_hang() const noexcept { return false; }
  /// Before a fork of the process: gives up whatever must not live in two processes.
  virtual void before_fork() noexcept {}

  virtual void begin_read() = 0;
  /// The same for look-ups that are known beforehand, so that a distant store can be asked once. Unless there is more,
  /// nothing else may be read: persons by their keys, whether one has a key of a kind, uses and peppers.
  virtual void begin_look_up(const Wanted&) { begin_read(); }
  /// `locks`: numbers that stand for what the transaction is about, sorted; no two transactions hold one at once.
  virtual void begin_write(const std::vector<std::int64_t>& locks) = 0;
  /// The same, and what will most likely be looked up is read with it where that saves a distant store a question.
  virtual void begin_write_ahead(const std::vector<std::int64_t>& locks, const Wanted&) { begin_write(locks); }
  virtual void commit() = 0;
  /// Leaves the transaction, if need be by giving the connection up.
  virtual void rollback() noexcept = 0;
  /// The database's own time at the begin of the transaction, where it has one that all machines share.
  virtual std::optional<Millis> time() const { return std::nullopt; }
  /// In a new write transaction with the same locks: did the transaction take effect whose COMMIT got no answer?
  virtual bool took_effect() { return false; }

  virtual std::vector<PepperRow> peppers() = 0;
  virtual void add_pepper(const PepperRow&) = 0;
  virtual bool uses_pepper(std::string_view id) = 0;

  virtual std::optional<Hit> key(const Hash&) = 0;
  /// Of the persons with these numbers, in the order of the numbers, kinds and hashes.
  virtual std::vector<KeyRow> keys_of(std::int64_t first, std::int64_t last) = 0;
  virtual bool has_key(std::int64_t person, KeyKind kind) {
    const auto rows = keys_of(person, person);
    return std::any_of(rows.begin(), rows.end(), [kind](const KeyRow& row) { return row.kind == kind; });
  }
  virtual void add_key(const KeyRow&) = 0;
  /// Of a key that is there under a newer pepper as well.
  virtual void erase_key(const Hash&) = 0;
  virtual void move_key(const Hash& from, const Hash& to, std::string_view pepper) = 0;

  virtual std::optional<PersonRow> person(std::int64_t id) = 0;
  virtual std::optional<PersonRow> person_of_account(std::string_view account) = 0;
  virtual std::optional<PersonRow> person_of_reservation(std::string_view reservation) = 0;
  virtual std::int64_t add_person(const PersonRow&) = 0;
  /// With its keys, of one provider and one moment; their `person` is left open.
  virtual void add_person_with(const PersonRow& person, std::vector<KeyRow> keys) {
    const auto id = add_person(person);
    for (auto& key : keys) {
      key.person = id;
      add_key(key);
    }
  }
  virtual void put_person(const PersonRow&) = 0;
  virtual void erase_person(std::int64_t id) = 0;  // with its keys
  /// Persons that nothing keeps since before a moment, at most `limit` of them. How many.
  virtual std::int64_t erase_lapsed(Millis before, int limit) = 0;
  virtual std::vector<PersonRow> persons_after(std::int64_t id, int limit) = 0;

  // Many rows at once, for an import. Unlike calls about one person, it holds no locks of `begin_write`: what it found
  // may be changed by somebody else until it is held, and the unique indexes judge who was first.

  /// Many rows will be written, by this transaction and by others that follow.
  virtual void expect_many() {}
  /// Persons by their keys and by their accounts.
  virtual Found find_many(const std::vector<Hash>& keys, const std::vector<std::string>& accounts) {
    Found found;
    for (const auto& hash : keys) {
      if (auto hit = key(hash)) found.keys.emplace(hash, std::move(*hit));
    }
    for (const auto& account : accounts) {
      if (auto person = person_of_account(account)) found.accounts.emplace(account, std::move(*person));
    }
    return found;
  }
  /// The persons with these numbers, as far as they are there, as they are now. `ids`: sorted.
  virtual std::vector<Held> hold(const std::vector<std::int64_t>& ids) {
    std::vector<Held> held;
    for (const auto id : ids) {
      auto row = person(id);
      if (!row) continue;
      Held one{std::move(*row), {}};
      for (auto& key : keys_of(id, id)) {
        if (key.kind == KeyKind::ci) one.ci_peppers.push_back(std::move(key.pepper));
      }
      held.push_back(std::move(one));
    }
    return held;
  }
  virtual void add_persons(std::vector<NewPerson> persons) {
    for (auto& one : persons) add_person_with(one.person, std::move(one.keys));
  }
  virtual void add_keys(const std::vector<KeyRow>& keys) {
    for (const auto& key : keys) add_key(key);
  }
  virtual void move_keys(const std::vector<MovedKey>& keys, std::string_view pepper) {
    for (const auto& key : keys) move_key(key.from, key.to, pepper);
  }
  virtual std::vector<UseRow> find_uses(const std::vector<std::string>& id_hashes) {
    std::vector<UseRow> found;
    for (const auto& hash : id_hashes) {
      if (auto row = use(hash)) found.push_back(std::move(*row));
    }
    return found;
  }
  virtual void add_uses(const std::vector<UseRow>& rows) {
    for (const auto& row : rows) add_use(row);
  }
  /// At most `limit` uses in the order of their hashes.
  virtual std::vector<UseRow> uses_after(std::string_view /*id_hash*/, int /*limit*/) {
    fail(ErrorKind::store_failed, "this store does not list its uses");
  }

  virtual std::optional<UseRow> use(std::string_view id_hash) = 0;
  virtual void add_use(const UseRow&) = 0;
  virtual void touch_use(std::string_view id_hash, Millis used_at) = 0;
  virtual void erase_use(std::string_view id_hash, Millis used_at) = 0;
  /// Of the next `rows` uses in the order of their hashes, those from before a moment.
  virtual ErasedUses erase_uses(Millis before, std::string_view after, int rows) = 0;

  /// After a commit: is there work to be done on another connection that keeps the store quick?
  virtual bool wants_upkeep() noexcept { return false; }
  /// Does it, outside of a transaction.
  virtual void upkeep() {}

  virtual Counts counts() = 0;
  virtual std::vector<std::pair<std::string, std::int64_t>> keys_by_pepper() = 0;

 protected:
  bool stopping() const noexcept { return host_ != nullptr && host_->stopping; }
  bool parking() const noexcept { return host_ != nullptr && host_->parking; }
  bool waits_briefly() const noexcept { return lock_wait_ == LockWait::briefly; }

  /// Marks a wait during which the store is not touched, so that a fork need not wait for its end.
  class Away {
   public:
    explicit Away(const Store& store) : host_(store.host_) {
      if (host_ != nullptr) host_->running.unlock();
    }
    Away(const Away&) = delete;
    Away& operator=(const Away&) = delete;
    ~Away() {
      if (host_ != nullptr) host_->running.lock();
    }

   private:
    Host* const host_;
  };

 private:
  Host* host_ = nullptr;
  LockWait lock_wait_ = LockWait::as_long_as_may_be;
};

/// Makes a connection; nothing is opened before its first use.
using StoreFactory = std::function<std::unique_ptr<Store>()>;

}  // namespace bonin::registry_detail
