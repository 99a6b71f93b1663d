#include "policy/rules/combined.hpp"

#include "policy/rules/all.hpp"

namespace bonin::policy_detail {
namespace {

/// "the name, the phone number": what the parts of a group look at.
std::string subjects_of(const RuleAt& group, bool korean) {
  std::vector<std::string> subjects;
  for (std::size_t i = group.index + 1; i < group.step().end; ++i) {
    const Step& part = group.program.steps[i];
    subjects.emplace_back(rule_of(part.kind).subject(part).in(korean));
  }
  if (!korean && subjects.size() > 1) {
    const std::string last = std::move(subjects.back());
    subjects.pop_back();
    return joined(subjects, ", ") + " and " + last;
  }
  return joined(subjects, "·");
}

std::string capital(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

}  // namespace

void CombinedRule::compile_parts(Compiler& compiler, const Place& rule, const Place& body, Kind kind) {
  compiler.add_with_parts(kind, rule, [&] {
    if (!body.array(1, SIZE_MAX, "an array of at least one rule")) return;
    for (std::size_t i = 0; i < body.size() && !body.refused(); ++i) compiler.rule(body.at(i));
  });
}

std::string CombinedRule::join_parts(const RuleAt& rule, bool korean, const Bilingual& between) {
  const auto& steps = rule.program.steps;
  std::vector<std::string> parts;
  for (std::size_t i = rule.index + 1; i < rule.step().end; i = steps[i].end) {
    std::string part = policy_detail::phrase({rule.program, i}, korean);
    if (rule_of(steps[i].kind).combined && steps[i].kind != Kind::negation) part = "(" + part + ")";
    parts.push_back(std::move(part));
  }
  return joined(parts, between.in(korean));
}

std::string AllOfRule::denial(const RuleAt& rule, bool korean) {
  return (korean ? "다음 조건을 모두 충족해야 합니다: " : "All of this is required: ") + phrase(rule, korean) + ".";
}

std::string AnyOfRule::denial(const RuleAt& rule, bool korean) {
  return (korean ? "다음 조건 중 하나를 충족해야 합니다: " : "One of these is required: ") + phrase(rule, korean) + ".";
}

void NotRule::compile(Compiler& compiler, const Place& rule, const Place& body) {
  compiler.add_with_parts(kind, rule, [&] { compiler.rule(body); });
}

std::string NotRule::phrase(const RuleAt& rule, bool korean) {
  return (korean ? "다음에 해당하지 않음: " : "not: ") + join_parts(rule, korean, {"", ""});
}

std::string NotRule::denial(const RuleAt& rule, bool korean) {
  return (korean ? "다음에 해당하면 이용하실 수 없습니다: " : "This must not be the case: ") +
         join_parts(rule, korean, {"", ""}) + ".";
}

std::string GroupRule::denial(const RuleAt& rule, bool korean) {
  const std::string subjects = subjects_of(rule, korean);
  switch (rule.step().inner) {
    case Kind::has:
      return korean ? "본인인증 결과에 " + with_particle(subjects, "이", "가") + " 있어야 합니다."
                    : "The identity verification must give " + subjects + ".";
    case Kind::attested:
      return korean ? with_particle(subjects, "을", "를") + " 인증기관이 확인한 본인인증이 필요합니다."
                    : capital(subjects) + " must be checked by the provider.";
    default:
      return korean ? with_particle(subjects, "이", "가") + " 본인인증 결과와 일치해야 합니다."
                    : capital(subjects) + " must match the identity verification.";
  }
}

}  // namespace bonin::policy_detail
