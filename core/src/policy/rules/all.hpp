#pragma once
// Every rule, once. A new one is a class in a file beside this one, and a line here.

#include "policy/rules/age.hpp"
#include "policy/rules/channel.hpp"
#include "policy/rules/combined.hpp"
#include "policy/rules/expect.hpp"
#include "policy/rules/given.hpp"
#include "policy/rules/guardian.hpp"
#include "policy/rules/standing.hpp"
#include "policy/rules/value.hpp"
#include "policy/rules/verified.hpp"

namespace bonin::policy_detail {

template <class... Rule>
struct RuleList {};

/// In the order of Kind, which the static_assert below holds.
using Rules = RuleList<Verified, Fresh, ChannelRule, AgeRule, HasRule, AttestedRule, GenderRule, CarrierRule, MvnoRule,
                       ProviderRule, ForeignerRule, ExpectRule, BegunRule, GuardianRule, AccountRule, SingleUseRule,
                       NotBannedRule, RejoinRule, AllOfRule, AnyOfRule, NotRule, GroupRule>;

/// A rule's class as a row of a table.
struct RuleInfo {
  Kind kind;
  std::string_view code;
  bool in_documents, combined, about_account;
  void (*compile)(Compiler&, const Place& rule, const Place& body);
  std::string (*phrase)(const RuleAt&, bool korean);
  std::string (*denial)(const RuleAt&, bool korean);
  Bilingual (*subject)(const Step&) noexcept;
  std::optional<AttributeName> (*attribute)(const Step&) noexcept;
  std::vector<std::string_view> (*columns)(const RuleAt&);
};

template <class... Rule>
constexpr std::array<RuleInfo, sizeof...(Rule)> table_of(RuleList<Rule...>) {
  return {RuleInfo{Rule::kind, Rule::code, Rule::in_documents, Rule::combined, Rule::about_account, Rule::compile,
                   Rule::phrase, Rule::denial, Rule::subject, Rule::attribute, Rule::columns}...};
}
inline constexpr auto rule_table = table_of(Rules{});

constexpr const RuleInfo& rule_of(Kind kind) noexcept { return rule_table[static_cast<std::size_t>(kind)]; }

template <class... Rule>
constexpr std::uint32_t combined_of(RuleList<Rule...>) {
  return ((static_cast<std::uint32_t>(Rule::combined) << static_cast<unsigned>(Rule::kind)) | ...);
}
/// As rule_of(kind).combined, without a look into memory.
constexpr bool is_combined(Kind kind) noexcept {
  return (combined_of(Rules{}) >> static_cast<unsigned>(kind) & 1) != 0;
}

/// The stable code of a rule.
inline std::string_view code_of(const Step& step) noexcept {
  return rule_of(step.kind == Kind::group ? step.inner : step.kind).code;
}

/// Calls visit(Rule{}) with the class of this kind. As quick as a switch, into which the compiler turns it.
template <class Visit, class... Rule>
[[gnu::always_inline]] inline void with_rule(Kind kind, RuleList<Rule...>, const Visit& visit) {
  (void)((Rule::kind == kind && (visit(Rule{}), true)) || ...);
}

}  // namespace bonin::policy_detail
