#include "policy/rules/given.hpp"

#include "policy/rules/names.hpp"

namespace bonin::policy_detail {

void GivenRule::compile_names(Compiler& compiler, const Place& rule, const Place& body, Kind kind) {
  compile_each_name(compiler, rule, body, kind, [&](Step& step, const Place& name) {
    step.which = static_cast<std::uint8_t>(name.word(names_of(attributes)));
    step.lenient = compiler.accepts(step.attribute());
  });
}

std::string HasRule::phrase(const RuleAt& rule, bool korean) {
  return std::string(subject(rule.step()).in(korean)) + (korean ? " 있음" : " is given");
}

std::string AttestedRule::phrase(const RuleAt& rule, bool korean) {
  return std::string(subject(rule.step()).in(korean)) + (korean ? " 인증기관 확인" : " is checked by the provider");
}

}  // namespace bonin::policy_detail
