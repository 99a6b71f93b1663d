#pragma once
// What is known of the person and of the id: the registry answers it, a policy takes it as an argument.

#include <cstdint>
#include <optional>
#include <string_view>

#include "bonin/date.hpp"

namespace bonin {

/// A plain record between the two rooms, so that neither knows the other. What is unknown denies.
struct Standing {
  enum class Account : std::uint8_t { unknown, none, same, other };
  enum class Use : std::uint8_t { unknown, first, same_subject, other_subject };
  /// Whether there is a place for a new account of this person, and if not, why.
  enum class Place : std::uint8_t {
    unknown,  // not said: told by the rest of the standing
    free,
    has_account,
    reserved,  // somebody else is signing this person up right now
    banned,
    rejoin_period,
    two_persons,     // CI and DI lead to two persons
    no_key,          // nothing tells who this is: no attested CI or DI that counts
    page_chosen_di,  // a DI alone whose salt the page chooses: free, for all that is known, and that is not enough
    signed_up,       // this subject's sign-up by this verification made the account that the person holds
  };

  Account account = Account::unknown;      // does this person hold an account: none, the subject's own, another's
  bool reserved = false;                   // somebody else is signing this person up right now
  Use use = Use::unknown;                  // was this id used before, and by whom
  std::optional<bool> banned;              // nullopt: not known
  std::optional<bool> rejoin_period_over;  // nullopt: not known
  Place place = Place::unknown;            // `free` beside anything that says otherwise is not believed
  // What the sentences say besides: nothing is judged by it.
  std::optional<Moment> banned_until{};  // nullopt: no ban, one without an end, or it is not known
  bool banned_for_ever = false;          // the ban has no end
  std::optional<Moment> rejoin_at{};     // when the rejoin period is over; nullopt: it is, or it is not known
};

std::string_view to_string(Standing::Account) noexcept;  // "unknown", "none", "same", "other"
std::string_view to_string(Standing::Use) noexcept;      // "unknown", "first", "same_subject", "other_subject"
std::string_view to_string(Standing::Place) noexcept;    // "unknown", "free", "has_account", ...

}  // namespace bonin
