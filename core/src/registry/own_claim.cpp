#include "registry/own_claim.hpp"

#include "registry/outcome.hpp"

namespace bonin::registry_detail {
namespace {

/// Why a claim of this person grants nothing, whatever their account is.
std::optional<Claim> kept_out(const Registry::Impl& impl, const OwnStanding& told) {
  const auto moment = now(impl);
  if (told.banned && (!told.banned_until || *told.banned_until > moment)) {
    return Claim{Claim::Outcome::refused, "banned", told.banned_until};
  }
  if (!told.account_id && told.rejoin_at && *told.rejoin_at > moment) {
    return Claim{Claim::Outcome::refused, "rejoin_period", told.rejoin_at};
  }
  return std::nullopt;
}

}  // namespace

void ask_account_to_grant(const AskingPtrFor<Claim>& asking, std::vector<PersonKey> keys,
                          std::function<void(std::optional<std::string>)> then) {
  using Found = std::optional<std::string>;
  const auto two_persons = [asking] { asking->give(taken("two_persons")); };
  if (!asking->own.standing) {
    const auto heard = [then, two_persons](Result<Found> found) {
      if (!found) return two_persons();
      then(std::move(found.value()));
    };
    return asking->ask_with<Found>({ErrorKind::conflict}, asking->own.find, heard, std::move(keys));
  }
  const auto heard = [asking, then, two_persons](Result<OwnStanding> told) {
    if (!told) return two_persons();
    const auto impl = asking->impl();
    if (!impl) return;
    if (auto no = kept_out(*impl, told.value())) return asking->give(std::move(*no));
    then(std::move(told.value().account_id));
  };
  asking->ask_with<OwnStanding>({ErrorKind::conflict}, asking->own.standing, heard, std::move(keys));
}

void ask_claim(const AskingPtrFor<Claim>& asking, std::vector<PersonKey> keys, std::string account) {
  if (!asking->own.standing) return asking->hand_on(asking->own.claim, std::move(keys), std::move(account));
  const auto hand_on = [asking, keys, account](const std::optional<std::string>&) {
    asking->hand_on(asking->own.claim, keys, account);
  };
  ask_account_to_grant(asking, keys, hand_on);
}

Call claim_in_own_store(const ImplPtr& impl, const PersonKeys& keys, std::string account, Callback<Claim> done,
                        const CallOptions& call) {
  const auto asking = begin_asking<Claim>(impl, RegistryOperation::claim, call, std::move(done));
  auto list = shown(*impl, keys);
  if (!keys.page_chosen) {
    ask_claim(asking, std::move(list), std::move(account));
    return asking->call();
  }
  // Such a DI finds an account that is there, and makes no new one.
  ask_account_to_grant(asking, list, [asking, list, account](const std::optional<std::string>& found) {
    if (!found) return asking->give(Claim{Claim::Outcome::refused, "page_chosen_di", std::nullopt});
    asking->hand_on(asking->own.claim, list, account);
  });
  return asking->call();
}

}  // namespace bonin::registry_detail
