#include "policy/rules/verified.hpp"

namespace bonin::policy_detail {
void Verified::compile(Compiler& compiler, const Place& rule, const Place& body) {
  body.only_true();
  compiler.add(kind, rule);
}

std::string Verified::phrase(const RuleAt&, bool korean) {
  return korean ? "본인인증 완료" : "a finished identity verification";
}

void Fresh::compile(Compiler& compiler, const Place& rule, const Place& body) {
  if (body.is_text()) {
    const std::int64_t within_ms = body.duration();
    compiler.add(kind, rule).within_ms = within_ms;
    return;
  }
  if (!body.json().is_object())
    return body.refuse("a duration was expected, such as `10m`, or an object with `within`");
  if (!body.object({"within"})) return;
  if (!body.has("within")) return body.refuse("the key `within` was expected");
  compiler.add(kind, rule).within_ms = body.at("within").duration();
}

std::string Fresh::phrase(const RuleAt& rule, bool korean) {
  const std::string within = duration_words(rule.step().within_ms, korean);
  return korean ? within + " 이내의 본인인증" : "verified within " + within;
}

}  // namespace bonin::policy_detail
