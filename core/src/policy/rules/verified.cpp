#include "policy/rules/verified.hpp"

namespace bonin::policy_detail {
namespace {

std::string duration(std::int64_t ms, bool korean) {
  struct Unit {
    std::int64_t ms;
    Bilingual one, many;
  };
  constexpr std::array<Unit, 4> units{{{86'400'000, {"일", " day"}, {"일", " days"}},
                                       {3'600'000, {"시간", " hour"}, {"시간", " hours"}},
                                       {60'000, {"분", " minute"}, {"분", " minutes"}},
                                       {1000, {"초", " second"}, {"초", " seconds"}}}};
  for (const Unit& unit : units) {
    if (ms % unit.ms != 0) continue;
    const auto n = ms / unit.ms;
    return std::to_string(n).append((n == 1 ? unit.one : unit.many).in(korean));
  }
  return std::to_string(ms) + " ms";
}

}  // namespace

void Verified::compile(Compiler& compiler, const Place& rule, const Place& body) {
  body.only_true();
  compiler.add(kind, rule);
}

std::string Verified::phrase(const RuleAt&, bool korean) {
  return korean ? "본인인증 완료" : "a finished identity verification";
}

void Fresh::compile(Compiler& compiler, const Place& rule, const Place& body) {
  if (!body.object({"within"})) return;
  if (!body.has("within")) return body.refuse("the key `within` was expected");
  compiler.add(kind, rule).within_ms = body.at("within").duration();
}

std::string Fresh::phrase(const RuleAt& rule, bool korean) {
  const std::string within = duration(rule.step().within_ms, korean);
  return korean ? within + " 이내의 본인인증" : "verified within " + within;
}

}  // namespace bonin::policy_detail
