#pragma once
// One person, one account: across threads, processes and machines.
//
//   auto registry = bonin::Registry::create({.store = "sqlite:accounts.db",
//                                            .peppers = {{.key = bonin::Secret("env:BONIN_PEPPER")}}}).value();
//   registry.claim(*verification, "account-7", {}, [](bonin::Result<bonin::Claim> claim) {
//     if (claim) open_account();
//   });
//
// A person is known by CI and by DI. Only HMAC-SHA-256 of them is ever stored, under the operator's key (the pepper).

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bonin/call.hpp"
#include "bonin/check.hpp"
#include "bonin/claim.hpp"
#include "bonin/clock.hpp"
#include "bonin/own_store.hpp"
#include "bonin/person_key.hpp"
#include "bonin/registry_metrics.hpp"
#include "bonin/reservation.hpp"
#include "bonin/result.hpp"
#include "bonin/secret.hpp"
#include "bonin/standing.hpp"
#include "bonin/verification.hpp"

namespace bonin {

class Import;
struct ImportOptions;

/// A key of the registry. `key` is the text itself, or where it is: `env:NAME`, `file:PATH` (one line end is cut off).
/// At least 32 bytes. An empty `id` takes one computed from the key.
struct Pepper {
  std::string id{};  // 1 to 64 letters, digits, `-`, `_`, `.`; stored with each row
  Secret key{};
};

/// A reservation, or why there is none: `has_account`, `reserved`, `banned`, `rejoin_period`, `two_persons`,
/// `page_chosen_di`.
struct Reserved {
  std::optional<Reservation> reservation;
  std::string_view reason;
};

/// What `admit` found and did.
struct Admission {
  Standing standing;
  std::optional<Reservation> reservation;

