#pragma once
// An application that keeps its users in tables of its own answers a registry's questions itself.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bonin/claim.hpp"
#include "bonin/date.hpp"
#include "bonin/person_key.hpp"
#include "bonin/result.hpp"
#include "bonin/standing.hpp"

namespace bonin {

/// What an application's tables say of a person.
struct OwnStanding {
  std::optional<std::string> account_id{};
  bool banned = false;
  std::optional<Moment> banned_until{};  // nullopt with `banned`: for ever. A moment that has passed bans nobody
  std::optional<Moment> rejoin_at{};     // nullopt: no rejoin period. Counts for a person without an account
  std::string reservation_id{};          // of the reservation that the account came of; empty: not known
};

/// Whom an order of the operator is about: exactly one of the two.
struct OwnWho {
  std::string account_id{};
  std::vector<PersonKey> keys{};
};

/// Who asks. A number where only that is wanted.
class OwnCaller {
 public:
  OwnCaller(std::uint64_t caller = 0, std::function<bool()> ended = {})  // NOLINT(google-explicit-constructor)
      : id(caller), ended_(std::move(ended)) {}
  operator std::uint64_t() const noexcept { return id; }  // NOLINT(google-explicit-constructor)

  /// Nobody waits for the answer any more: a function that waited for its turn must not begin, and may answer any
  /// error. Any thread.
  bool ended() const { return ended_ && ended_(); }

  std::uint64_t id;  // CallOptions::caller of the call that asks

 private:
  std::function<bool()> ended_;
};

/// The functions of an application's own store. `find` and `claim` are needed; a call or a policy that needs another
/// one is refused where it is missing, and the error names it.
///
/// Each function ends by calling `done` once, on any thread. It runs on the registry's thread and must neither block
/// nor throw. The keys come in the operator's order, for every pepper. `caller` is the call that asks. An error of
/// ErrorKind::conflict says that the keys lead to two persons (`find`, `standing`), one of ErrorKind::not_found that
/// there is no such account (`ban`).
struct OwnStore {
  template <class Answer, class... Given>
  struct Function : std::function<void(Given..., OwnCaller caller, Callback<Answer> done)> {
    using Base = std::function<void(Given..., OwnCaller, Callback<Answer>)>;
    using Base::Base;
  };
  using Keys = std::vector<PersonKey>;

  /// The account of this person, if any.
  Function<std::optional<std::string>, Keys> find{};
  /// Makes the account this person's: keys, account id. Finds and inserts in one step of its own.
  Function<Claim, Keys, std::string> claim{};

  /// Asked in place of `find` where a standing is wanted, and before `claim`.
  Function<OwnStanding, Keys> standing{};

  /// Uses an id up for one subject: the hash of the id and that of the subject, 64 hex characters each. Inserts and
  /// compares in one step of its own.
  Function<Standing::Use, std::string, std::string> consume{};

  // All three or none. Without them the registry's reservations carry themselves (docs/registry-own.md).
  /// Keeps a place: keys, the reservation's id, the hash of the subject, the end. `free`: it is kept; otherwise why
  /// not. The same subject again takes its own reservation's place. Decides in one step of its own.
  Function<Standing::Place, Keys, std::string, std::string, Moment> reserve{};
  /// Turns a reservation into an account: its id, the account's. As `claim`.
  Function<Claim, std::string, std::string> commit{};
  /// False: it was not there any more.
  Function<bool, std::string> cancel{};

  // Both or none, and with `standing`.
  /// Keeps a person out until a moment, or for ever: whom, the end, the operator's reason.
  Function<Done, OwnWho, std::optional<Moment>, std::string> ban{};
  /// False: there was no ban.
  Function<bool, OwnWho> unban{};

  /// The account is given up; until the moment its person may have no new one. False: there was no such account.
  Function<bool, std::string, std::optional<Moment>> release{};
  /// Erases the person of an account. False: there was no such account.
  Function<bool, std::string> forget{};

  explicit operator bool() const noexcept { return find && claim; }

  /// The function that a rule of a policy (`account`, `single_use`, ...) needs and that is missing; empty: none is.
  std::string_view lacks_for(std::string_view rule) const noexcept;
};

}  // namespace bonin
