#include "policy/rule.hpp"

#include "policy/rules/all.hpp"

namespace bonin::policy_detail {

std::string phrase(const RuleAt& rule, bool korean) { return rule_of(rule.step().kind).phrase(rule, korean); }

std::string RuleDefaults::denial(const RuleAt& rule, bool korean) {
  return (korean ? "다음 조건을 충족해야 합니다: " : "This is required: ") + policy_detail::phrase(rule, korean) + ".";
}

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
  std::string text;
  for (const auto& part : parts) {
    if (!text.empty()) text += between;
    text += part;
  }
  return text;
}

}  // namespace bonin::policy_detail
