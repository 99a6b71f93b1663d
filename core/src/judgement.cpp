// From an id to a decision: looked up, judged, and by way of the guardian and the registry where the policy asks for
// it.

#include <chrono>
#include <utility>

#include "model/check_timeout.hpp"
#include "model/invalid_argument.hpp"
#include "verifier_impl.hpp"

namespace bonin {
namespace {

/// Does every rule pass that does not ask about the account? Nothing is used up or reserved for a person who is denied
/// in any case.
bool passes_but_for_account(const Policy& policy, const VerificationPtr& verification, Moment now,
                            const Expect& expect) {
  const Decision decision = policy.evaluate(verification, now, expect);
  return ((decision.failed() | decision.unknown()) & ~policy.account_bits()) == 0;
}

/// An own store tells of a use by using the id up alone, which nobody has asked it for where the use is not known.
Standing with_a_first_use(Standing standing) {
  if (standing.use == Standing::Use::unknown) standing.use = Standing::Use::first;
  return standing;
}

}  // namespace

void Verifier::Impl::answer(const std::shared_ptr<Question>& question, Result<Decision> result) {
  question->self->tell(std::move(result), [question](Result<Decision> told) { question->done(std::move(told)); });
}

/// One verification to be judged with the registry's help.
struct Verifier::Impl::Case {
  std::shared_ptr<Question> question;
  VerificationPtr verification;
  Moment now;

