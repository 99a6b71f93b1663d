#pragma once
// The rule about a person's age.

#include "policy/age.hpp"
#include "policy/rule.hpp"

namespace bonin::policy_detail {

struct AgeRule : RuleDefaults {
  static constexpr Kind kind = Kind::age;
  static constexpr std::string_view code = "age";
  static constexpr AttributeName looks_at = AttributeName::birth_date;
  static void compile(Compiler& compiler, const Place& rule, const Place& body);
  static std::string phrase(const RuleAt& rule, bool korean);
  static std::string words(const Step& step, bool korean);  // the phrase of any step, of a document or not
  static std::string in_a_sentence(const Step& step);       // "19 or older, counted by calendar year"
  static std::string denial(const RuleAt& rule, bool korean);
  static std::optional<AttributeName> attribute(const Step&) noexcept { return looks_at; }
  static std::vector<std::string_view> columns(const RuleAt&) { return {column_of(looks_at)}; }
  static Bilingual subject(const Step&) noexcept { return words_of(looks_at); }

  template <class Row>
  static auto judge(const Step& step, const Inputs& inputs) noexcept {
    return judge_value_of<Row>(looks_at, step, [cutoffs = Row::cutoffs(step, inputs.today)](const Row& row) noexcept {
      return judge_birth(row.birth(), cutoffs);
    });
  }

 private:
  static Reason judge_birth(std::int32_t birth, const Cutoffs& cutoffs) noexcept {
    // The later line wins.
    Reason reason = Reason::pass;
    reason = birth <= cutoffs.below ? Reason::too_old : reason;
    reason = birth > cutoffs.at_least ? Reason::too_young : reason;
    reason = birth > cutoffs.today ? Reason::future_birth_date : reason;
    return birth < cutoffs.earliest ? Reason::unreadable : reason;
  }
};

}  // namespace bonin::policy_detail
