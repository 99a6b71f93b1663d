#include "policy/compiler.hpp"

#include "bonin/decision.hpp"
#include "bonin/words.hpp"
#include "model/provider.hpp"
#include "model/table.hpp"
#include "policy/own_text.hpp"
#include "policy/rules/all.hpp"

namespace bonin::policy_detail {
namespace {

static_assert(in_order(rule_table, &RuleInfo::kind), "Rules is in the order of Kind");

}  // namespace

Step& Compiler::add(Kind kind, const Place& place) {
  // Room is kept for the expectations that every program ends with.
  if (program.steps.size() + expect_fields.size() + 1 >= Decision::max_rules) {
    place.refuse(
        "fewer rules were expected: at most 64 in all, with those of bases, the parts of combined ones, 3 of the "
        "baseline and 7 kept for expectations");
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
  auto keys = rule_codes();
  keys.push_back(text_key);
  if (!place.object(keys)) return;
  const bool has_text = place.has(text_key);
  if (place.size() != (has_text ? 2 : 1)) {
    return place.refuse("an object with exactly one key, the rule, was expected; `text` may stand beside it");
  }
  const std::size_t step = program.steps.size();
  for (const RuleInfo& info : rule_table) {
    if (!info.in_documents || !place.has(info.code)) continue;
    info.compile(*this, place, place.at(info.code));
    if (has_text) program.texts.push_back(read_own_text(place.at(text_key), step));
    return;
  }
}

void Compiler::warn_of_provider(const Place& place, std::string_view name) const {
  if (place.refused() || find_provider(name) != nullptr) return;
  const auto known = names_of(providers);
  program.warnings.push_back("`" + place.pointer() + "`: bonin knows no provider `" + std::string(name) + "`, only " +
                             listed(known) + did_you_mean(name, known));
}

std::vector<std::string_view> rule_codes() {
  std::vector<std::string_view> codes;
  for (const RuleInfo& info : rule_table) {
    if (info.in_documents) codes.push_back(info.code);
  }
  return codes;
}

}  // namespace bonin::policy_detail
