#include "policy/rule.hpp"

#include "policy/rules/all.hpp"

namespace bonin::policy_detail {

std::string phrase(const RuleAt& rule, bool korean) { return rule_of(rule.step().kind).phrase(rule, korean); }

std::string RuleDefaults::denial(const RuleAt& rule, bool korean) {
  return (korean ? "다음 조건을 충족해야 합니다: " : "This is required: ") + policy_detail::phrase(rule, korean) + ".";
}

std::string duration_words(std::int64_t ms, bool korean) {
  struct Unit {
    std::int64_t ms;
    Bilingual one, many;
  };
  constexpr std::array<Unit, 4> units{{{86'400'000, {"일", " day"}, {"일", " days"}},
                                       {3'600'000, {"시간", " hour"}, {"시간", " hours"}},
                                       {60'000, {"분", " minute"}, {"분", " minutes"}},
                                       {1000, {"초", " second"}, {"초", " seconds"}}}};
  for (const Unit& unit : units) {
    if (ms % unit.ms != 0) continue;
    const auto n = ms / unit.ms;
    return std::to_string(n).append((n == 1 ? unit.one : unit.many).in(korean));
  }
  return std::to_string(ms) + " ms";
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
