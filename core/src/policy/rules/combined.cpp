#include "policy/rules/combined.hpp"

#include <algorithm>

#include "policy/denial.hpp"
#include "policy/rules/all.hpp"

namespace bonin::policy_detail {
namespace {

/// "the name, the phone number": what the parts of a group look at that did not pass.
std::string subjects_of(const RuleAt& group, bool korean) {
  std::vector<std::string> subjects;
  for (std::size_t i = group.index + 1; i < group.step().end; ++i) {
    const Step& part = group.program.steps[i];
    if (group.reasons != nullptr && static_cast<Reason>(group.reasons[i]) == Reason::pass) continue;
    subjects.emplace_back(rule_of(part.kind).subject(part).in(korean));
  }
  if (!korean && subjects.size() > 1) {
    const std::string last = std::move(subjects.back());
    subjects.pop_back();
    return joined(subjects, ", ") + " and " + last;
  }
  return joined(subjects, "·");
}

/// Did the person enter whatever of this group did not pass, and is it another?
bool entered_otherwise(const RuleAt& group) {
  if (group.reasons == nullptr || group.step().inner != Kind::expect) return false;
  for (std::size_t i = group.index + 1; i < group.step().end; ++i) {
    const auto reason = static_cast<Reason>(group.reasons[i]);
    if (reason == Reason::pass) continue;
    if (reason != Reason::mismatch || !info(group.program.steps[i].field()).attribute) return false;
  }
  return true;
}

std::string capital(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::vector<std::size_t> parts_of(const RuleAt& rule) {
  std::vector<std::size_t> parts;
  const auto& steps = rule.program.steps;
  for (std::size_t i = rule.index + 1; i < rule.step().end; i = steps[i].end) parts.push_back(i);
  return parts;
}

/// Whoever is not `age`, which has a lower limit alone.
Step younger_than(Step age) {
  age.below = age.at_least;
  age.at_least = 0;
  return age;
}

bool same_age(const Step& a, const Step& b) {
  return a.kind == Kind::age && b.kind == Kind::age && a.at_least == b.at_least && a.below == b.below &&
         a.by_year == b.by_year && a.counted_on_a_day == b.counted_on_a_day && a.day_key == b.day_key;
}

/// `any_of` an age and something else, which is then asked of whoever is younger.
struct OfTheYoung {
  std::size_t age;
  Step young;
  std::vector<std::size_t> rest;  // all of this
};

std::optional<OfTheYoung> of_the_young(const RuleAt& rule) {
  const auto& steps = rule.program.steps;
  auto parts = parts_of(rule);
  if (parts.size() != 2) return std::nullopt;
  const auto limits = [&](std::size_t i) {
    return steps[i].kind == Kind::age && steps[i].at_least > 0 && steps[i].below == Step::no_age;
  };
  if (!limits(parts[0])) std::swap(parts[0], parts[1]);
  if (!limits(parts[0])) return std::nullopt;
  OfTheYoung out{parts[0], younger_than(steps[parts[0]]), {parts[1]}};
  if (steps[parts[1]].kind != Kind::all_of) return out;
  auto rest = parts_of({rule.program, parts[1]});
  std::erase_if(rest, [&](std::size_t i) { return same_age(steps[i], out.young); });
  if (!rest.empty()) out.rest = std::move(rest);
  return out;
}

/// What is asked of somebody who was found too young; empty where that is not what happened.
std::string denial_of_the_young(const RuleAt& rule, bool korean) {
  const auto found = rule.reasons == nullptr ? std::nullopt : of_the_young(rule);
  if (!found || static_cast<Reason>(rule.reasons[found->age]) != Reason::too_young) return {};
  const auto& steps = rule.program.steps;
  const std::string who =
      korean ? AgeRule::words(found->young, true) + "은 " : capital(AgeRule::in_a_sentence(found->young)) + ", ";
  if (found->rest.size() == 1 && steps[found->rest[0]].kind == Kind::guardian) {
    const auto reason = static_cast<Reason>(rule.reasons[found->rest[0]]);
    // What is wrong with a guardian who was given is a sentence of its own.
    if (reason != Reason::needs_guardian) return denial({rule.program, found->rest[0], rule.reasons}, reason, korean);
    return who + (korean ? "보호자(법정대리인)의 본인인증과 동의가 필요합니다."
                         : "a guardian must verify their identity and consent.");
  }
  std::vector<std::string> asked;
  for (const std::size_t i : found->rest) {
    std::string part = phrase({rule.program, i}, korean);
    const bool bracketed = found->rest.size() > 1 && rule_of(steps[i].kind).combined;
    asked.push_back(bracketed ? "(" + std::move(part) + ")" : std::move(part));
  }
  return who + (korean ? "다음 조건을 충족해야 합니다: " : "this is required: ") +
         joined(asked, korean ? ", " : " and ") + ".";
}

/// The sentences of the parts that decide: those that fail, else those that are unknown.
std::string denials_of_parts(const RuleAt& rule, bool korean) {
  if (rule.reasons == nullptr) return {};
  std::vector<std::string> sentences;
  for (const Outcome wanted : {Outcome::fail, Outcome::unknown}) {
    for (const std::size_t i : parts_of(rule)) {
      const auto reason = static_cast<Reason>(rule.reasons[i]);
      if (outcome_of(reason) != wanted) continue;
      std::string sentence = denial({rule.program, i, rule.reasons}, reason, korean);
      if (std::find(sentences.begin(), sentences.end(), sentence) == sentences.end()) {
        sentences.push_back(std::move(sentence));
      }
    }
    if (!sentences.empty()) break;
  }
  return joined(sentences, " ");
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
  if (auto text = denials_of_parts(rule, korean); !text.empty()) return text;
  return (korean ? "다음 조건을 모두 충족해야 합니다: " : "All of this is required: ") + phrase(rule, korean) + ".";
}

std::string AnyOfRule::denial(const RuleAt& rule, bool korean) {
  if (auto text = denial_of_the_young(rule, korean); !text.empty()) return text;
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
  if (entered_otherwise(rule)) {
    return korean ? "입력하신 " + with_particle(subjects, "과", "와") + " 본인인증 결과가 다릅니다."
                  : "The identity verification does not match " + subjects + " that you entered.";
  }
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
