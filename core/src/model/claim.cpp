#include "bonin/claim.hpp"

#include <algorithm>
#include <utility>

#include "bonin/words.hpp"

namespace bonin {

std::string_view to_string(Claim::Outcome outcome) noexcept { return word(outcome); }

std::optional<Claim::Outcome> claim_outcome(std::string_view text) noexcept { return from_word<Claim::Outcome>(text); }

std::optional<std::string_view> claim_reason(std::string_view text) noexcept {
  const auto* const found = std::find(claim_reasons.begin(), claim_reasons.end(), text);
  if (found == claim_reasons.end()) return std::nullopt;
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
