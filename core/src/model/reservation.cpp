#include "bonin/reservation.hpp"

#include <utility>

namespace bonin {
namespace {

template <class T>
Call nobody(const Callback<T>& done) {
  done(make_error(ErrorKind::closed, "the reservation belongs to no registry"));
  return {};
}

}  // namespace

Call Reservation::commit(std::string_view account_id, Callback<Claim> done, const CallOptions& call) const {
  return try_commit(
      account_id, [done = std::move(done)](Result<Claim> claim) { done(granted_or_error(std::move(claim))); }, call);
}

Call Reservation::try_commit(std::string_view account_id, Callback<Claim> done, const CallOptions& call) const {
  if (!keeper) return nobody(done);
  return keeper->try_commit(account_id, std::move(done), call);
}

Call Reservation::cancel(Callback<bool> done, const CallOptions& call) const {
  if (!keeper) return nobody(done);
  return keeper->cancel(std::move(done), call);
}

}  // namespace bonin
