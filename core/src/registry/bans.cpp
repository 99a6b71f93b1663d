// Registry: bans.

#include "registry/operation.hpp"

namespace bonin {

using namespace registry_detail;

namespace {

/// The keys of the person whom a ban is about; none when the call names an account or a person.
Result<PersonKeys> whom(const Keyring& ring, const Who& who) {
  const int named = !who.account_id.empty() + (who.verification != nullptr) + (who.person != 0);
  if (named != 1) return expected("who", "one of an account id, a verification and the number of a person");
  if (who.person < 0) return expected("person", "the number of a person");
  if (who.verification) return keys_of(ring, *who.verification);
  if (!who.account_id.empty()) {
    if (auto error = check_text("account_id", who.account_id)) return *error;
  }
  return PersonKeys{};
}

/// As an application's own store is told.
Result<OwnWho> whom_in_own_store(const Keyring& ring, const Who& who, const PersonKeys& keys) {
  if (who.person != 0) return invalid_argument("person", "an application's own store numbers no persons");
  return OwnWho{who.account_id, ring.shown(keys)};
}

}  // namespace

Call Registry::ban(const Who& who, std::optional<Moment> until, std::string_view reason, Callback<Done> done,
                   const CallOptions& call) const {
  if (refused(impl_, call, done)) return {};
  auto keys = whom(*impl_->ring, who);
  if (!keys) return refuse(done, keys.error());
  if (!reason.empty()) {
    if (const auto error = check_text("reason", reason, max_text)) return refuse(done, *error);
  }
  if (impl_->own) {
    if (refused_without(impl_->own.ban, "ban", done)) return {};
    auto whom = whom_in_own_store(*impl_->ring, who, keys.value());
    if (!whom) return refuse(done, whom.error());
    if (until && *until <= clock()->now()) return refuse(done, expected("until", "a moment to come"));
    return ban_in_own_store(impl_, std::move(whom.value()), until, std::string(reason), std::move(done), call);
  }
  const Millis end = until ? until->time_since_epoch().count() : for_ever;
  auto locks = Locks().keys(keys.value()).on("account", who.account_id);
  const auto work = [who, keys = std::move(keys.value()), end, reason = std::string(reason)](Rules& rules) {
    return rules.ban(who, keys, end, reason);
  };
  return write<Done>(*impl_, RegistryOperation::ban, call, std::move(locks), work, std::move(done));
}

Call Registry::unban(const Who& who, Callback<bool> done, const CallOptions& call) const {
  if (refused(impl_, call, done)) return {};
  auto keys = whom(*impl_->ring, who);
  if (!keys) return refuse(done, keys.error());
  if (impl_->own) {
    if (refused_without(impl_->own.unban, "unban", done)) return {};
    auto whom = whom_in_own_store(*impl_->ring, who, keys.value());
    if (!whom) return refuse(done, whom.error());
    return unban_in_own_store(impl_, std::move(whom.value()), std::move(done), call);
  }
  auto locks = Locks().keys(keys.value()).on("account", who.account_id);
  const auto work = [who, keys = std::move(keys.value())](Rules& rules) {
    return Result<bool>(rules.unban(who, keys));
  };
  return write<bool>(*impl_, RegistryOperation::unban, call, std::move(locks), work, std::move(done));
}

}  // namespace bonin
