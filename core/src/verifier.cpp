#include "bonin/verifier.hpp"

#include <chrono>
#include <utility>

#include "model/check_timeout.hpp"
#include "model/gate.hpp"
#include "model/invalid_argument.hpp"
#include "model/joined_checks.hpp"
#include "model/otp_person.hpp"
#include "model/per_process.hpp"
#include "model/steps.hpp"
#include "otp_allowance.hpp"
#include "record_file.hpp"
#include "transport/drain.hpp"
#include "transport/engine.hpp"
#include "transport/post_itself.hpp"
#include "verifier_tally.hpp"

namespace bonin {
namespace {

/// Does every rule pass that does not ask about the account? Nothing is used up or reserved for a person who is denied
/// in any case.
bool passes_but_for_account(const Policy& policy, const VerificationPtr& verification, Moment now,
                            const Expect& expect) {
  const Decision decision = policy.evaluate(verification, now, expect);
  return ((decision.failed() | decision.unknown()) & ~policy.account_bits()) == 0;
}

/// Refuses rules that an own store has no function for.
std::optional<Error> refused_by_own_store(const Policy& policy, const Registry& registry) {
  for (const auto& rule : policy.standing_rules()) {
    const auto lacks = registry.own_store_lacks(rule.code);
    if (lacks.empty()) continue;
    auto error = invalid_argument("policy", "");
    error.message = "the rule `" + rule.code + "` at `" + rule.pointer + "` needs the function `" + std::string(lacks) +
                    "` of the application's own store, which has none: write it, take the rule out of the policy, or "
                    "give the registry a store";
    return error;
  }
  return std::nullopt;
}

/// An own store tells of a use by using the id up alone, which nobody has asked it for where the use is not known.
Standing with_a_first_use(Standing standing) {
  if (standing.use == Standing::Use::unknown) standing.use = Standing::Use::first;
  return standing;
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

/// A flow that a code was sent for is another one than a flow of the script: otherwise the page could finish it on a
/// channel of its choice.
FlowOwner owner_of(std::string_view subject, bool by_code) {
  FlowOwner owner(subject);
  owner.by_code = by_code;
  return owner;
}

CallOptions as_step(CallOptions options) {
  options.is_step = true;
  return options;
}

}  // namespace

struct Verifier::Impl {
  std::shared_ptr<const PortOne> portone;
  Policy policy;
  std::optional<Registry> registry;
  std::shared_ptr<const Clock> clock;
  std::vector<std::string> warnings;
  std::shared_ptr<OtpAllowance> otp;
  std::shared_ptr<RecordFile> records;  // null: none
  std::shared_ptr<Gate> gate = std::make_shared<Gate>();
  std::shared_ptr<PerProcess<VerifierTally>> tallies = std::make_shared<PerProcess<VerifierTally>>();

  std::shared_ptr<VerifierTally> tally() const {
    return tallies->get([] { return std::make_shared<VerifierTally>(); });
  }

  /// Counts how a call ends, writes its decision down, and then answers `done`.
  template <class Answer>
  void tell(Result<Decision> result, Answer done) const {
    tally()->ended(result);
    if (!records || !result) return done(std::move(result));
    auto line = result.value().record();
    const auto answer = [done = std::move(done),
                         decision = std::make_shared<Decision>(std::move(result.value()))]() mutable {
      done(std::move(*decision));
    };
    records->write(std::move(line), answer);
  }

  /// A place here and one at the client, for a call of several steps.
  struct Places {
    Gate::Place here;
    Entry at_client;
  };
  Result<Places> enter() const {
    auto here = gate->enter();
    if (!here) return make_error(ErrorKind::draining, "the verifier is draining and takes no new calls");
    auto at_client = portone->enter();
    if (!at_client) return std::move(at_client.error());
    return Places{std::move(here), std::move(at_client.value())};
  }

