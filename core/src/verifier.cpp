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

/// As the registry takes it: a subject is only ever hashed.
std::optional<Error> check_subject(std::string_view subject) {
  if (subject.empty()) return wrong("subject", "a flow is begun for a subject, so it must be said who asks");
  if (subject.size() > 1000) return wrong("subject", "expected at most 1000 bytes");
  return std::nullopt;
}

}  // namespace

struct Verifier::Impl {
  std::shared_ptr<const PortOne> portone;
  Policy policy;
  std::optional<Registry> registry;
  std::shared_ptr<const Clock> clock;

  /// One verification to be judged with the registry's help.
  struct Case {
    std::shared_ptr<const Impl> self;
    VerificationPtr verification;
    Expect expect;
    std::string subject;
    Moment now;
    Callback<Decision> done;

    Decision decide(const Standing& standing) const {
      return self->policy.evaluate(verification, now, expect, &standing);
    }
  };

  /// The denial of an id that was not begun here, when nothing is known but the id; nothing for one that was. In V1 no
  /// imp_uid says by itself where it began.
  std::optional<Decision> foreign(std::string_view id, const VerifyOptions& options) const {
    Verification nothing;
    nothing.id = id;
    nothing.api = portone->api();
    const auto now = clock->now();
    Expect expect = options.expect;
    expect.begun = portone->begun(nothing, options.subject, now);
    if (expect.begun == Begun::here) return std::nullopt;
    return policy.evaluate(std::make_shared<const Verification>(std::move(nothing)), now, expect);
  }

  static void judge(const std::shared_ptr<const Case>& one) {
    const Policy& policy = one->self->policy;
    const bool records =
        (policy.wants_single_use() || policy.wants_new_account()) && !one->self->registry->has_own_store();
    if (records && might_pass(policy, one->verification, one->now, one->expect)) return admit(one);
    one->self->registry->standing(*one->verification, one->subject, [one, records](Result<Standing> standing) {
      if (!standing) return one->done(std::move(standing.error()));
      auto decision = one->decide(standing.value());
      if (records && decision.allowed()) return admit(one);  // a "yes" is on record, always
      one->done(std::move(decision));
    });
  }

  /// Uses the id up and reserves a place, and judges by what the registry answers to that.
  static void admit(const std::shared_ptr<const Case>& one) {
    const Registry::AdmitOptions options{one->self->policy.wants_single_use(), one->self->policy.wants_new_account()};
    one->self->registry->admit(*one->verification, one->subject, options, [one](Result<Admission> admission) {
      if (!admission) return one->done(std::move(admission.error()));
      auto& [standing, reservation] = admission.value();
      auto decision = one->decide(standing);
      if (reservation && decision.allowed()) {
        decision.reservation_ = std::make_shared<const Reservation>(std::move(*reservation));
      } else if (reservation) {
        one->self->registry->cancel(reservation->id, [](const Result<bool>&) {});
      }
      one->done(std::move(decision));
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
  if (options.begun) {
    if (const auto error = check_subject(options.subject)) return done(*error), Call{};
  }
  // A V2 id carries its own signature, so nobody is asked about a forged one. What is no id is the lookup's to refuse.
  if (options.begun && impl_->portone->api() == Api::v2 && check_id(Api::v2, id)) {
    if (auto decision = impl_->foreign(id, options)) return done(std::move(*decision)), Call{};
  }
  CallOptions call;
  call.timeout = options.timeout;
  return impl_->portone->lookup(
      id, call,
      [impl = impl_, id = std::string(id), options = options, ask_registry,
       done = std::move(done)](Result<VerificationPtr> verification) mutable {
        if (!verification) {
          // An imp_uid that PortOne does not know was not begun here either: another answer would tell which exist.
          if (options.begun && verification.error().kind == ErrorKind::not_found) {
            if (auto decision = impl->foreign(id, options)) return done(std::move(*decision));
          }
          return done(std::move(verification.error()));
        }
        const auto now = impl->clock->now();
        if (options.begun) options.expect.begun = impl->portone->begun(*verification.value(), options.subject, now);
        if (!ask_registry) return done(impl->policy.evaluate(std::move(verification.value()), now, options.expect));
        Impl::judge(std::make_shared<const Impl::Case>(
            Impl::Case{impl, std::move(verification.value()), options.expect, options.subject, now, done}));
      });
}

Result<Flow> Verifier::begin(std::string_view subject, const FlowOptions& options) const {
  if (auto error = check_subject(subject)) return std::move(*error);
  return impl_->portone->begin(subject, options, impl_->clock->now());
}

const std::shared_ptr<const PortOne>& Verifier::portone() const noexcept { return impl_->portone; }
const Policy& Verifier::policy() const noexcept { return impl_->policy; }
const std::optional<Registry>& Verifier::registry() const noexcept { return impl_->registry; }

}  // namespace bonin
