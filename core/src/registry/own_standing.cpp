#include "registry/own_standing.hpp"

#include "registry/own_reservation.hpp"

namespace bonin::registry_detail {
namespace {

void name_account(Standing& standing, const std::optional<std::string>& account, const Whose& whose) {
  using Account = Standing::Account;
  const bool same = account && !whose.subject.empty() && *account == whose.subject;
  standing.account = !account ? Account::none : same ? Account::same : Account::other;
  const auto open = whose.keys.page_chosen ? Standing::Place::page_chosen_di : Standing::Place::free;
  standing.place = account ? Standing::Place::has_account : open;
}

Standing standing_of(const Registry::Impl& impl, const OwnStanding& told, const Whose& whose) {
  Standing standing;
  name_account(standing, told.account_id, whose);
  const auto moment = now(impl);
  standing.banned = told.banned && (!told.banned_until || *told.banned_until > moment);
  standing.rejoin_period_over = told.account_id || !told.rejoin_at || *told.rejoin_at <= moment;
  if (*standing.banned) {
    standing.banned_until = told.banned_until;
    standing.banned_for_ever = !told.banned_until;
  }
  if (!*standing.rejoin_period_over) standing.rejoin_at = told.rejoin_at;
  if (*standing.banned) {
    standing.place = Standing::Place::banned;
  } else if (!*standing.rejoin_period_over) {
    standing.place = Standing::Place::rejoin_period;
  } else if (told.account_id && signed_up_by(*impl.ring, told.reservation_id, whose)) {
    standing.place = Standing::Place::signed_up;
  }
  return standing;
}

}  // namespace

void ask_standing(const AskingPtr& asking, const Whose& whose, std::function<void(Standing)> then) {
  const auto impl = asking->impl();
  if (!impl) return;
  Standing standing;
  if (whose.keys.keys.empty()) {
    standing.place = place_without_keys(whose.keys);
    return then(standing);
  }
  Standing two_persons;
  two_persons.account = Standing::Account::other;
  two_persons.place = Standing::Place::two_persons;
  auto keys = shown(*impl, whose.keys);
  if (asking->own.standing) {
    const auto heard = [asking, whose, then, two_persons](const Result<OwnStanding>& told) {
      if (!told) return then(two_persons);
      if (const auto impl = asking->impl()) then(standing_of(*impl, told.value(), whose));
    };
    return asking->ask_with<OwnStanding>({ErrorKind::conflict}, asking->own.standing, heard, std::move(keys));
  }
  const auto heard = [whose, then, two_persons](const Result<std::optional<std::string>>& found) {
    if (!found) return then(two_persons);
    Standing standing;
    name_account(standing, found.value(), whose);
    then(standing);
  };
  asking->ask_with<std::optional<std::string>>({ErrorKind::conflict}, asking->own.find, heard, std::move(keys));
}

Call standing_in_own_store(const ImplPtr& impl, const Whose& whose, Callback<Standing> done, const CallOptions& call) {
  const auto asking = begin_asking<Standing>(impl, RegistryOperation::standing, call, std::move(done));
  ask_standing(asking, whose, [asking](Standing standing) { asking->give(standing); });
  return asking->call();
}

}  // namespace bonin::registry_detail
