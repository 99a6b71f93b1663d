#pragma once
// Rules that an attribute is there: given, or checked by the provider. One name or several.

#include "policy/rule.hpp"

namespace bonin::policy_detail {

struct GivenRule : RuleDefaults {
  static void compile_names(Compiler& compiler, const Place& rule, const Place& body, Kind kind);
  static std::optional<AttributeName> attribute(const Step& step) noexcept { return step.attribute(); }
  static std::vector<std::string_view> columns(const RuleAt& rule) { return {column_of(rule.step().attribute())}; }
  static Bilingual subject(const Step& step) noexcept { return words_of(step.attribute()); }
};

struct HasRule : GivenRule {
  static constexpr Kind kind = Kind::has;
  static constexpr std::string_view code = "has";
  static void compile(Compiler& c, const Place& rule, const Place& body) { compile_names(c, rule, body, kind); }
  static std::string phrase(const RuleAt& rule, bool korean);

  template <class Row>
  static auto judge(const Step& step, const Inputs&) noexcept {
    return [attribute = step.attribute(), lenient = step.lenient](const Row& row) noexcept {
      const Attestation attestation = row.attestation(attribute);
      return attestation == Attestation::absent ? Reason::absent : judge_readable(attestation, lenient);
    };
  }
};

struct AttestedRule : GivenRule {
  static constexpr Kind kind = Kind::attested;
  static constexpr std::string_view code = "attested";
  static void compile(Compiler& c, const Place& rule, const Place& body) { compile_names(c, rule, body, kind); }
  static std::string phrase(const RuleAt& rule, bool korean);

  template <class Row>
  static auto judge(const Step& step, const Inputs&) noexcept {
    return [attribute = step.attribute()](const Row& row) noexcept {
      return judge_readable(row.attestation(attribute), false);
    };
  }
};

}  // namespace bonin::policy_detail
