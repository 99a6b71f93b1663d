// What `admit` asks of an application's own store.

#include "registry/own_reservation.hpp"
#include "registry/own_standing.hpp"
#include "registry/own_use.hpp"

namespace bonin::registry_detail {
namespace {

/// The store found out at the reservation what its standing did not say: somebody was quicker.
Standing corrected(Standing standing, Standing::Place refusal) {
  using Place = Standing::Place;
  standing.place = refusal;
  if (refusal == Place::has_account) standing.account = Standing::Account::unknown;  // whose, it did not say
  if (refusal == Place::two_persons) standing.account = Standing::Account::other;
  if (refusal == Place::reserved) standing.reserved = true;
  if (refusal == Place::banned) standing.banned = true;
  if (refusal == Place::rejoin_period) standing.rejoin_period_over = false;
  return standing;
}

}  // namespace

Call admit_in_own_store(const ImplPtr& impl, const Whose& whose, const Registry::AdmitOptions& options,
                        Callback<Admission> done, const CallOptions& call) {
  using Use = Standing::Use;
  const auto asking = begin_asking<Admission>(impl, RegistryOperation::admit, call, std::move(done));
  const auto wanted = [options](const Standing& standing) { return !options.only_if || options.only_if(standing); };
  const auto keep = [asking, whose, options, wanted](Standing standing) {
    const bool stolen = !options.only_if && standing.use == Use::other_subject;
    if (!options.reserve || stolen || !wanted(standing)) return asking->give({standing, std::nullopt});
    const auto give = [asking](const Standing& standing, std::optional<Reservation> reservation) {
      Admission admission{standing, std::move(reservation)};
      admission.require_reservation();
      asking->give(std::move(admission));
    };
    if (standing.place != Standing::Place::free) return give(standing, std::nullopt);
    const auto kept = [standing, give](std::optional<Reservation> reservation, Standing::Place refusal) {
      give(reservation ? standing : corrected(standing, refusal), std::move(reservation));
    };
    ask_place(asking, whose, kept);
  };
  ask_standing(asking, whose, [asking, whose, options, wanted, keep](Standing standing) {
    if (!options.consume) return keep(standing);
    auto probe = standing;
    probe.use = Use::first;
    if (!wanted(probe)) return asking->give({standing, std::nullopt});
    ask_uses(asking, uses_of(whose.id, whose.subject), [standing, keep](Use use) mutable {
      standing.use = use;
      keep(standing);
    });
  });
  return asking->call();
}

}  // namespace bonin::registry_detail
