#include "policy/compiler.hpp"

#include "bonin/decision.hpp"
#include "model/table.hpp"
#include "policy/rules/all.hpp"

namespace bonin::policy_detail {
namespace {

static_assert(in_order(rule_table, &RuleInfo::kind), "Rules is in the order of Kind");

}  // namespace

Step& Compiler::add(Kind kind, const Place& place) {
  // Room is kept for the expectations that every program ends with.
  if (program.steps.size() + expect_fields.size() + 1 >= Decision::max_rules) {
    place.refuse(
        "fewer rules were expected: at most 64 in all, with the parts of combined ones, 3 of the baseline "
        "and 7 kept for expectations");
    return spare_;
  }
  Step step;
  step.kind = kind;
  step.end = static_cast<std::uint16_t>(program.steps.size() + 1);
  program.steps.push_back(step);
  program.pointers.push_back(place.pointer());
  program.origins.push_back(base);
  return program.steps.back();
}

void Compiler::rule(const Place& place) {
  if (!place.object(rule_codes())) return;
  if (place.size() != 1) return place.refuse("an object with exactly one key, the rule, was expected");
  const std::string code = place.first_key();
  for (const RuleInfo& info : rule_table) {
    if (info.in_documents && info.code == code) return info.compile(*this, place, place.at(code));
  }
}

std::vector<std::string_view> rule_codes() {
  std::vector<std::string_view> codes;
  for (const RuleInfo& info : rule_table) {
    if (info.in_documents) codes.push_back(info.code);
  }
  return codes;
}

}  // namespace bonin::policy_detail