  const Impl& self() const { return *question->self; }
  Decision decide(const Standing& standing) const {
    return self().policy.evaluate(verification, now, question->options.expect, &standing);
  }
};

std::optional<Error> Verifier::Impl::check(std::string_view id, const VerifyOptions& options) const {
  if (policy.needs_standing() && options.subject.empty()) {
    return invalid_argument("subject",
                            "the policy asks about accounts: `subject` must say who asks, such as by the id of "
                            "the session");
  }
  if (auto checked = check_expect(options.expect); !checked) return std::move(checked.error());
  if (options.timeout) {  // here, for it is counted with before the lookup sees it
    if (auto checked = check_timeout(*options.timeout, "timeout_ms"); !checked) return std::move(checked.error());
  }
  if (options.settle < std::chrono::milliseconds(0) || options.settle > std::chrono::minutes(1)) {
    return invalid_argument("settle_ms", "`settle_ms` must be 0 to 60000");
  }
  if (!options.guardian.empty()) {
    auto checked = check_id(portone->api(), options.guardian);
    if (!checked) return invalid_argument("guardian", "`guardian`: " + checked.error().message);
    if (options.guardian == id) return invalid_argument("guardian", "`guardian` is the child's own id");
  }
  return std::nullopt;
}

std::optional<Decision> Verifier::Impl::foreign(std::string_view id, const VerifyOptions& options, bool by_code) const {
  Verification nothing;
  nothing.id = id;
  nothing.api = portone->api();
  const auto now = clock->now();
  Expect expect = options.expect;
  expect.begun = portone->begun(nothing, owner_of(options.subject, by_code), now, false);
  if (expect.begun == Begun::here) return std::nullopt;
  return policy.evaluate(std::make_shared<const Verification>(std::move(nothing)), now, expect);
}

Settle Verifier::Impl::settle(const VerifyOptions& options, const std::string& flow_id, const std::string& subject,
                              const std::string& child) const {
  const bool waits = options.settle.count() > 0 || portone->api() == Api::v1;
  if (!options.begun || !waits) return {};
  const auto is_ours = [portone = portone, clock = clock, subject, child](const Verification& found) {
    return portone->begun(found, {subject, child}, clock->now(), false) == Begun::here;
  };
  // A stranger's verification is waited for as long as one that is not there: the time must not tell which ids exist.
  const auto is_due = [portone = portone, clock = clock, flow_id, subject, child, is_ours](const Verification* found) {
    if (found != nullptr && is_ours(*found)) return found->status == Status::ready;
    return portone->issued(flow_id, {subject, child}, clock->now());
  };
  return {options.settle, is_due, is_ours};
}

void Verifier::Impl::look_up(const std::shared_ptr<Question>& question) {
  const Impl& self = *question->self;
  const auto left = question->left();
  if (!left) return answer(question, left.error());
  auto found = [question](Result<VerificationPtr> verification) {
    if (verification) return judge_found(question, std::move(verification.value()));
    // An imp_uid that PortOne does not know gets the same denial: another answer would tell which ids exist.
    if (question->options.begun && verification.error().kind == ErrorKind::not_found) {
      if (auto decision = question->self->foreign(question->id, question->options)) {
        return answer(question, std::move(*decision));
      }
    }
    answer(question, std::move(verification.error()));
  };
  const VerifyOptions& options = question->options;
  const std::string& flow_id = self.portone->api() == Api::v2 ? question->id : options.flow_id;
  question->begin([&] {
    return self.portone->lookup(question->id, left.value(), self.settle(options, flow_id, options.subject, ""),
                                std::move(found));
  });
}

void Verifier::Impl::judge_found(const std::shared_ptr<Question>& question, VerificationPtr verification) {
  const Impl& self = *question->self;
  VerifyOptions& options = question->options;
  const auto now = self.clock->now();
  if (options.begun) options.expect.begun = self.portone->begun(*verification, question->child(), now);
  // A flow that began elsewhere is denied without the registry: an error of the store would tell that the id exists.
  const bool foreign = options.begun && options.expect.begun != Begun::here;
  if (!foreign && !options.guardian.empty()) return find_guardian(question, std::move(verification));
  conclude(question, std::move(verification), now, foreign);
}

void Verifier::Impl::conclude(const std::shared_ptr<Question>& question, VerificationPtr verification, Moment now,
                              bool foreign) {
  const Impl& self = *question->self;
  if (!self.policy.needs_standing() || foreign) {
    return answer(question, self.policy.evaluate(std::move(verification), now, question->options.expect));
  }
  judge(std::make_shared<const Case>(Case{question, std::move(verification), now}));
}

void Verifier::Impl::find_guardian(const std::shared_ptr<Question>& question, VerificationPtr child) {
  const Impl& self = *question->self;
  const VerifyOptions& options = question->options;
  const auto now = self.clock->now();
  const bool v2 = self.portone->api() == Api::v2;
  if (options.begun && v2 && !self.portone->issued(options.guardian, question->guardian(), now)) {
    return conclude(question, std::move(child), now, false);
  }
  const auto left = question->left();
  if (!left) return answer(question, left.error());
  auto found = [question, child](Result<VerificationPtr> guardian) {
    const Impl& self = *question->self;
    const auto now = self.clock->now();
    if (!guardian && guardian.error().kind != ErrorKind::not_found)
      return answer(question, std::move(guardian.error()));
    const bool counts = guardian && (!question->options.begun ||
                                     self.portone->begun(*guardian.value(), question->guardian(), now) == Begun::here);
    if (counts) question->options.expect.guardian = std::move(guardian.value());
    conclude(question, child, now, false);
  };
  question->begin([&] {
    return self.portone->lookup(options.guardian, left.value(),
                                self.settle(options, options.guardian, options.subject, question->id),
                                std::move(found));
  });
}

void Verifier::Impl::judge(const std::shared_ptr<const Case>& one) {
  const Policy& policy = one->self().policy;
  const auto& question = one->question;
  const bool records = policy.wants_single_use() || policy.wants_new_account();
  if (records && passes_but_for_account(policy, one->verification, one->now, question->options.expect)) {
    return admit(one);
  }
  const auto call = question->left();
  if (!call) return answer(question, call.error());
  auto judged = [one, records](Result<Standing> standing) {
    if (!standing) return answer(one->question, std::move(standing.error()));
    auto decision = one->decide(with_a_first_use(standing.value()));
    if (records && decision.allowed()) return admit(one);  // an allowed decision is always recorded
    answer(one->question, std::move(decision));
  };
  question->begin([&] {
    return one->self().registry->standing(*one->verification, question->options.subject, std::move(judged),
                                          call.value());
  });
}

void Verifier::Impl::admit(const std::shared_ptr<const Case>& one) {
  const Policy& policy = one->self().policy;
  const auto& question = one->question;
  const bool reserve = policy.wants_new_account();
  const Registry::AdmitOptions options{
      .consume = policy.wants_single_use(),
      .reserve = reserve,
      .begun = question->options.expect.begun == Begun::here,
      .accept_page_chosen_di = policy.accepts_page_chosen_di(one->verification->provider),
      .only_if = [one](const Standing& s) { return one->decide(s).allowed(); }};
  const auto call = question->left();
  if (!call) return answer(question, call.error());
  auto admitted = [one, reserve](Result<Admission> admission) {
    if (!admission) return answer(one->question, std::move(admission.error()));
    auto decision = one->decide(admission->standing);
    if (!decision.allowed()) {  // nothing was used up for somebody who is denied in any case
      if (auto other = one->decide(with_a_first_use(admission->standing)); !other.allowed())
        decision = std::move(other);
    }
    if (decision.allowed() && reserve) {  // a new person is allowed with a reservation only
      admission->require_reservation();
      decision = one->decide(admission->standing);
    }
    if (admission->reservation) {
      decision.reservation_ = std::make_shared<const Reservation>(std::move(*admission->reservation));
    }
    answer(one->question, std::move(decision));
  };
  question->begin([&] {
    return one->self().registry->admit(*one->verification, question->options.subject, options, std::move(admitted),
                                       call.value());
  });
}

}  // namespace bonin
