#include "bonin/claim.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace bonin {
namespace {

constexpr std::array<std::string_view, 4> outcomes{"created", "existing", "taken", "refused"};
static_assert(static_cast<std::size_t>(Claim::Outcome::refused) + 1 == outcomes.size());
constexpr std::array<std::string_view, 7> reasons{"other_account", "other_person",  "two_persons", "reserved",
                                                  "banned",        "rejoin_period", "lapsed"};

}  // namespace

std::string_view to_string(Claim::Outcome outcome) noexcept { return outcomes[static_cast<std::size_t>(outcome)]; }

std::optional<Claim::Outcome> claim_outcome(std::string_view word) noexcept {
  const auto found = std::find(outcomes.begin(), outcomes.end(), word);
  if (found == outcomes.end()) return std::nullopt;
  return static_cast<Claim::Outcome>(found - outcomes.begin());
}

std::optional<std::string_view> claim_reason(std::string_view word) noexcept {
  const auto found = std::find(reasons.begin(), reasons.end(), word);
  if (found == reasons.end()) return std::nullopt;
  return *found;
}

Result<Claim> granted_or_error(Result<Claim> claim) {
  if (!claim || claim->granted()) return claim;
  auto error = make_error(ErrorKind::claim_refused, "nothing was granted: " + std::string(to_string(claim->outcome)));
  error.outcome = to_string(claim->outcome);
  error.reason = claim->reason;
  if (!error.reason.empty()) error.message += " (" + error.reason + ")";
  if (claim->until) {
    error.until_ms = claim->until->time_since_epoch().count();
    error.message += " until " + to_string(*claim->until);
  }
  return error;
}

}  // namespace bonin
