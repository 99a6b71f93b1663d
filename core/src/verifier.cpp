#include "bonin/verifier.hpp"

#include <atomic>
#include <chrono>
#include <mutex>
#include <utility>

#include "model/call_state.hpp"
#include "model/check_timeout.hpp"
#include "model/invalid_argument.hpp"

namespace bonin {
namespace {

/// Does every rule pass that does not ask about the account? Nothing is used up or reserved for a person who is denied
/// in any case.
bool passes_but_for_account(const Policy& policy, const VerificationPtr& verification, Moment now,
                            const Expect& expect) {
  const Decision decision = policy.evaluate(verification, now, expect);
  return ((decision.failed() | decision.unknown()) & ~policy.account_bits()) == 0;
}

/// Refuses rules that an own store cannot answer: it knows accounts only.
std::optional<Error> refused_by_own_store(const Policy& policy, const Registry& registry) {
  if (!registry.has_own_store()) return std::nullopt;
  for (const auto& rule : policy.standing_rules()) {
    if (rule.code == "account") continue;
    auto error = invalid_argument("policy", "");
    error.message = "the rule `" + rule.code + "` at `" + rule.pointer +
                    "` cannot be answered by an application's own store: take it out of the policy and see to it in "
                    "your own `claim`, or give the registry a store";
    return error;
  }
  return std::nullopt;
}

/// Warns where a DI alone tells who somebody is: a person has one at each merchant id of each provider.
void warn_about_keys(const Policy& policy, const Registry& registry, std::vector<std::string>& warnings) {
  if (registry.knows_by(KeyKind::ci)) return;
  const auto warn = [&](std::string rule) {
    warnings.push_back(std::move(rule) +
                       ": the registry's keys do not hold `ci`, and one person has as many DIs as you have providers "
                       "and merchant ids, so the same person passes once with each; let `ci` count too");
  };
  if (policy.wants_new_account()) warn("`account: new`");
  for (const auto& rule : policy.standing_rules()) {
    if (rule.code == "not_banned" || rule.code == "rejoin_period_over") warn("`" + rule.pointer + "`");
  }
}

/// The limits of the registry. A subject is hashed and not stored.
std::optional<Error> check_subject(std::string_view subject) {
  if (subject.empty()) return invalid_argument("subject", "a flow is begun for a subject, so it must be said who asks");
  if (subject.size() > 1000) return invalid_argument("subject", "expected at most 1000 bytes");
  return std::nullopt;
}

}  // namespace

/// The steps of one verification: lookup, registry. A cancellation reaches the step under way. All steps share one
/// deadline.
class Steps final : public Call::State {
 public:
  using Time = std::chrono::steady_clock::time_point;
  Steps(std::shared_ptr<const Clock> clock, std::chrono::milliseconds timeout)
      : clock_(std::move(clock)), deadline_(clock_->steady() + timeout) {}

  /// Begins a step, from the caller's thread or from the callback of the one before: `start` gives its Call. A step
  /// may have ended, and the next one begun, before its own Call is known here.
  template <class Start>
  void begin(const Start& start) {
    const int mine = ++begun_;
    Call call = start();
    {
      const std::lock_guard lock(mutex_);
      if (mine < known_) return;
      known_ = mine;
      now_ = call;
      if (!cancelled_) return;
    }
    call.cancel();
  }

  void cancel() override {
    Call call;
    {
      const std::lock_guard lock(mutex_);
      cancelled_ = true;
      call = now_;
    }
    call.cancel();
  }

  /// The time that is left for the next step, or why there is none.
  Result<CallOptions> left() const {
    {
      const std::lock_guard lock(mutex_);
      if (cancelled_) return make_error(ErrorKind::cancelled, "the call was cancelled");
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - clock_->steady());
    if (left.count() <= 0) return make_error(ErrorKind::timed_out, "the time allowed for the call is over");
    return CallOptions{left};
  }

 private:
  const std::shared_ptr<const Clock> clock_;
  const Time deadline_;
  std::atomic<int> begun_{0};

  mutable std::mutex mutex_;  // guards the rest
  Call now_;
  int known_ = 0;  // the number of the step that `now_` is of
  bool cancelled_ = false;
};

struct Verifier::Impl {
  std::shared_ptr<const PortOne> portone;
  Policy policy;
  std::optional<Registry> registry;
  std::shared_ptr<const Clock> clock;
  std::vector<std::string> warnings;

  /// One verification to be judged with the registry's help.
  struct Case {
    std::shared_ptr<const Impl> self;
    VerificationPtr verification;
    Expect expect;
    std::string subject;
    Moment now;
    Callback<Decision> done;
    std::shared_ptr<Steps> steps;

    Decision decide(const Standing& standing) const {
      return self->policy.evaluate(verification, now, expect, &standing);
    }
  };

  /// The denial of an id that was not begun here, judged by the id alone; nullopt for one that was. A V1 imp_uid never
  /// says where it began.
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
    const bool records = policy.wants_single_use() || policy.wants_new_account();
    if (records && passes_but_for_account(policy, one->verification, one->now, one->expect)) return admit(one);
    const auto call = one->steps->left();
    if (!call) return one->done(call.error());
    auto judged = [one, records](Result<Standing> standing) {
      if (!standing) return one->done(std::move(standing.error()));
      auto decision = one->decide(standing.value());
      if (records && decision.allowed()) return admit(one);  // an allowed decision is always recorded
      one->done(std::move(decision));
    };
    one->steps->begin([&] {
      return one->self->registry->standing(*one->verification, one->subject, std::move(judged), call.value());
    });
  }

