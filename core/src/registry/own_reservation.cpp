#include "registry/own_reservation.hpp"

#include <algorithm>

#include "bonin/words.hpp"
#include "registry/keeper.hpp"
#include "registry/outcome.hpp"
#include "registry/own_claim.hpp"
#include "registry/own_standing.hpp"

namespace bonin::registry_detail {
namespace {

/// Of a reservation in the store. The same for the same subject and verification as long as the pepper is the same, so
/// that a repeated one is the same one, and the account that came of it is known again.
std::string reservation_id(const Keyring& ring, std::size_t pepper, const Whose& whose) {
  const auto api = whose.id.api ? to_string(*whose.id.api) : std::string_view();
  return hex(ring.hash(pepper, "reservation", digest({whose.subject, api, whose.id.id}))).substr(0, 32);
}

std::shared_ptr<CarriedPlaces> places_of(Registry::Impl& impl) {
  return impl.carried.get([] { return std::make_shared<CarriedPlaces>(); });
}

}  // namespace

bool signed_up_by(const Keyring& ring, const std::string& reservation, const Whose& whose) {
  if (reservation.empty() || whose.subject.empty()) return false;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    if (reservation == reservation_id(ring, i, whose)) return true;
  }
  return false;
}

void ask_place(const AskingPtr& asking, const Whose& whose,
               std::function<void(std::optional<Reservation>, Standing::Place)> then) {
  const auto impl = asking->impl();
  if (!impl) return;
  const auto& ring = *impl->ring;
  const auto end = now(*impl) + impl->reservation_life;
  auto keys = shown(*impl, whose.keys);
  auto id = reservation_id(ring, 0, whose);
  if (!asking->own.reserve) {
    id = carry(ring, {std::move(keys), end}, id);
    return then(Reservation{id, end, keeper_in_store(impl, id)}, Standing::Place::free);
  }
  const auto heard = [asking, id, end, then](Standing::Place told) {
    const auto impl = asking->impl();
    if (!impl) return;
    if (told == Standing::Place::free) return then(Reservation{id, end, keeper_in_store(impl, id)}, told);
    if (std::find(own_store_refusals.begin(), own_store_refusals.end(), to_string(told)) == own_store_refusals.end()) {
      return asking->fail(make_error(ErrorKind::store_failed, "`reserve` of the application's own store did not say"));
    }
    then(std::nullopt, told);
  };
  auto subject_hash = hex(ring.hash(0, "subject", whose.subject));
  asking->ask<Standing::Place>(asking->own.reserve, heard, std::move(keys), id, std::move(subject_hash), end);
}

Call reserve_in_own_store(const ImplPtr& impl, const Whose& whose, Callback<Reserved> done, const CallOptions& call) {
  const auto asking = begin_asking<Reserved>(impl, RegistryOperation::reserve, call, std::move(done));
  ask_standing(asking, whose, [asking, whose](const Standing& standing) {
    if (standing.place != Standing::Place::free) return asking->give({std::nullopt, to_string(standing.place)});
    ask_place(asking, whose, [asking](std::optional<Reservation> reservation, Standing::Place refusal) {
      const auto reason = reservation ? std::string_view() : to_string(refusal);
      asking->give({std::move(reservation), reason});
    });
  });
  return asking->call();
}

Call commit_in_own_store(const ImplPtr& impl, std::string id, std::string account, Callback<Claim> done,
                         const CallOptions& call) {
  const auto asking = begin_asking<Claim>(impl, RegistryOperation::commit, call, std::move(done));
  if (impl->own.commit) {
    asking->hand_on(asking->own.commit, std::move(id), std::move(account));
    return asking->call();
  }
  const auto lapsed = [asking] { asking->give(Claim{Claim::Outcome::refused, "lapsed", std::nullopt}); };
  const auto place = open_carried(*impl->ring, id);
  const auto moment = now(*impl);
  if (!place) return lapsed(), asking->call();
  if (place->end <= moment) {
    // A commit whose answer was lost may be said again.
    ask_account_to_grant(asking, place->keys, [asking, account, lapsed](const std::optional<std::string>& found) {
      if (found != account) return lapsed();
      asking->give(granted(Claim::Outcome::existing));
    });
  } else if (!places_of(*impl)->ask(id, place->end, moment)) {
    lapsed();
  } else {
    ask_claim(asking, place->keys, std::move(account));
  }
  return asking->call();
}

Call cancel_in_own_store(const ImplPtr& impl, std::string id, Callback<bool> done, const CallOptions& call) {
  const auto asking = begin_asking<bool>(impl, RegistryOperation::cancel, call, std::move(done));
  if (impl->own.cancel) {
    asking->hand_on(asking->own.cancel, std::move(id));
    return asking->call();
  }
  const auto place = open_carried(*impl->ring, id);
  const auto moment = now(*impl);
  asking->give(place && place->end > moment && places_of(*impl)->drop(id, place->end, moment));
  return asking->call();
}

}  // namespace bonin::registry_detail
