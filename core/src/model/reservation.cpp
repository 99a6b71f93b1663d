#include "bonin/reservation.hpp"

#include <utility>

namespace bonin {
namespace {

template <class T>
void nobody(const Callback<T>& done) {
  Error error;
  error.kind = ErrorKind::closed;
  error.message = "the reservation belongs to no registry";
  done(std::move(error));
}

}  // namespace

void Reservation::commit(std::string_view account_id, Callback<Claim> done) const {
  try_commit(account_id, [done = std::move(done)](Result<Claim> claim) { done(granted_or_error(std::move(claim))); });
}

void Reservation::try_commit(std::string_view account_id, Callback<Claim> done) const {
  if (!keeper) return nobody(done);
  keeper->try_commit(account_id, std::move(done));
}

void Reservation::cancel(Callback<bool> done) const {
  if (!keeper) return nobody(done);
  keeper->cancel(std::move(done));
}

}  // namespace bonin
