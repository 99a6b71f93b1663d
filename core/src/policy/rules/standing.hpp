#pragma once
// Rules about the account: what the registry knows of the person and of the id.

#include "policy/rule.hpp"

namespace bonin::policy_detail {

struct StandingRule : RuleDefaults {
  static constexpr bool about_account = true;

  /// What every one of these needs first; pass when it is there.
  static Reason judge_known(const Standing* standing, bool needs_key) noexcept {
    if (standing == nullptr) return Reason::no_standing;
    return needs_key && standing->place == Standing::Place::no_key ? Reason::no_key : Reason::pass;
  }
  template <class Rule, class Row>
  static auto judge_as(const Step& step, const Inputs& inputs, bool needs_key) noexcept {
    return [&step, standing = inputs.standing, needs_key](const Row&) noexcept {
      const Reason reason = judge_known(standing, needs_key);
      return reason == Reason::pass ? Rule::judge_standing(step, *standing) : reason;
    };
  }
};

struct AccountRule : StandingRule {
  static constexpr Kind kind = Kind::account;
  static constexpr std::string_view code = "account";
  static void compile(Compiler& compiler, const Place& rule, const Place& body);
  static std::string phrase(const RuleAt& rule, bool korean);
  static Reason judge_standing(const Step& step, const Standing& standing) noexcept;

  template <class Row>
  static auto judge(const Step& step, const Inputs& inputs) noexcept {
    return [judge = judge_as<AccountRule, Row>(step, inputs, true),
            &program = inputs.program](const Row& row) noexcept {
      const Reason reason = judge(row);
      return reason == Reason::page_chosen_di && program.accepts_page_chosen_di(row.provider()) ? Reason::pass : reason;
    };
  }
};

struct SingleUseRule : StandingRule {
  static constexpr Kind kind = Kind::single_use;
  static constexpr std::string_view code = "single_use";
  static void compile(Compiler& compiler, const Place& rule, const Place& body);
  static std::string phrase(const RuleAt& rule, bool korean);
  static Reason judge_standing(const Step&, const Standing& standing) noexcept {
    if (standing.use == Standing::Use::unknown) return Reason::no_standing;
    return standing.use == Standing::Use::other_subject ? Reason::used : Reason::pass;
  }

  template <class Row>
  static auto judge(const Step& step, const Inputs& inputs) noexcept {
    return judge_as<SingleUseRule, Row>(step, inputs, false);
  }
};

struct NotBannedRule : StandingRule {
  static constexpr Kind kind = Kind::not_banned;
  static constexpr std::string_view code = "not_banned";
  static void compile(Compiler& compiler, const Place& rule, const Place& body);
  static std::string phrase(const RuleAt& rule, bool korean);
  static Reason judge_standing(const Step&, const Standing& standing) noexcept {
    if (!standing.banned) return Reason::no_standing;
    return *standing.banned ? Reason::banned : Reason::pass;
  }

  template <class Row>
  static auto judge(const Step& step, const Inputs& inputs) noexcept {
    return judge_as<NotBannedRule, Row>(step, inputs, true);
  }
};

struct RejoinRule : StandingRule {
  static constexpr Kind kind = Kind::rejoin;
  static constexpr std::string_view code = "rejoin_period_over";
  static void compile(Compiler& compiler, const Place& rule, const Place& body);
  static std::string phrase(const RuleAt& rule, bool korean);
  static Reason judge_standing(const Step&, const Standing& standing) noexcept {
    if (!standing.rejoin_period_over) return Reason::no_standing;
    return *standing.rejoin_period_over ? Reason::pass : Reason::too_soon;
  }

  template <class Row>
  static auto judge(const Step& step, const Inputs& inputs) noexcept {
    return judge_as<RejoinRule, Row>(step, inputs, true);
  }
};

}  // namespace bonin::policy_detail