  /// Uses the id up and reserves a place if the person is allowed, and judges by what the registry answers.
  static void admit(const std::shared_ptr<const Case>& one) {
    const bool reserve = one->self->policy.wants_new_account();
    const Registry::AdmitOptions options{.consume = one->self->policy.wants_single_use(),
                                         .reserve = reserve,
                                         .begun = one->expect.begun == Begun::here,
                                         .only_if = [one](const Standing& s) { return one->decide(s).allowed(); }};
    const auto call = one->steps->left();
    if (!call) return one->done(call.error());
    auto admitted = [one, reserve](Result<Admission> admission) {
      if (!admission) return one->done(std::move(admission.error()));
      auto decision = one->decide(admission->standing);
      if (decision.allowed() && reserve) {  // a new person is allowed with a reservation only
        admission->require_reservation();
        decision = one->decide(admission->standing);
      }
      if (admission->reservation) {
        decision.reservation_ = std::make_shared<const Reservation>(std::move(*admission->reservation));
      }
      one->done(std::move(decision));
    };
    one->steps->begin([&] {
      return one->self->registry->admit(*one->verification, one->subject, options, std::move(admitted), call.value());
    });
  }
};

Result<Verifier> Verifier::create(Options options) {
  if (!options.portone) return invalid_argument("portone", "portone is missing");
  if (options.policy.needs_standing() && !options.registry) {
    return invalid_argument("registry", "the policy asks about accounts, which a registry alone knows");
  }
  std::vector<std::string> warnings = options.policy.warnings();
  if (options.registry) {
    if (auto error = refused_by_own_store(options.policy, *options.registry)) return std::move(*error);
    warn_about_keys(options.policy, *options.registry, warnings);
  }
  auto clock = options.clock ? std::move(options.clock) : Clock::system();
  return Verifier(
      std::make_shared<const Impl>(Impl{std::move(options.portone), std::move(options.policy),
                                        std::move(options.registry), std::move(clock), std::move(warnings)}));
}

Call Verifier::verify(std::string_view id, const VerifyOptions& options, Callback<Decision> done) const {
  const bool ask_registry = impl_->policy.needs_standing();
  if (ask_registry && options.subject.empty()) {
    done(invalid_argument("subject", "the policy asks about accounts, so it must be said who asks"));
    return {};
  }
  if (auto checked = check_expect(options.expect); !checked) return done(std::move(checked.error())), Call{};
  if (options.timeout) {  // here, for it is counted with before the lookup sees it
    auto checked = check_timeout(*options.timeout, "timeout_ms");
    if (!checked) return done(std::move(checked.error())), Call{};
  }
  if (options.begun) {
    if (const auto error = check_subject(options.subject)) return done(*error), Call{};
  }
  // A V2 id carries its signature, so a forged one is denied without a request. The lookup refuses what is no id.
  if (options.begun && impl_->portone->api() == Api::v2 && check_id(Api::v2, id)) {
    if (auto decision = impl_->foreign(id, options)) return done(std::move(*decision)), Call{};
  }
  const CallOptions call{options.timeout};
  const auto steps = std::make_shared<Steps>(impl_->clock, options.timeout.value_or(impl_->portone->timeout()));
  auto found = [impl = impl_, id = std::string(id), options = options, ask_registry, steps,
                done = std::move(done)](Result<VerificationPtr> verification) mutable {
    if (!verification) {
      // An imp_uid that PortOne does not know gets the same denial: another answer would tell which ids exist.
      if (options.begun && verification.error().kind == ErrorKind::not_found) {
        if (auto decision = impl->foreign(id, options)) return done(std::move(*decision));
      }
      return done(std::move(verification.error()));
    }
    const auto now = impl->clock->now();
    if (options.begun) options.expect.begun = impl->portone->begun(*verification.value(), options.subject, now);
    // A flow that began elsewhere is denied without the registry: an error of the store would tell that the id exists.
    const bool foreign = options.begun && options.expect.begun != Begun::here;
    if (!ask_registry || foreign) {
      return done(impl->policy.evaluate(std::move(verification.value()), now, options.expect));
    }
    Impl::judge(std::make_shared<const Impl::Case>(
        Impl::Case{impl, std::move(verification.value()), options.expect, options.subject, now, done, steps}));
  };
  steps->begin([&] { return impl_->portone->lookup(id, call, std::move(found)); });
  return Call(steps);
}

Result<Flow> Verifier::begin(std::string_view subject, const FlowOptions& options) const {
  if (auto error = check_subject(subject)) return std::move(*error);
  return impl_->portone->begin(subject, options, impl_->clock->now());
}

const std::vector<std::string>& Verifier::warnings() const noexcept { return impl_->warnings; }
const std::shared_ptr<const PortOne>& Verifier::portone() const noexcept { return impl_->portone; }
const Policy& Verifier::policy() const noexcept { return impl_->policy; }
const std::optional<Registry>& Verifier::registry() const noexcept { return impl_->registry; }

}  // namespace bonin
