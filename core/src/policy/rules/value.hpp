#pragma once
// Rules over the value of an attribute: gender, carrier; mvno, foreigner.

#include "policy/rule.hpp"

namespace bonin::policy_detail {

/// A value out of a short list.
struct ListedValue : RuleDefaults {
  template <class Rule>
  static void compile_as(Compiler& compiler, const Place& rule, const Place& body) {
    compile_list(compiler, rule, body, Rule::kind, Rule::looks_at, Rule::values);
  }
  static void compile_list(Compiler& compiler, const Place& rule, const Place& body, Kind kind, AttributeName attribute,
                           std::span<const std::string_view> values);

  static Reason judge_mask(unsigned mask, bool excluding, unsigned value) noexcept {
    const Reason other = excluding ? Reason::excluded : Reason::not_listed;
    return (mask >> value & 1) != 0 ? Reason::pass : other;
  }
};

struct GenderRule : ListedValue {
  static constexpr Kind kind = Kind::gender;
  static constexpr std::string_view code = "gender";
  static constexpr AttributeName looks_at = AttributeName::gender;
  static constexpr std::array<std::string_view, 3> values{"male", "female", "other"};
  static void compile(Compiler& c, const Place& rule, const Place& body) { compile_as<GenderRule>(c, rule, body); }
  static std::string phrase(const RuleAt& rule, bool korean);
  static std::string denial(const RuleAt& rule, bool korean);
  static std::optional<AttributeName> attribute(const Step&) noexcept { return looks_at; }
  static std::vector<std::string_view> columns(const RuleAt&) { return {column_of(looks_at)}; }
  static Bilingual subject(const Step&) noexcept { return words_of(looks_at); }

  template <class Row>
  static auto judge(const Step& step, const Inputs&) noexcept {
    return judge_value_of<Row>(looks_at, step, [mask = step.mask, excluding = step.flag](const Row& row) noexcept {
      return judge_mask(mask, excluding, row.gender());
    });
  }
};

struct CarrierRule : ListedValue {
  static constexpr Kind kind = Kind::carrier;
  static constexpr std::string_view code = "carrier";
  static constexpr AttributeName looks_at = AttributeName::carrier;
  static constexpr std::array<std::string_view, 3> values{"SKT", "KT", "LGU"};
  static void compile(Compiler& c, const Place& rule, const Place& body) { compile_as<CarrierRule>(c, rule, body); }
  static std::string phrase(const RuleAt& rule, bool korean);
  static std::string denial(const RuleAt& rule, bool korean);
  static std::optional<AttributeName> attribute(const Step&) noexcept { return looks_at; }
  static std::vector<std::string_view> columns(const RuleAt&) { return {column_of(looks_at)}; }
  static Bilingual subject(const Step&) noexcept { return words_of(looks_at); }

  template <class Row>
  static auto judge(const Step& step, const Inputs&) noexcept {
    return judge_value_of<Row>(looks_at, step, [mask = step.mask, excluding = step.flag](const Row& row) noexcept {
      return judge_mask(mask, excluding, row.carrier());
    });
  }
};

/// A value that is true or false.
struct FlagValue : RuleDefaults {
  static void compile_flag(Compiler& compiler, const Place& rule, const Place& body, Kind kind,
                           AttributeName attribute);
};

struct MvnoRule : FlagValue {
  static constexpr Kind kind = Kind::mvno;
  static constexpr std::string_view code = "mvno";
  static constexpr AttributeName looks_at = AttributeName::mvno;
  static void compile(Compiler& c, const Place& rule, const Place& body) {
    compile_flag(c, rule, body, kind, looks_at);
  }
  static std::string phrase(const RuleAt& rule, bool korean);
  static std::string denial(const RuleAt& rule, bool korean);
  static std::optional<AttributeName> attribute(const Step&) noexcept { return looks_at; }
  static std::vector<std::string_view> columns(const RuleAt&) { return {column_of(looks_at)}; }
  static Bilingual subject(const Step&) noexcept { return words_of(looks_at); }

  template <class Row>
  static auto judge(const Step& step, const Inputs&) noexcept {
    return judge_value_of<Row>(looks_at, step, [wanted = step.flag](const Row& row) noexcept {
      return row.mvno() == wanted ? Reason::pass : wanted ? Reason::not_mvno : Reason::mvno;
    });
  }
};

struct ForeignerRule : FlagValue {
  static constexpr Kind kind = Kind::foreigner;
  static constexpr std::string_view code = "foreigner";
  static constexpr AttributeName looks_at = AttributeName::foreigner;
  static void compile(Compiler& c, const Place& rule, const Place& body) {
    compile_flag(c, rule, body, kind, looks_at);
  }
  static std::string phrase(const RuleAt& rule, bool korean);
  static std::string denial(const RuleAt& rule, bool korean);
  static std::optional<AttributeName> attribute(const Step&) noexcept { return looks_at; }
  static std::vector<std::string_view> columns(const RuleAt&) { return {column_of(looks_at)}; }
  static Bilingual subject(const Step&) noexcept { return words_of(looks_at); }

  template <class Row>
  static auto judge(const Step& step, const Inputs&) noexcept {
    return judge_value_of<Row>(looks_at, step, [wanted = step.flag](const Row& row) noexcept {
      return row.foreigner() == wanted ? Reason::pass : wanted ? Reason::not_foreigner : Reason::foreigner;
    });
  }
};

}  // namespace bonin::policy_detail
