#include "policy/rules/age.hpp"

namespace bonin::policy_detail {
namespace {

/// `at_least`, `below` or `between`, into `step`.
void read_limits(Step& step, const Place& body) {
  if (body.has("between")) {
    const Place range = body.at("between");
    if (!range.array(2, 2, "two ages")) return;
    step.at_least = static_cast<std::int16_t>(range.at(std::size_t{0}).age());
    step.below = static_cast<std::int16_t>(range.at(std::size_t{1}).age() + 1);
    if (step.at_least >= step.below) range.refuse("the lower age was expected first");
  }
  if (body.has("at_least")) step.at_least = static_cast<std::int16_t>(body.at("at_least").age());
  if (body.has("below")) {
    step.below = static_cast<std::int16_t>(body.at("below").age());
    if (step.below == 0) body.at("below").refuse("a whole number from 1 to 150 was expected");
  }
}

/// `on` or `by_end_of`, into `step`.
void read_day(Step& step, const Place& body) {
  if (body.has("on") && body.has("by_end_of")) body.at("by_end_of").refuse("either `on` or `by_end_of` was expected");
  for (const char* key : {"on", "by_end_of"}) {
    if (!body.has(key)) continue;
    step.counted_on_a_day = true;
    step.end_of_day = std::string_view(key) == "by_end_of";
    step.day = body.at(key).date();
    if (!body.refused()) {
      step.day_key = date_key(Date{std::chrono::sys_days{step.day} + std::chrono::days{step.end_of_day ? 1 : 0}});
    }
  }
}

}  // namespace

void AgeRule::compile(Compiler& compiler, const Place& rule, const Place& body) {
  constexpr std::array<std::string_view, 2> ways{"full", "year"};
  if (!body.object({"at_least", "below", "between", "by", "on", "by_end_of"})) return;
  const bool between = body.has("between"), limit = body.has("at_least") || body.has("below");
  if (!between && !limit) return body.refuse("one of the keys `at_least`, `below`, `between` was expected");
  if (between && limit) {
    return body.at("between").refuse("`between` was expected to stand without `at_least` and `below`");
  }
  if (!body.has("by")) return body.refuse("the key `by` was expected: `full` or `year`");
  Step& step = compiler.add(kind, rule);
  step.by_year = body.at("by").word(ways) == 1;
  step.lenient = compiler.accepts(looks_at);
  read_limits(step, body);
  read_day(step, body);
}

std::string AgeRule::words(const Step& step, bool korean) {
  const bool upper = step.below < Step::no_age, lower = step.at_least > 0 || !upper;
  std::string text;
  if (korean) {
    if (step.counted_on_a_day) text = bonin::to_string(step.day) + (step.end_of_day ? "(선거일) 기준 " : " 기준 ");
    text += step.by_year ? "연 나이 " : "만 ";
    if (lower) text += std::to_string(step.at_least) + "세 이상";
    if (lower && upper) text += " ";
    if (upper) text += std::to_string(step.below) + "세 미만";
    return text;
  }
  if (lower) text = "at least " + std::to_string(step.at_least);
  if (lower && upper) text += " and ";
  if (upper) text += "under " + std::to_string(step.below);
  text += step.by_year ? " years old by year age (this year minus the year of birth)" : " years old";
  if (step.counted_on_a_day) text += (step.end_of_day ? " by the end of " : " on ") + bonin::to_string(step.day);
  return text;
}

std::string AgeRule::phrase(const RuleAt& rule, bool korean) { return words(rule.step(), korean); }

std::string AgeRule::in_a_sentence(const Step& step) {
  const bool upper = step.below < Step::no_age, lower = step.at_least > 0 || !upper;
  std::string text;
  if (lower) text += std::to_string(step.at_least) + " or older";
  if (lower && upper) text += " and ";
  if (upper) text += "under " + std::to_string(step.below);
  if (step.counted_on_a_day) text += (step.end_of_day ? " by the end of " : " on ") + bonin::to_string(step.day);
  return text + (step.by_year ? ", counted by calendar year" : "");
}

std::string AgeRule::denial(const RuleAt& rule, bool korean) {
  if (korean) return phrase(rule, true) + "만 이용하실 수 있습니다.";
  return "You must be " + in_a_sentence(rule.step()) + ".";
}

}  // namespace bonin::policy_detail
