#pragma once
// The one set of rules, over the statements of any store.

#include "registry/keyring.hpp"
#include "registry/store.hpp"

namespace bonin::registry_detail {

/// An id that is to be used up, and the flow that it came from.
struct UsedId {
  /// `begun`: its flow was begun here. In V2 the id is the flow's; in V1 one flow could end in several ids.
  explicit UsedId(const Verification& v, bool begun = false)
      : id(v.id), api(v.api), flow(begun && v.api == Api::v1 ? v.merchant_uid : std::string()) {}
  /// Of whichever API.
  explicit UsedId(std::string text) : id(std::move(text)) {}

  std::string id;
  std::optional<Api> api;
  std::string flow;  // empty: no flow is used up with the id
};

/// The hashes under which the use of an id may be stored. A new use is written under the first. A hash without an API
/// counts for both: earlier versions wrote such hashes, and `consume` does not know the API.
std::vector<std::string> use_hashes(const UsedId&);
std::string use_hash(Api api, std::string_view id);
std::string flow_hash(std::string_view flow);
/// Who used it up, as it is stored: a subject, or of a flow the id that ended it.
std::string used_by(std::string_view hash, std::string_view subject);

/// Somebody who is moved in: the keys, and the account, the rejoin period and the ban.
struct Arrival {
  struct Key {
    KeyKind kind{};
    std::vector<Hash> hashes;  // under consecutive peppers, the newest first
    std::size_t pepper = 0;    // the place of the first
    std::string provider;
    Millis received_at = 0;  // 0: now
  };
  std::vector<Key> keys;
  PersonRow person;
};

/// What became of an arrival, or of a use.
struct Arrived {
  std::string_view reason;  // why it was left out; empty: it was not
  int persons = 0;          // that are new
  int keys = 0;             // that are new
  int moved = 0;            // keys that moved to the newest pepper
  bool changed = false;     // something else is new
};

/// The operations inside one transaction at one moment. Throws StoreFailure; a refused argument is a Result instead,
/// and has written nothing.
class Rules {
 public:
  Rules(Store& store, const Keyring& ring, Millis now) : store_(store), ring_(ring), now_(now) {}

  /// Fails with ErrorKind::invalid_pepper when the store holds keys that this ring cannot compute: a person known under
  /// them would pass for a new one. Writing, it lists the pepper that writes.
  void check_peppers(bool write);
  /// Would `check_peppers` have something to write?
  bool peppers_changed();
  /// How long what has lapsed stays: the clock of another machine may still hold it alive.
  static constexpr Millis slack = 86'400'000;
  /// Removes some persons whose retention ended longer ago than that. How many.
  std::int64_t tidy(int limit) { return store_.erase_lapsed(now_ - slack, limit); }

  // Reading. `stale` is set when a key was met under an older pepper.
  Result<std::optional<std::string>> find(const PersonKeys&, bool& stale);
  bool match(const PersonKeys&, std::string_view account, bool& stale);
  Standing standing(const PersonKeys&, const UsedId&, std::string_view subject, bool& stale);
  PersonPage page(std::int64_t after, int limit);
  Counts count() { return store_.counts(); }
  std::vector<PepperCount> count_by_pepper();
  std::vector<UseRow> uses_after(std::string_view id_hash, int limit) { return store_.uses_after(id_hash, limit); }

  /// The moment at which it all happens.
  Millis now() const noexcept { return now_; }

  // Writing.
  Claim claim(const PersonKeys&, std::string_view account, std::string_view subject);
  Reserved reserve(const PersonKeys&, const UsedId&, std::string_view subject, Millis life, std::string_view fresh_id);
  Claim commit(std::string_view reservation, std::string_view account);
  bool cancel(std::string_view reservation);
  bool release(std::string_view account, Millis rejoin_after);
  bool forget(std::string_view account);
  Result<Done> ban(const Who&, const PersonKeys&, Millis until, std::string_view reason);
  bool unban(const Who&, const PersonKeys&);
  Standing::Use consume(const UsedId&, std::string_view subject);
  Admission admit(const PersonKeys&, const UsedId&, std::string_view subject, const Registry::AdmitOptions&,
                  Millis life, std::string_view fresh_id);
  /// Takes back what a call did that nobody waits for any more, unless a later call relies on it.
  void give_back(const Reservation&);
  void give_back_use(const UsedId&, Millis used_at);
  void rekey(const PersonKeys& keys) { look(keys, Mode::write); }
  ErasedUses forget_uses(Millis before, std::string_view after, int rows) {
    return store_.erase_uses(before, after, rows);
  }
  /// One for each arrival. Nothing that is there is changed but by what is added to it.
  std::vector<Arrived> take_in(const std::vector<Arrival>&);
  std::vector<Arrived> take_in_uses(const std::vector<UseRow>&);

 private:
  class Intake;
  /// The persons that the keys lead to.
  struct Known {
    std::vector<PersonRow> persons;    // at most one a key
    std::vector<std::size_t> missing;  // keys that are not there
    struct Old {
      Hash from, to;
    };
    std::vector<Old> old;        // keys under an older pepper
    std::vector<Hash> twice;     // keys that are there under a newer one as well
    bool contradiction = false;  // the keys cannot all be one person's

    bool stale() const noexcept { return !old.empty() || !twice.empty(); }
  };
  enum class Mode { read, write };
  /// Writing, it also removes who has lapsed and stores what was learned: new keys, new pepper.
  Known look(const PersonKeys&, Mode);
  void look_again_if_it_came_meanwhile(const PersonKeys&, std::int64_t person);
  std::vector<PersonRow> persons_of(const Who&);
  /// What keeps these persons out whatever account is asked for, or nullopt.
  std::optional<Claim> refusal(const std::vector<PersonRow>&) const;
  /// Is there a place for an account of theirs?
  Standing::Place place(const Known&, const PersonKeys&, const UsedId&, std::string_view subject) const;
  Standing::Use use(const UsedId&, std::string_view subject);
  void rely_on(const std::string& hash, const UseRow&);
  void add_person(const PersonKeys&, const Known&, const PersonRow&);
  std::vector<KeyRow> missing_keys(const PersonKeys&, const Known&, std::int64_t person) const;
  void settle_account(PersonRow&, std::string_view account);
  void keep_or_erase(const PersonRow&);
  bool lapsed(const PersonRow& p) const { return p.account.empty() && p.kept_until() <= now_; }
  bool reserved_by_other(const PersonRow&, std::string_view subject) const;

  Store& store_;
  const Keyring& ring_;
  Millis now_;
};

}  // namespace bonin::registry_detail