  /// Where a reservation was asked for, "there is a place" is believed with one alone: otherwise nothing is known of
  /// the account, whatever the store said.
  void require_reservation() noexcept;
};

/// Whom an order of the operator is about: exactly one of the three.
struct Who {
  std::string account_id{};
  VerificationPtr verification{};
  std::int64_t person = 0;  // as `export_page` numbers them
};

/// How many. Reads whole tables.
struct Counts {
  std::int64_t persons = 0;
  std::int64_t accounts = 0;
  std::int64_t keys = 0;
  std::int64_t uses = 0;
};

/// How many keys are left under a pepper. `writing`: the one new rows get. `given`: this registry holds it.
struct PepperCount {
  std::string pepper_id;
  std::int64_t keys = 0;
  bool writing = false;
  bool given = false;
};

/// One person, for an operator. No personal data but the hashes.
struct PersonRecord {
  std::int64_t person = 0;
  std::string account_id;  // empty: none
  std::optional<Moment> rejoin_at;
  bool banned = false;
  std::optional<Moment> banned_until;  // nullopt with `banned`: for ever
  std::string ban_reason;
  std::optional<Moment> reserved_until;
  struct Key {
    PersonKey key;
    Moment received_at{};
  };
  std::vector<Key> keys;
};

/// A page of persons in the order of their numbers.
struct PersonPage {
  std::vector<PersonRecord> items;
  std::int64_t next = 0;  // pass it as `after` for the next page; 0: this was the last
};

/// Which person holds which account, which ids were used.
/// Thread-safety: every method, any thread. A forked child opens connections of its own.
/// Lifetime: copies share one store; the last one that is released closes it. A reservation keeps its registry.
///
/// Every call ends in its callback, on a thread of the registry's own (or on the caller's, before the call returns,
/// when an argument is refused), which must not block. What was answered is durable. A verification that is not
/// verified, or that holds no attested key, is refused with ErrorKind::invalid_argument and never matches anybody.
///
/// A call ends in time whatever the store does: with ErrorKind::timed_out when its own `timeout` is over, with
/// ErrorKind::store_busy when the registry's is (the shorter one counts), and with ErrorKind::cancelled when its Call
/// is cancelled. `count`, `rotate` and `forget_uses` go through whole tables and may take an hour unless their own
/// `timeout` says less; what they have done by then stays done. A call that ended early may still take effect, but for
/// a reservation and a use of an id: they are given back.
class Registry {
 public:
  struct Options {
    /// `sqlite:PATH`, `postgresql://...` or `mysql://...`. It may hold a password: it is never printed.
    std::string store{};
    OwnStore own_store{};                                 // in place of `store`
    std::vector<Pepper> peppers{};                        // newest first: the first writes, all read
    std::vector<KeyKind> keys{KeyKind::ci, KeyKind::di};  // those that count, in this order; one left out is not stored
    // Providers whose DI counts alone for a new account although the page chooses its salt (KCP_V2, INICIS_UNIFIED):
    // whoever can change a page's request then has as many accounts as they like. Needed where such a channel gives no
    // CI.
    std::vector<std::string> accept_page_chosen_di{};
    std::chrono::milliseconds reservation_life{600'000};  // 1 s to 1 day
    std::chrono::milliseconds timeout{5'000};             // how long a call may wait for the store; 1 ms to 10 min
    std::shared_ptr<const Clock> clock{};                 // null: the machine's, or PostgreSQL's own
    std::string schema{};                                 // of the tables in PostgreSQL; empty: `bonin`
    // To PostgreSQL in each process, 1 to 64, opened as they are needed; 4 by default. One of several is left to
    // look-ups. With three or more, a person whose rows somebody else has locked delays nobody else.
    std::optional<int> connections{};
  };

  Registry() = default;  // holds nothing: every call ends with ErrorKind::closed

  /// Checks the options and reads the peppers; opens nothing, starts nothing.
  static Result<Registry> create(Options options);

  /// The keys of this person as an application's own table stores them: in the operator's order of kinds, each under
  /// every pepper, the newest first. Asks no store. ErrorKind::invalid_argument also for a DI alone whose salt the page
  /// chose (unless `accept_page_chosen_di` names the provider): an application's unique index cannot tell that two are
  /// one person's.
  Result<std::vector<PersonKey>> keys(const Verification&) const;

  /// The account of this person, if any. ErrorKind::conflict when CI and DI lead to two persons.
  Call find(const Verification&, Callback<std::optional<std::string>> done, const CallOptions& = {}) const;

  /// What makes the tables in PostgreSQL, for whoever lets no application make any. One transaction; the registry then
  /// needs USAGE on the schema and SELECT, INSERT, UPDATE and DELETE on its tables.
  static Result<std::string> schema_sql(std::string_view schema = "bonin");

  struct ClaimOptions {
    std::string subject{};  // who signs up: lets the claim of a reservation's own subject through
  };
  /// Makes the account this person's; saying it again answers `existing`. ErrorKind::claim_refused when something
  /// stands in the way: nothing was granted.
  Call claim(const Verification&, std::string_view account_id, const ClaimOptions&, Callback<Claim> done,
             const CallOptions& = {}) const;
  /// The same, and a refusal is an answer.
  Call try_claim(const Verification&, std::string_view account_id, const ClaimOptions&, Callback<Claim> done,
                 const CallOptions& = {}) const;

  /// Is this the person who holds the account? False for whatever cannot be proved.
  Call match(const Verification&, std::string_view account_id, Callback<bool> done, const CallOptions& = {}) const;

  /// The account is given up. The keys stay until `rejoin_after` has passed (and a ban has ended), then go by
  /// themselves. False: there was no such account.
  Call release(std::string_view account_id, std::chrono::milliseconds rejoin_after, Callback<bool> done,
               const CallOptions& = {}) const;

  /// Keeps a person out until a moment, or for ever. `reason` is the operator's own text (at most 1,000 bytes): write
  /// nothing personal. ErrorKind::not_found for an account or person there is not; an unknown verification is recorded.
  Call ban(const Who&, std::optional<Moment> until, std::string_view reason, Callback<Done> done,
           const CallOptions& = {}) const;
  /// False: there was no ban.
  Call unban(const Who&, Callback<bool> done, const CallOptions& = {}) const;

  /// Uses an id up for one subject, in V1 and V2. The same subject again is fine; `other_subject` must be refused.
  Call consume(std::string_view verification_id, std::string_view subject, Callback<Standing::Use> done,
               const CallOptions& = {}) const;

  /// Erases the person of an account, with keys, ban and rejoin period. False: there was no such account.
  Call forget(std::string_view account_id, Callback<bool> done, const CallOptions& = {}) const;

  /// What a policy needs to know, read only. `account` is `same` when the account's id equals `subject`.
  Call standing(const Verification&, std::string_view subject, Callback<Standing> done, const CallOptions& = {}) const;

  struct AdmitOptions {
    bool consume = false;  // use the id up for the subject
    bool reserve = false;  // reserve a person who holds no account and may have one
    bool begun = false;    // its flow was begun here: in V1 a flow (merchant_uid) is used up with its first id
    bool accept_page_chosen_di = false;  // reserve by a DI alone though the page chooses its salt
    /// Asked inside the transaction, of the standing it found: where it says no, nothing is done. Must be pure.
    std::function<bool(const Standing&)> only_if{};
  };
  /// As `standing`, and does what is asked for in the same transaction: of several at once one sees `first`, one gets
  /// the reservation. Judge by the standing it answers. `subject` is required. An application's own store is asked one
  /// question after the other, and `only_if` twice: with `first` in place of a use that nobody has asked for yet, and
  /// with the use that was found.
  Call admit(const Verification&, std::string_view subject, const AdmitOptions&, Callback<Admission> done,
             const CallOptions& = {}) const;

  /// Keeps a place for a person during the life of a reservation. The same subject again gets the same one, renewed.
  Call reserve(const Verification&, std::string_view subject, Callback<Reserved> done, const CallOptions& = {}) const;
  /// Turns a reservation into an account; saying it again answers `existing`. ErrorKind::claim_refused when nothing was
  /// granted.
  Call commit(std::string_view reservation_id, std::string_view account_id, Callback<Claim> done,
              const CallOptions& = {}) const;
  /// The same, and a refusal is an answer.
  Call try_commit(std::string_view reservation_id, std::string_view account_id, Callback<Claim> done,
                  const CallOptions& = {}) const;
  /// False: it was not there any more.
  Call cancel(std::string_view reservation_id, Callback<bool> done, const CallOptions& = {}) const;

  Call count(Callback<Counts> done, const CallOptions& = {}) const;
  /// Persons with a number above `after`, at most `limit` (1 to 10,000) of them.
  Call export_page(std::int64_t after, int limit, Callback<PersonPage> done, const CallOptions& = {}) const;

  /// Removes what lapsed a day ago (the clock of another machine may be behind) and tells how many keys are left under
  /// which pepper. A key can be computed again only from the CI or DI itself, so a row moves to the newest pepper when
  /// its person is met. Reads whole tables. Other calls come in between.
  Call rotate(Callback<std::vector<PepperCount>> done, const CallOptions& = {}) const;

  /// Forgets ids that were used up before a moment. Answers how many. Other calls come in between.
  Call forget_uses(Moment before, Callback<std::int64_t> done, const CallOptions& = {}) const;

  /// Moves people in (bonin/import.hpp). ErrorKind::invalid_argument for an application's own store.
  Result<Import> begin_import(const ImportOptions&) const;
  Result<Import> begin_import() const;

  /// `store`: does it answer a read, and does it know the peppers? An own store is not asked. A bad state is an answer.
  Call check(Callback<CheckReport> done, const CallOptions& = {}) const;

  /// What it has counted in this process. A forked child begins anew.
  RegistryMetrics metrics() const;

  /// Settles what waits with ErrorKind::closed and refuses new calls; waits for a transaction under way, but not for a
  /// silent server. Idempotent; never from a callback.
  void close() const;

  /// What its operator should know of the options, found when it was made. Nothing secret.
  const std::vector<std::string>& warnings() const noexcept;

  /// The function that an application's own store would need for a rule of a policy and does not have; empty: none is
  /// missing, or the store is a registry's.
  std::string_view own_store_lacks(std::string_view rule) const noexcept;

  /// The clock that it was made with. Never null.
  const std::shared_ptr<const Clock>& clock() const noexcept;

  /// Is a person known by keys of this kind?
  bool knows_by(KeyKind) const noexcept;

  /// For logs: the kind of store and the ids of the peppers, never a path, a password or a key.
  std::string describe() const;

  struct Impl;
  explicit Registry(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

 private:
  friend class Import;
  std::shared_ptr<Impl> impl_;
};

/// Stops the threads of all registries of the process, settles what waits and lets nothing start any more in it; for
/// the end of the process, as `shutdown()` does for PortOne. Registered with atexit by itself. Idempotent, never called
/// from a callback.
void shutdown_registries() noexcept;

}  // namespace bonin
