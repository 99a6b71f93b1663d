#pragma once
// Rules about the way the verification took: its channel, its provider.

#include <algorithm>

#include "policy/rule.hpp"

namespace bonin::policy_detail {

inline bool contains(const std::vector<std::string>& list, std::string_view text) noexcept {
  return std::any_of(list.begin(), list.end(), [text](const std::string& entry) { return entry == text; });
}

struct ChannelRule : RuleDefaults {
  static constexpr Kind kind = Kind::channel;
  static constexpr std::string_view code = "channel";
  static void compile(Compiler& compiler, const Place& rule, const Place& body);
  static std::string phrase(const RuleAt& rule, bool korean);
  static std::vector<std::string_view> columns(const RuleAt& rule);
  static Bilingual subject(const Step&) noexcept { return {"본인인증 경로", "how the verification was made"}; }

  template <class Row>
  static auto judge(const Step& step, const Inputs& inputs) noexcept {
    return [&step, &program = inputs.program](const Row& row) noexcept {
      if (const Reason reason = judge_type(step, row.channel()); reason != Reason::pass || step.lists < 0)
        return reason;
      const Lists& lists = program.lists_of(step);
      if (const auto r = judge_pin(lists.keys, row.channel_key(), Reason::other_channel); r != Reason::pass) return r;
      if (const auto r = judge_pin(lists.providers, row.provider(), Reason::other_provider); r != Reason::pass)
        return r;
      return judge_pin(lists.merchants, row.merchant(), Reason::other_merchant);
    };
  }

  static Reason judge_type(const Step& step, ChannelType type) noexcept {
    switch (type) {
      case ChannelType::live:
        return Reason::pass;
      case ChannelType::test:
        return step.test_too ? Reason::pass : Reason::test_channel;
      case ChannelType::unmarked:
        return step.unmarked_too ? Reason::pass : Reason::unmarked_channel;
      case ChannelType::missing:
        return Reason::missing_channel;
      default:
        return Reason::unknown_channel;
    }
  }
  static Reason judge_pin(const std::vector<std::string>& list, std::string_view text, Reason other) noexcept {
    if (list.empty()) return Reason::pass;
    if (text.empty()) return Reason::missing;
    return contains(list, text) ? Reason::pass : other;
  }
};

struct ProviderRule : RuleDefaults {
  static constexpr Kind kind = Kind::provider;
  static constexpr std::string_view code = "provider";
  static void compile(Compiler& compiler, const Place& rule, const Place& body);
  static std::string phrase(const RuleAt& rule, bool korean);
  static std::string denial(const RuleAt& rule, bool korean);
  static std::vector<std::string_view> columns(const RuleAt&) { return {"provider"}; }
  static Bilingual subject(const Step&) noexcept { return {"인증기관", "the provider of the verification"}; }

  static Reason judge_name(const Step& step, const Program& program, std::string_view provider) noexcept {
    if (provider.empty()) return Reason::missing;
    const bool found = contains(program.lists_of(step).providers, provider);
    if (step.flag) return found ? Reason::excluded : Reason::pass;
    return found ? Reason::pass : Reason::not_listed;
  }
  template <class Row>
  static auto judge(const Step& step, const Inputs& inputs) noexcept {
    return [&step, &program = inputs.program](const Row& row) noexcept {
      return judge_name(step, program, row.provider());
    };
  }
};

}  // namespace bonin::policy_detail
