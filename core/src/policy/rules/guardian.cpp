#include "policy/rules/guardian.hpp"

#include "bonin/secret.hpp"
#include "model/provider.hpp"
#include "policy/verification_row.hpp"

namespace bonin::policy_detail {
namespace {

/// 민법 제4조: of age is who has completed 19 years.
constexpr std::int16_t of_age = 19;

/// Do the policy's own demands on a verification hold: finished, fresh, on a channel that counts?
bool is_valid(const Inputs& inputs, const VerificationRow& guardian) noexcept {
  const Program& program = inputs.program;
  for (std::size_t i = 0; i < program.expectations; i = program.steps[i].end) {
    const Step& step = program.steps[i];
    Reason reason = Reason::pass;
    if (step.kind == Kind::verified) reason = Verified::judge<VerificationRow>(step, inputs)(guardian);
    if (step.kind == Kind::fresh) reason = Fresh::judge<VerificationRow>(step, inputs)(guardian);
    if (step.kind == Kind::channel) reason = ChannelRule::judge<VerificationRow>(step, inputs)(guardian);
    if (reason != Reason::pass) return false;
  }
  return true;
}

Reason judge_age(const Inputs& inputs, const VerificationRow& guardian) noexcept {
  Step step;
  step.kind = Kind::age;
  step.at_least = of_age;
  const Reason reason = AgeRule::judge<VerificationRow>(step, inputs)(guardian);
  if (reason == Reason::pass) return Reason::pass;
  return reason == Reason::too_young ? Reason::guardian_too_young : Reason::guardian_unknown;
}

const std::string* attested(const Attribute<std::string>& attribute) noexcept {
  return attribute.attested() ? attribute.reveal() : nullptr;
}

/// Do two DIs of this merchant id mean two persons?
bool di_tells(const Verification& one) noexcept {
  return !page_chooses_di(one.provider) && !one.channel.pg_merchant_id.empty();
}

/// Are they two persons? By CI; else by DI, which means a person at one merchant id of one provider, and only where the
/// page does not choose it.
Reason judge_difference(const Verification& child, const Verification& guardian) noexcept {
  const auto* const child_ci = attested(child.person.ci);
  const auto* const guardian_ci = attested(guardian.person.ci);
  if (child_ci != nullptr && guardian_ci != nullptr) {
    return equal_in_constant_time(*child_ci, *guardian_ci) ? Reason::same_person : Reason::pass;
  }
  const auto* const child_di = attested(child.person.di);
  const auto* const guardian_di = attested(guardian.person.di);
  const bool comparable = child_di != nullptr && guardian_di != nullptr && child.provider == guardian.provider &&
                          child.channel.pg_merchant_id == guardian.channel.pg_merchant_id;
  if (!comparable) return Reason::guardian_unknown;
  if (equal_in_constant_time(*child_di, *guardian_di)) return Reason::same_person;
  return di_tells(child) ? Reason::pass : Reason::guardian_unknown;
}

}  // namespace

bool can_have_guardian(const Verification& child) noexcept {
  return attested(child.person.ci) != nullptr || (attested(child.person.di) != nullptr && di_tells(child));
}

Reason judge_guardian(const Inputs& inputs, const Verification& child) noexcept {
  if (!inputs.expect.guardian) return Reason::needs_guardian;
  const Verification& guardian = *inputs.expect.guardian;
  const VerificationRow row{guardian};
  if (!is_valid(inputs, row)) return Reason::guardian_not_verified;
  if (const Reason reason = judge_age(inputs, row); reason != Reason::pass) return reason;
  return judge_difference(child, guardian);
}

void GuardianRule::compile(Compiler& compiler, const Place& rule, const Place& body) {
  body.only_true();
  compiler.add(kind, rule);
}

std::string GuardianRule::phrase(const RuleAt&, bool korean) {
  return korean ? "보호자(만 19세 이상)의 본인인증과 동의"
                : "the consent of a guardian of 19 or older, who verifies as well";
}

}  // namespace bonin::policy_detail
