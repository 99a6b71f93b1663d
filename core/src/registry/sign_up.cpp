// Registry: single use and sign-up in two phases.

#include "registry/operation.hpp"

namespace bonin {

using namespace registry_detail;

namespace {

/// One that carries itself is longer.
std::optional<Error> check_reservation(const Registry::Impl& impl, std::string_view id) {
  return impl.own ? check_text("reservation", id, 10'000) : check_text("reservation", id);
}

}  // namespace

Call Registry::consume(std::string_view verification_id, std::string_view subject, Callback<Standing::Use> done,
                       const CallOptions& call) const {
  if (refused(impl_, call, done)) return {};
  if (const auto error = check_opaque("verification_id", verification_id)) return refuse(done, *error);
  if (const auto error = check_opaque("subject", subject)) return refuse(done, *error);
  if (impl_->own) {
    if (refused_without(impl_->own.consume, "consume", done)) return {};
    return consume_in_own_store(impl_, std::string(verification_id), std::string(subject), std::move(done), call);
  }
  const auto made_at = std::make_shared<Millis>(0);
  const auto work = [id = std::string(verification_id), subject = std::string(subject)](Rules& rules) {
    return rules.consume(UsedId(id), subject);
  };
  const auto undo = [id = std::string(verification_id), made_at](Standing::Use use) -> Task<Done>::Work {
    if (use != Standing::Use::first) return nullptr;
    return [id, made_at](Rules& rules) {
      rules.give_back_use(UsedId(id), *made_at);
      return Result<Done>(Done{});
    };
  };
  return write<Standing::Use>(*impl_, RegistryOperation::consume, call,
                              Locks().use(UsedId(std::string(verification_id))), made_at, work, undo, std::move(done));
}

Call Registry::admit(const Verification& verification, std::string_view subject, const AdmitOptions& options,
                     Callback<Admission> done, const CallOptions& call) const {
  if (refused(impl_, call, done)) return {};
  if (impl_->own && options.consume && refused_without(impl_->own.consume, "consume", done)) return {};
  if (const auto error = check_opaque("verification", verification.id)) return refuse(done, *error);
  if (const auto error = check_opaque("subject", subject)) return refuse(done, *error);
  auto keys = keys_if_any(*impl_->ring, verification);
  if (options.accept_page_chosen_di) keys.page_chosen = false;
  const UsedId used(verification, options.begun);
  if (impl_->own) {
    return admit_in_own_store(impl_, {std::move(keys), used, std::string(subject)}, options, std::move(done), call);
  }
  auto locks = Locks().keys(keys).use(used);
  const auto made_at = std::make_shared<Millis>(0);
  const auto fresh = crypto::random_hex();
  const auto work = [keys = std::move(keys), used, subject = std::string(subject), options,
                     life = impl_->reservation_life.count(),
                     fresh](Rules& rules) { return rules.admit(keys, used, subject, options, life, fresh); };
  const auto undo = [used, consumes = options.consume, made_at, fresh](const Admission& given) -> Task<Done>::Work {
    const bool first = consumes && given.standing.use == Standing::Use::first;
    const bool reserved = given.reservation && given.reservation->id == fresh;
    if (!first && !reserved) return nullptr;
    return [used, first, made_at, place = reserved ? given.reservation : std::nullopt](Rules& rules) {
      if (first) rules.give_back_use(used, *made_at);
      if (place) rules.give_back(*place);
      return Result<Done>(Done{});
    };
  };
  return write<Admission>(*impl_, RegistryOperation::admit, call, std::move(locks), made_at, work, undo,
                          kept(impl_, std::move(done)));
}

Call Registry::reserve(const Verification& verification, std::string_view subject, Callback<Reserved> done,
                       const CallOptions& call) const {
  if (refused(impl_, call, done)) return {};
  if (const auto error = check_opaque("subject", subject)) return refuse(done, *error);
  auto keys = keys_of(*impl_->ring, verification);
  if (!keys) return refuse(done, keys.error());
  if (impl_->own) {
    const Whose whose{std::move(keys.value()), UsedId(verification), std::string(subject)};
    return reserve_in_own_store(impl_, whose, std::move(done), call);
  }
  auto locks = Locks().keys(keys.value());
  const auto fresh = crypto::random_hex();
  const auto work = [keys = std::move(keys.value()), used = UsedId(verification), subject = std::string(subject),
                     life = impl_->reservation_life.count(),
                     fresh](Rules& rules) { return rules.reserve(keys, used, subject, life, fresh); };
  const auto undo = [fresh](const Reserved& given) -> Task<Done>::Work {
    if (!given.reservation || given.reservation->id != fresh) return nullptr;
    return [place = *given.reservation](Rules& rules) {
      rules.give_back(place);
      return Result<Done>(Done{});
    };
  };
  return write<Reserved>(*impl_, RegistryOperation::reserve, call, std::move(locks), std::make_shared<Millis>(0), work,
                         undo, kept(impl_, std::move(done)));
}

Call Registry::commit(std::string_view reservation_id, std::string_view account_id, Callback<Claim> done,
                      const CallOptions& call) const {
  return try_commit(
      reservation_id, account_id,
      [done = std::move(done)](Result<Claim> claim) { done(granted_or_error(std::move(claim))); }, call);
}

Call Registry::try_commit(std::string_view reservation_id, std::string_view account_id, Callback<Claim> done,
                          const CallOptions& call) const {
  if (refused(impl_, call, done)) return {};
  if (const auto error = check_reservation(*impl_, reservation_id)) return refuse(done, *error);
  if (const auto error = check_text("account_id", account_id)) return refuse(done, *error);
  if (impl_->own) {
    return commit_in_own_store(impl_, std::string(reservation_id), std::string(account_id), std::move(done), call);
  }
  const auto work = [id = std::string(reservation_id), account = std::string(account_id)](Rules& rules) {
    return Result<Claim>(rules.commit(id, account));
  };
  auto locks = Locks().on("reservation", reservation_id).on("account", account_id);
  return write<Claim>(*impl_, RegistryOperation::commit, call, std::move(locks), work, std::move(done));
}

Call Registry::cancel(std::string_view reservation_id, Callback<bool> done, const CallOptions& call) const {
  if (refused(impl_, call, done)) return {};
  if (const auto error = check_reservation(*impl_, reservation_id)) return refuse(done, *error);
  if (impl_->own) return cancel_in_own_store(impl_, std::string(reservation_id), std::move(done), call);
  const auto work = [id = std::string(reservation_id)](Rules& rules) { return Result<bool>(rules.cancel(id)); };
  return write<bool>(*impl_, RegistryOperation::cancel, call, Locks().on("reservation", reservation_id), work,
                     std::move(done));
}

}  // namespace bonin
