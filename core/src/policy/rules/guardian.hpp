#pragma once
// The rule that a guardian consents: a second verification, of another person of full age.

#include "policy/rule.hpp"

namespace bonin::policy_detail {

/// Whether the guardian of these inputs may consent for this child.
Reason judge_guardian(const Inputs& inputs, const Verification& child) noexcept;

/// Does anything tell this child from a guardian: a CI, or a DI that means a person? Without it no consent counts.
bool can_have_guardian(const Verification& child) noexcept;

struct GuardianRule : RuleDefaults {
  static constexpr Kind kind = Kind::guardian;
  static constexpr std::string_view code = "guardian";
  static void compile(Compiler& compiler, const Place& rule, const Place& body);
  static std::string phrase(const RuleAt& rule, bool korean);
  static Bilingual subject(const Step&) noexcept { return {"보호자의 본인인증", "the guardian's verification"}; }

  template <class Row>
  static auto judge(const Step&, const Inputs& inputs) noexcept {
    if constexpr (Row::has_texts) {
      return [&inputs](const Row& row) noexcept { return judge_guardian(inputs, row.verification); };
    } else {  // columns hold one person a row
      static_cast<void>(inputs);
      return [](const Row&) noexcept { return Reason::needs_guardian; };
    }
  }
};

}  // namespace bonin::policy_detail
