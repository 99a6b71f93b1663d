#include "bonin/claim.hpp"

#include <utility>

namespace bonin {

std::string_view to_string(Claim::Outcome outcome) noexcept {
  constexpr std::string_view names[] = {"created", "existing", "taken", "refused"};
  return names[static_cast<std::size_t>(outcome)];
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
