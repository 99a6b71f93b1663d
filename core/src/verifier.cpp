#include "bonin/verifier.hpp"

#include <utility>

namespace bonin {
namespace {

Error wrong(const char* parameter, const char* message) {
  Error error;
  error.kind = ErrorKind::invalid_argument;
  error.parameter = parameter;
  error.message = message;
  return error;
}

/// Would this person pass if only the registry had nothing against them? Nothing is used up or reserved for somebody
/// who is turned away in any case.
bool might_pass(const Policy& policy, const VerificationPtr& verification, Moment now, const Expect& expect) {
  Standing best;
  best.use = Standing::Use::first;
  best.banned = false;
  best.rejoin_period_over = true;
  for (const auto account : {Standing::Account::none, Standing::Account::same, Standing::Account::other}) {
    best.account = account;
    if (policy.evaluate(verification, now, expect, &best).allowed()) return true;
  }
  return false;
}

}  // namespace

struct Verifier::Impl {
  std::shared_ptr<const PortOne> portone;
  Policy policy;
  std::optional<Registry> registry;
  std::shared_ptr<const Clock> clock;

  /// Asks the registry and judges by what it answers. `self` keeps this alive until then.
  static void judge(const std::shared_ptr<const Impl>& self, VerificationPtr verification, const VerifyOptions& options,
                    Callback<Decision> done) {
    const auto now = self->clock->now();
    const Registry& registry = *self->registry;
    const Verification& about = *verification;
    if (!might_pass(self->policy, verification, now, options.expect)) {
      return registry.standing(about, options.subject,
                               [self, verification, expect = options.expect, now, done](Result<Standing> standing) {
                                 if (!standing) return done(std::move(standing.error()));
                                 done(self->policy.evaluate(verification, now, expect, &standing.value()));
                               });
    }
    Registry::AdmitOptions admit;
    admit.consume = self->policy.wants_single_use();
    admit.reserve = self->policy.wants_new_account();
    registry.admit(about, options.subject, admit,
                   [self, verification, expect = options.expect, now, done](Result<Admission> admission) {
                     if (!admission) return done(std::move(admission.error()));
                     auto& [standing, reservation] = admission.value();
                     auto decision = self->policy.evaluate(verification, now, expect, &standing);
                     if (reservation && decision.allowed()) {
                       decision.reservation_ = std::make_shared<const Reservation>(std::move(*reservation));
                     } else if (reservation) {
                       self->registry->cancel(reservation->id, [](const Result<bool>&) {});
                     }
                     done(std::move(decision));
                   });
  }
};

Result<Verifier> Verifier::create(Options options) {
  if (!options.portone) return wrong("portone", "portone is missing");
  if (options.policy.needs_standing() && !options.registry) {
    return wrong("registry", "the policy asks about accounts, which a registry alone knows");
  }
  auto clock = options.clock ? std::move(options.clock) : Clock::system();
  return Verifier(std::make_shared<const Impl>(
      Impl{std::move(options.portone), std::move(options.policy), std::move(options.registry), std::move(clock)}));
}

Call Verifier::verify(std::string_view id, const VerifyOptions& options, Callback<Decision> done) const {
  const bool ask_registry = impl_->policy.needs_standing();
  if (ask_registry && options.subject.empty()) {
    done(wrong("subject", "the policy asks about accounts, so it must be said who asks"));
    return {};
  }
  CallOptions call;
  call.timeout = options.timeout;
  return impl_->portone->lookup(
      id, call, [impl = impl_, options, ask_registry, done = std::move(done)](Result<VerificationPtr> verification) {
        if (!verification) return done(std::move(verification.error()));
        if (ask_registry) return Impl::judge(impl, std::move(verification.value()), options, done);
        done(impl->policy.evaluate(std::move(verification.value()), impl->clock->now(), options.expect));
      });
}

const std::shared_ptr<const PortOne>& Verifier::portone() const noexcept { return impl_->portone; }
const Policy& Verifier::policy() const noexcept { return impl_->policy; }
const std::optional<Registry>& Verifier::registry() const noexcept { return impl_->registry; }

}  // namespace bonin