  /// They are kept until the call has been answered.
  template <class T>
  static Callback<T> keeping(Places places, Callback<T> done) {
    return [places = std::make_shared<const Places>(std::move(places)), done = std::move(done)](Result<T> result) {
      done(std::move(result));
    };
  }

  /// One call of `verify` or `confirm_otp`, from its first step to its answer.
  struct Question final : Steps {
    Question(std::shared_ptr<const Impl> verifier, std::string_view of, VerifyOptions asked,
             std::chrono::milliseconds timeout, Places inside, Callback<Decision> waits)
        : Steps(verifier->clock, timeout, asked.caller),
          self(std::move(verifier)),
          id(of),
          options(std::move(asked)),
          places(std::move(inside)),
          done(std::move(waits)) {}

    const std::shared_ptr<const Impl> self;
    const std::string id;
    VerifyOptions options;
    const Places places;
    const Callback<Decision> done;
    bool by_code = false;
    std::shared_ptr<Question> itself;  // on its way to the engine (post_itself.hpp)

    FlowOwner child() const { return owner_of(options.subject, by_code); }
    FlowOwner guardian() const { return {options.subject, id}; }
  };

  static void answer(const std::shared_ptr<Question>& question, Result<Decision> result) {
    question->self->tell(std::move(result), [question](Result<Decision> told) { question->done(std::move(told)); });
  }

  /// One verification to be judged with the registry's help.
  struct Case {
    std::shared_ptr<Question> question;
    VerificationPtr verification;
    Moment now;

    const Impl& self() const { return *question->self; }
    Decision decide(const Standing& standing) const {
      return self().policy.evaluate(verification, now, question->options.expect, &standing);
    }
  };

  /// The denial of an id that was not begun here, judged by the id alone; nullopt for one that was. A V1 imp_uid never
  /// says where it began.
  std::optional<Decision> foreign(std::string_view id, const VerifyOptions& options, bool by_code = false) const {
    Verification nothing;
    nothing.id = id;
    nothing.api = portone->api();
    const auto now = clock->now();
    Expect expect = options.expect;
    expect.begun = portone->begun(nothing, owner_of(options.subject, by_code), now, false);
    if (expect.begun == Begun::here) return std::nullopt;
    return policy.evaluate(std::make_shared<const Verification>(std::move(nothing)), now, expect);
  }

  /// How a lookup of this owner's flow waits for a result that PortOne may not have yet.
  Settle settle(const VerifyOptions& options, const std::string& flow_id, const std::string& subject,
                const std::string& child) const {
    const bool waits = options.settle.count() > 0 || portone->api() == Api::v1;
    if (!options.begun || !waits) return {};
    const auto is_ours = [portone = portone, clock = clock, subject, child](const Verification& found) {
      return portone->begun(found, {subject, child}, clock->now(), false) == Begun::here;
    };
    // A stranger's verification is waited for as long as one that is not there: the time must not tell which ids exist.
    const auto is_due = [portone = portone, clock = clock, flow_id, subject, child,
                         is_ours](const Verification* found) {
      if (found != nullptr && is_ours(*found)) return found->status == Status::ready;
      return portone->issued(flow_id, {subject, child}, clock->now());
    };
    return {options.settle, is_due, is_ours};
  }

  /// Judges what PortOne says of the id, by way of the guardian's verification where there is one.
  static void judge_found(const std::shared_ptr<Question>& question, VerificationPtr verification) {
    const Impl& self = *question->self;
    VerifyOptions& options = question->options;
    const auto now = self.clock->now();
    if (options.begun) options.expect.begun = self.portone->begun(*verification, question->child(), now);
    // A flow that began elsewhere is denied without the registry: an error of the store would tell that the id exists.
    const bool foreign = options.begun && options.expect.begun != Begun::here;
    if (!foreign && !options.guardian.empty()) return find_guardian(question, std::move(verification));
    conclude(question, std::move(verification), now, foreign);
  }

