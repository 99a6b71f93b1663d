#pragma once
// The answer to "is this account this person's from now on?".

#include <cstdint>
#include <optional>
#include <string_view>

#include "bonin/date.hpp"
#include "bonin/result.hpp"

namespace bonin {

/// The answer to a claim.
struct Claim {
  enum class Outcome : std::uint8_t {
    created,   // the account is this person's from now on
    existing,  // it was already
    taken,     // somebody or something else stands in the way; see `reason`
    refused,   // this person may not hold an account now; see `reason`
  };
  Outcome outcome = Outcome::refused;
  /// Stable; empty when granted. taken: `other_account` (the person holds another one), `other_person` (the account is
  /// another person's), `two_persons` (CI and DI lead to two persons), `reserved` (somebody is signing this person up).
  /// refused: `banned`, `rejoin_period`, `lapsed` (the reservation), `page_chosen_di` (a DI alone whose salt the page
  /// chooses).
  std::string_view reason;
  std::optional<Moment> until;  // when a refusal ends, if it does

  bool granted() const noexcept { return outcome == Outcome::created || outcome == Outcome::existing; }
};
std::string_view to_string(Claim::Outcome) noexcept;  // "created", "existing", "taken", "refused"

/// What an application's own store answers in words; nullopt: there is no such word. A reason lives as long as the
/// process.
std::optional<Claim::Outcome> claim_outcome(std::string_view word) noexcept;
std::optional<std::string_view> claim_reason(std::string_view word) noexcept;

/// A claim that granted nothing as the error it is to whoever has made the account: ErrorKind::claim_refused, with
/// `outcome`, `reason` and `until_ms`. Everything else as it is.
Result<Claim> granted_or_error(Result<Claim> claim);

}  // namespace bonin
