#include "policy/rules/expect.hpp"

#include "policy/rules/names.hpp"

namespace bonin::policy_detail {
bool ExpectRule::lenient(const Compiler& compiler, ExpectField field) noexcept {
  const auto attribute = info(field).attribute;
  return attribute && compiler.accepts(*attribute);
}

void ExpectRule::compile(Compiler& compiler, const Place& rule, const Place& body) {
  compile_each_name(compiler, rule, body, kind, [&](Step& step, const Place& name) {
    step.which = static_cast<std::uint8_t>(name.word(names_of(expect_fields)));
    step.lenient = lenient(compiler, step.field());
  });
}

std::string ExpectRule::phrase(const RuleAt& rule, bool korean) {
  return std::string(subject(rule.step()).in(korean)) + (korean ? " 일치" : " is the one expected");
}

std::string ExpectRule::denial(const RuleAt& rule, bool korean) {
  if (!info(rule.step().field()).attribute) {
    return korean ? "본인인증 결과가 요청한 내용과 다릅니다." : "The identity verification does not match the request.";
  }
  const Bilingual field = subject(rule.step());
  if (korean) return "입력하신 " + with_particle(field.ko, "과", "와") + " 본인인증 결과가 다릅니다.";
  return "The identity verification does not match " + std::string(field.en) + " that you entered.";
}

}  // namespace bonin::policy_detail