  static void conclude(const std::shared_ptr<Question>& question, VerificationPtr verification, Moment now,
                       bool foreign) {
    const Impl& self = *question->self;
    if (!self.policy.needs_standing() || foreign) {
      return answer(question, self.policy.evaluate(std::move(verification), now, question->options.expect));
    }
    judge(std::make_shared<const Case>(Case{question, std::move(verification), now}));
  }

  /// Looks the guardian's verification up. One that PortOne does not know, or that was not begun for this child, is
  /// none.
  static void find_guardian(const std::shared_ptr<Question>& question, VerificationPtr child) {
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
      const bool counts =
          guardian && (!question->options.begun ||
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

  /// What both ways to a decision check first; the error, if there is one.
  std::optional<Error> check(std::string_view id, const VerifyOptions& options) const {
    if (policy.needs_standing() && options.subject.empty()) {
      return invalid_argument("subject", "the policy asks about accounts, so it must be said who asks");
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

  static void judge(const std::shared_ptr<const Case>& one) {
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

  /// Uses the id up and reserves a place if the person is allowed, and judges by what the registry answers.
  static void admit(const std::shared_ptr<const Case>& one) {
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

  /// On the engine's thread, where all that a lookup needs is made and released.
  static void look_up(const std::shared_ptr<Question>& question) {
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
};

Result<Verifier> Verifier::create(Options options) {
  if (!options.portone) return invalid_argument("portone", "portone is missing");
  if (options.policy.needs_standing() && !options.registry) {
    return invalid_argument("registry", "the policy asks about accounts, which a registry alone knows");
  }
  auto clock = options.clock ? std::move(options.clock) : options.portone->clock();
  if (options.registry && options.registry->clock() != clock) {
    return invalid_argument("registry",
                            "the registry follows another clock than the verifier: give both the same one, with the "
                            "option `clock` of the registry");
  }
  std::vector<std::string> warnings = options.policy.warnings();
  if (options.registry) {
    if (auto error = refused_by_own_store(options.policy, *options.registry)) return std::move(*error);
    warn_about_keys(options.policy, *options.registry, warnings);
  }
  auto otp = OtpAllowance::create(options.otp_limits, clock);
  if (!otp) return std::move(otp.error());
  std::shared_ptr<RecordFile> records;
  if (!options.records.empty()) {
    auto opened = RecordFile::open(
        {std::move(options.records), [portone = options.portone](LogEvent event) { portone->tell(std::move(event)); }});
    if (!opened) return std::move(opened.error());
    records = std::move(opened.value());
  }
  return Verifier(std::make_shared<const Impl>(Impl{std::move(options.portone), std::move(options.policy),
                                                    std::move(options.registry), std::move(clock), std::move(warnings),
                                                    std::move(otp.value()), std::move(records)}));
}

Call Verifier::verify(std::string_view id, const VerifyOptions& options, Callback<Decision> done) const {
  if (auto error = impl_->check(id, options)) return done(std::move(*error)), Call{};
  if (options.begun) {
    if (const auto error = check_subject(options.subject)) return done(*error), Call{};
  }
  auto places = impl_->enter();
  if (!places) return impl_->tell(std::move(places.error()), std::move(done)), Call{};
  const Api api = impl_->portone->api();
  if (auto checked = check_id(api, id); !checked) {
    return impl_->tell(std::move(checked.error()), std::move(done)), Call{};
  }
  // A V2 id carries its signature, so a forged one is denied without a request.
  if (options.begun && api == Api::v2) {
    if (auto decision = impl_->foreign(id, options)) {
      return impl_->tell(std::move(*decision), Impl::keeping(std::move(places.value()), std::move(done))), Call{};
    }
  }
  const auto question =
      std::make_shared<Impl::Question>(impl_, id, options, options.timeout.value_or(impl_->portone->timeout()),
                                       std::move(places.value()), std::move(done));
  const auto look_up = [](const std::shared_ptr<Impl::Question>& one) { Impl::look_up(one); };
  if (!post_itself<&Impl::Question::itself>(*Engine::current(), question, look_up)) {
    Impl::answer(question, make_error(ErrorKind::closed, "the process is ending"));
  }
  return Call(question);
}

Result<Flow> Verifier::begin(std::string_view subject, const FlowOptions& options) const {
  if (auto error = check_subject(subject)) return std::move(*error);
  const auto now = impl_->clock->now();
  const bool v2 = impl_->portone->api() == Api::v2;
  if (!options.guardian_of.empty()) {
    // A V1 imp_uid does not say where it began, but a merchant_uid is none.
    const bool good =
        v2 ? impl_->portone->issued(options.guardian_of, subject, now) : check_id(Api::v1, options.guardian_of).ok();
    if (!good) {
      return invalid_argument("guardian_of", v2 ? "`guardian_of` is no flow that was begun here for this subject"
                                                : "`guardian_of` must be the imp_uid of the child's verification");
    }
  }
  auto flow = impl_->portone->begin(subject, options, now);
  if (!flow || !flow->min_age) return flow;
  if (auto warning = impl_->policy.shut_out_by(*flow->min_age)) flow->warnings.push_back(std::move(*warning));
  return flow;
}

Call Verifier::send_otp(std::string_view subject, const OtpPerson& person, Callback<OtpSent> done,
                        const CallOptions& options) const {
  if (const auto error = check_subject(subject)) return done(*error), Call{};
  if (auto error = check_otp_person(person)) return done(std::move(*error)), Call{};
  auto places = impl_->enter();
  if (!places) return done(std::move(places.error())), Call{};
  const auto now = impl_->clock->now();
  if (auto error = impl_->otp->take_send(subject, person.phone, person.ip_address)) {
    return done(std::move(*error)), Call{};
  }
  const Flow flow = impl_->portone->new_flow(owner_of(subject, true), now);
  auto sent = [impl = impl_, subject = std::string(subject), expires_at = flow.expires_at,
               done = Impl::keeping(std::move(places.value()), std::move(done))](Result<std::string> id) {
    if (!id) return done(std::move(id.error()));
    const auto sealed = impl->portone->seal(id.value(), owner_of(subject, true), impl->clock->now());
    done(OtpSent{impl->portone->api(), sealed, expires_at});
  };
  return impl_->portone->send_otp(flow, person, as_step(options), std::move(sent));
}

Call Verifier::resend_otp(std::string_view subject, std::string_view id, Callback<Done> done,
                          const CallOptions& options) const {
  if (const auto error = check_subject(subject)) return done(*error), Call{};
  const auto opened = impl_->portone->open(id, owner_of(subject, true), impl_->clock->now());
  if (!opened)
    return done(make_error(ErrorKind::not_found, "no code was sent here for this id and subject", "id")), Call{};
  auto places = impl_->enter();
  if (!places) return done(std::move(places.error())), Call{};
  if (auto error = impl_->otp->take_resend(subject, *opened)) return done(std::move(*error)), Call{};
  return impl_->portone->resend_otp(*opened, as_step(options),
                                    Impl::keeping(std::move(places.value()), std::move(done)));
}

Call Verifier::confirm_otp(std::string_view id, std::string_view otp, const VerifyOptions& options,
                           Callback<Decision> done) const {
  if (auto error = impl_->check(id, options)) return done(std::move(*error)), Call{};
  if (const auto error = check_subject(options.subject)) return done(*error), Call{};
  VerifyOptions judged = options;
  judged.begun = true;
  const auto opened = impl_->portone->open(id, owner_of(options.subject, true), impl_->clock->now());
  if (!opened) {
    if (auto decision = impl_->foreign(id, judged, true)) {
      return impl_->tell(std::move(*decision), std::move(done)), Call{};
    }
    auto error = make_error(ErrorKind::not_found, "no code was sent here for this id and subject", "id");
    return impl_->tell(std::move(error), std::move(done)), Call{};
  }
  auto places = impl_->enter();
  if (!places) return impl_->tell(std::move(places.error()), std::move(done)), Call{};
  if (auto error = impl_->otp->take_code(*opened)) {
    return impl_->tell(std::move(*error), std::move(done)), Call{};
  }
  const auto timeout = options.timeout.value_or(impl_->portone->provider_timeout());
  const auto question = std::make_shared<Impl::Question>(impl_, *opened, std::move(judged), timeout,
                                                         std::move(places.value()), std::move(done));
  question->by_code = true;
  auto judge = [question](Result<VerificationPtr> verification) {
    if (!verification) return Impl::answer(question, std::move(verification.error()));
    Impl::judge_found(question, std::move(verification.value()));
  };
  auto confirmed = [question, judge](Result<VerificationPtr> verification) {
    if (verification) return judge(std::move(verification));
    const Error refusal = verification.error();
    const PortOne& portone = *question->self->portone;
    // It was confirmed before, by a second click or by a call whose answer was lost; V1 has no word of its own for
    // that.
    const bool again =
        refusal.kind == ErrorKind::conflict || (portone.api() == Api::v1 && refusal.kind == ErrorKind::rejected);
    if (!again) return Impl::answer(question, refusal);
    const auto left = question->left();
    if (!left) return Impl::answer(question, left.error());
    auto found = [question, judge, refusal](Result<VerificationPtr> known) {
      if (known && known.value()->status != Status::verified) return Impl::answer(question, refusal);
      judge(std::move(known));
    };
    question->begin([&] { return portone.lookup(question->id, left.value(), std::move(found)); });
  };
  question->begin([&] {
    return impl_->portone->confirm_otp(*opened, otp, CallOptions{timeout, options.caller, true}, std::move(confirmed));
  });
  return Call(question);
}

Call Verifier::check(Callback<CheckReport> done, const CallOptions& options) const {
  CallOptions call = options;
  if (!call.timeout) call.timeout = impl_->portone->timeout();
  if (auto checked = check_timeout(*call.timeout, "timeout_ms"); !checked) return done(checked.error()), Call{};
  const auto& registry = impl_->registry;
  const auto parts = std::make_shared<JoinedChecks>(registry ? 2 : 1, std::move(done));
  parts->keep(impl_->portone->check(call, [self = impl_, part = parts->part(0)](Result<CheckReport> report) {
    if (report && self->gate->drains()) {
      for (auto& check : report.value().checks) {
        if (check.name != "calls" || !check.ok) continue;
        check.ok = false;
        check.reason = info(ErrorKind::draining).name;
        check.detail = "the verifier is draining: send requests to another instance";
      }
    }
    part(std::move(report));
  }));
  if (registry) parts->keep(registry->check(parts->part(1), call));
  return Call(parts);
}

Call Verifier::drain(std::chrono::milliseconds timeout, Callback<std::int64_t> done) const {
  if (auto checked = check_timeout(timeout, "timeout_ms"); !checked) return done(checked.error()), Call{};
  return bonin::drain(*impl_->gate, Engine::current(), timeout, std::move(done));
}

VerifierMetrics Verifier::metrics() const {
  auto metrics = impl_->tally()->metrics();
  if (!impl_->records) return metrics;
  const auto [written, waiting, lost] = impl_->records->counts();
  metrics.records_written += written;
  metrics.records_waiting = waiting;
  metrics.records_lost += lost;
  return metrics;
}

void Verifier::count_record(bool taken) const { impl_->tally()->recorded(taken); }

const std::vector<std::string>& Verifier::warnings() const noexcept { return impl_->warnings; }
const std::shared_ptr<const PortOne>& Verifier::portone() const noexcept { return impl_->portone; }
const Policy& Verifier::policy() const noexcept { return impl_->policy; }
const std::optional<Registry>& Verifier::registry() const noexcept { return impl_->registry; }

}  // namespace bonin
