#include "registry/own_store.hpp"

#include "model/invalid_argument.hpp"
#include "registry/own_asking.hpp"

namespace bonin::registry_detail {

std::optional<Error> check_own_store(const OwnStore& own) {
  const auto incomplete = [](const char* there, const char* missing) {
    return invalid_argument("own_store", std::string("`") + there + "` is there without `" + missing + "`");
  };
  if (!own.find) return invalid_argument("own_store", "`find` is missing");
  if (!own.claim) return invalid_argument("own_store", "`claim` is missing");
  const struct {
    const char* name;
    bool there;
  } places[] = {{"reserve", !!own.reserve}, {"commit", !!own.commit}, {"cancel", !!own.cancel}};
  for (const auto& there : places) {
    for (const auto& missing : places) {
      if (there.there && !missing.there) return incomplete(there.name, missing.name);
    }
  }
  if (own.ban && !own.unban) return incomplete("ban", "unban");
  if (own.unban && !own.ban) return incomplete("unban", "ban");
  if (own.ban && !own.standing) return incomplete("ban", "standing");
  return std::nullopt;
}

Call find_in_own_store(const ImplPtr& impl, const PersonKeys& keys, Callback<std::optional<std::string>> done,
                       const CallOptions& call) {
  using Found = std::optional<std::string>;
  const auto asking = begin_asking<Found>(impl, RegistryOperation::find, call, std::move(done));
  const auto heard = [asking](Result<Found> found) {
    if (found) return asking->give(std::move(found.value()));
    auto error = make_error(ErrorKind::conflict,
                            "the keys of this verification lead to two persons; somebody has to tell which it is",
                            "verification");
    error.thrown = std::move(found.error().thrown);
    asking->fail(error);
  };
  asking->ask_with<Found>({ErrorKind::conflict}, asking->own.find, heard, shown(*impl, keys));
  return asking->call();
}

Call match_in_own_store(const ImplPtr& impl, const PersonKeys& keys, std::string account, Callback<bool> done,
                        const CallOptions& call) {
  using Found = std::optional<std::string>;
  const auto asking = begin_asking<bool>(impl, RegistryOperation::match, call, std::move(done));
  const auto heard = [asking, account](const Result<Found>& found) { asking->give(found && found.value() == account); };
  asking->ask_with<Found>({ErrorKind::conflict}, asking->own.find, heard, shown(*impl, keys));
  return asking->call();
}

Call ban_in_own_store(const ImplPtr& impl, OwnWho who, std::optional<Moment> until, std::string reason,
                      Callback<Done> done, const CallOptions& call) {
  const auto asking = begin_asking<Done>(impl, RegistryOperation::ban, call, std::move(done));
  const auto heard = [asking](const Result<Done>& told) {
    if (told) return asking->give(Done{});
    auto error = make_error(ErrorKind::not_found, "there is no such account");
    error.thrown = told.error().thrown;
    asking->fail(error);
  };
  asking->ask_with<Done>({ErrorKind::not_found}, asking->own.ban, heard, std::move(who), until, std::move(reason));
  return asking->call();
}

Call unban_in_own_store(const ImplPtr& impl, OwnWho who, Callback<bool> done, const CallOptions& call) {
  const auto asking = begin_asking<bool>(impl, RegistryOperation::unban, call, std::move(done));
  asking->hand_on(asking->own.unban, std::move(who));
  return asking->call();
}

Call release_in_own_store(const ImplPtr& impl, std::string account, std::chrono::milliseconds rejoin_after,
                          Callback<bool> done, const CallOptions& call) {
  const auto asking = begin_asking<bool>(impl, RegistryOperation::release, call, std::move(done));
  const auto rejoin_at = rejoin_after.count() > 0 ? std::optional(now(*impl) + rejoin_after) : std::nullopt;
  asking->hand_on(asking->own.release, std::move(account), rejoin_at);
  return asking->call();
}

Call forget_in_own_store(const ImplPtr& impl, std::string account, Callback<bool> done, const CallOptions& call) {
  const auto asking = begin_asking<bool>(impl, RegistryOperation::forget, call, std::move(done));
  asking->hand_on(asking->own.forget, std::move(account));
  return asking->call();
}

}  // namespace bonin::registry_detail

namespace bonin {

std::string_view OwnStore::lacks_for(std::string_view rule) const noexcept {
  if (rule == "single_use" && !consume) return "consume";
  if ((rule == "not_banned" || rule == "rejoin_period_over") && !standing) return "standing";
  return {};
}

std::string_view Registry::own_store_lacks(std::string_view rule) const noexcept {
  return impl_ && impl_->own ? impl_->own.lacks_for(rule) : std::string_view();
}

}  // namespace bonin
