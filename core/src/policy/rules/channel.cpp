#include "policy/rules/channel.hpp"

#include "policy/rules/membership.hpp"

namespace bonin::policy_detail {
namespace {

std::vector<std::string> read_providers(const Compiler& compiler, const Place& list) {
  auto names = list.texts();
  for (std::size_t i = 0; i < names.size() && !list.refused(); ++i) compiler.warn_of_provider(list.at(i), names[i]);
  return names;
}

}  // namespace

void ChannelRule::compile(Compiler& compiler, const Place& rule, const Place& body) {
  constexpr std::array<std::string_view, 2> types{"live", "live_or_test"};
  if (!body.object({"type", "unmarked", "keys", "providers", "pg_merchant_ids"})) return;
  if (body.size() == 0) return body.refuse("at least one key was expected");
  Step& step = compiler.add(kind, rule);
  if (body.has("type")) step.test_too = body.at("type").word(types) == 1;
  if (body.has("unmarked")) step.unmarked_too = body.at("unmarked").boolean();
  Lists lists;
  if (body.has("keys")) lists.keys = body.at("keys").texts();
  if (body.has("providers")) lists.providers = read_providers(compiler, body.at("providers"));
  if (body.has("pg_merchant_ids")) lists.merchants = body.at("pg_merchant_ids").texts();
  if (!lists.keys.empty() || !lists.providers.empty() || !lists.merchants.empty())
    compiler.keep(step, std::move(lists));
}

std::vector<std::string_view> ChannelRule::columns(const RuleAt& rule) {
  std::vector<std::string_view> names{"channel_type"};
  if (rule.step().lists < 0) return names;
  const Lists& lists = rule.program.lists_of(rule.step());
  if (!lists.keys.empty()) names.push_back("channel_key");
  if (!lists.providers.empty()) names.push_back("provider");
  if (!lists.merchants.empty()) names.push_back("pg_merchant_id");
  return names;
}

std::string ChannelRule::phrase(const RuleAt& rule, bool korean) {
  const Step& step = rule.step();
  std::string text = step.test_too ? (korean ? "실서비스 또는 테스트 채널의 인증" : "a live or test channel")
                                   : (korean ? "실서비스 채널의 인증" : "a live channel");
  if (!step.unmarked_too) text += korean ? " (구분 없는 채널 제외)" : " (marked as such)";
  if (step.lists < 0) return text;
  const Lists& lists = rule.program.lists_of(step);
  if (!lists.providers.empty()) text += (korean ? ", 인증기관: " : ", provider ") + joined(lists.providers, ", ");
  if (!lists.keys.empty()) text += korean ? ", 지정된 채널" : ", one of the named channels";
  if (!lists.merchants.empty()) text += korean ? ", 지정된 상점아이디" : ", one of the named merchant ids";
  return text;
}

void ProviderRule::compile(Compiler& compiler, const Place& rule, const Place& body) {
  const auto [list, excluded] = membership(body);
  Step& step = compiler.add(kind, rule);
  step.flag = excluded;
  compiler.keep(step, {{}, read_providers(compiler, list), {}});
}

std::string ProviderRule::phrase(const RuleAt& rule, bool korean) {
  return membership_phrase({"인증기관", "the provider"}, rule.step(),
                           joined(rule.program.lists_of(rule.step()).providers, ", "), korean);
}

std::string ProviderRule::denial(const RuleAt&, bool korean) {
  return korean ? "이 인증 수단은 사용할 수 없습니다. 다른 방법으로 인증해 주세요."
                : "This method of verification cannot be used here. Please verify with another one.";
}

}  // namespace bonin::policy_detail
