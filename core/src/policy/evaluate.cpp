#include <algorithm>
#include <string>
#include <utility>

#include "bonin/policy.hpp"
#include "policy/age.hpp"
#include "policy/verification_row.hpp"

namespace bonin {
namespace policy_detail {
namespace {

/// One evaluation: its inputs, and where the reasons of all steps go.
struct Evaluation {
  Inputs inputs;
  VerificationRow row;
  std::uint8_t* reasons;
  const Step* steps = inputs.program.steps.data();

  Reason judge(std::size_t index) {
    const Step& step = steps[index];
    const Reason reason = is_combined(step.kind) ? combine(index, step) : judge_alone(step);
    reasons[index] = static_cast<std::uint8_t>(reason);
    return reason;
  }

 private:
  Reason combine(std::size_t index, const Step& step) {
    std::size_t part = index + 1;
    Reason reason = judge(part);
    if (step.kind == Kind::negation) return inverse(reason);
    if (reason != Reason::pass) reason = step.kind == Kind::any_of ? either(reason, reason) : both(reason, reason);
    for (part = steps[part].end; part < step.end; part = steps[part].end) {
      const Reason next = judge(part);
      reason = step.kind == Kind::any_of ? either(reason, next) : both(reason, next);
    }
    return reason;
  }

  // Inlined by order: a call of its own costs as much as a rule.
  [[gnu::always_inline]] inline Reason judge_alone(const Step& step) const {
    Reason reason = Reason::no_standing;
    with_rule(step.kind, Rules{}, [&]<class Rule>(Rule) {
      if constexpr (!Rule::combined) reason = Rule::template judge<VerificationRow>(step, inputs)(row);
    });
    return reason;
  }
};

template <std::size_t... field>
bool expects_field(const Expect& expect, std::index_sequence<field...>) noexcept {
  const auto is_set = [&](const ExpectFieldInfo& info) {
    return info.text != nullptr ? (expect.*info.text).has_value() : (expect.*info.date).has_value();
  };
  return (is_set(expect_fields[field]) || ...);  // unrolled: a loop costs as much as a rule
}

bool expects_anything(const Expect& expect) noexcept {
  return expect.begun || expects_field(expect, std::make_index_sequence<expect_fields.size()>());
}

}  // namespace
}  // namespace policy_detail

Result<Done> check_expect(const Expect& expect) {
  for (const ExpectFieldInfo& field : expect_fields) {
    if (field.text == nullptr) continue;
    const auto& text = expect.*field.text;
    if (!text || text->size() <= field.max_bytes) continue;
    const std::string name = "expect." + std::string(field.name);
    return make_error(ErrorKind::invalid_argument,
                      "`" + name + "` has more than " + std::to_string(field.max_bytes) + " bytes", name);
  }
  return Done{};
}

Decision Policy::evaluate(VerificationPtr verification, Moment now, const Expect& expect,
                          const Standing* standing) const {
  using namespace policy_detail;
  // A null verification is denied: it must not crash the server.
  static const VerificationPtr nobody = std::make_shared<const Verification>();
  if (!verification) verification = nobody;

  Decision decision;
  const Program& program = *program_;
  Evaluation evaluation{{program, now.time_since_epoch().count(), key_in_korea(now), expect, standing},
                        {*verification},
                        decision.reasons_.data()};
  std::uint64_t bit = 1;
  const auto note = [&](Reason reason) {
    (outcome_of(reason) == Outcome::fail ? decision.failed_ : decision.unknown_) |= reason == Reason::pass ? 0 : bit;
    bit <<= 1;
  };
  for (std::size_t i = 0; i < program.expectations; i = evaluation.steps[i].end) note(evaluation.judge(i));
  if (expects_anything(expect)) {
    for (std::size_t i = program.expectations; i < program.steps.size(); ++i) {
      const Reason reason = evaluation.judge(i);
      if (reason == Reason::not_supplied) continue;  // nothing was expected here
      decision.expected_ |= static_cast<std::uint8_t>(1U << (i - program.expectations));
      note(reason);
    }
  }
  decision.allowed_ = (decision.failed_ | decision.unknown_) == 0;
  decision.at_ = now;
  decision.had_standing_ = standing != nullptr;
  if (standing != nullptr) {
    decision.banned_for_ever_ = standing->banned_for_ever;
    decision.banned_until_ = standing->banned_until;
    decision.rejoin_at_ = standing->rejoin_at;
  }
  decision.program_ = program_;
  decision.verification_ = std::move(verification);
  return decision;
}

}  // namespace bonin
