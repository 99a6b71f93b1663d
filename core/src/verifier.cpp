#include "bonin/verifier.hpp"

#include <chrono>
#include <utility>

#include "model/check_timeout.hpp"
#include "model/invalid_argument.hpp"
#include "model/joined_checks.hpp"
#include "transport/drain.hpp"
#include "transport/engine.hpp"
#include "transport/post_itself.hpp"
#include "verifier_impl.hpp"

namespace bonin {
namespace {

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

}  // namespace

std::optional<Error> Verifier::Impl::check_subject(std::string_view subject) {
  if (subject.empty())
    return invalid_argument("subject", "`subject` is empty: say who asks, such as by the id of the session");
  if (subject.size() > 1000) return expected("subject", "at most 1000 bytes");
  return std::nullopt;
}

Result<Verifier::Impl::Places> Verifier::Impl::enter() const {
  auto here = gate->enter();
  if (!here) return make_error(ErrorKind::draining, "the verifier is draining and takes no new calls");
  auto at_client = portone->enter();
  if (!at_client) return std::move(at_client.error());
  return Places{std::move(here), std::move(at_client.value())};
}

Result<Verifier> Verifier::create(Options options) {
  if (!options.portone) return invalid_argument("portone", "portone is missing");
  if (options.policy.needs_standing() && !options.registry) {
    return invalid_argument(
        "registry",
        "the policy asks about accounts, which a registry alone knows: a program gives the verifier "
        "one, with the option `registry`");
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
    if (const auto error = Impl::check_subject(options.subject)) return done(*error), Call{};
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
  if (auto error = Impl::check_subject(subject)) return std::move(*error);
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
