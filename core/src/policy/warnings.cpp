#include "policy/warnings.hpp"

#include <algorithm>
#include <optional>

namespace bonin::policy_detail {
namespace {

/// The rules that must all pass: the top level, and what lies inside all_of there.
void conjuncts(const Program& program, std::size_t from, std::size_t to, std::vector<std::size_t>& out) {
  for (std::size_t i = from; i < to; i = program.steps[i].end) {
    const Kind kind = program.steps[i].kind;
    if (kind == Kind::all_of || kind == Kind::group)
      conjuncts(program, i + 1, program.steps[i].end, out);
    else
      out.push_back(i);
  }
}

std::string at(const Program& program, std::size_t step) { return "`" + program.pointers[step] + "`"; }

bool same_day(const Step& a, const Step& b) {
  return a.counted_on_a_day == b.counted_on_a_day && a.end_of_day == b.end_of_day && a.day == b.day;
}

/// Can nobody be old enough for `a` and young enough for `b`? Year age is full age or one more.
bool ages_apart(const Step& a, const Step& b) {
  if (b.below >= Step::no_age || !same_day(a, b)) return false;
  const int slack = a.by_year && !b.by_year ? 1 : 0;
  return a.at_least - slack >= b.below;
}

/// Do both rules leave no value? Only values that can occur count.
bool masks_apart(const Step& a, const Step& b) {
  constexpr unsigned values = 7;  // three genders, three carriers
  return a.kind == b.kind && (a.kind == Kind::gender || a.kind == Kind::carrier) && (a.mask & b.mask & values) == 0;
}

bool flags_apart(const Step& a, const Step& b) {
  return a.kind == b.kind && (a.kind == Kind::foreigner || a.kind == Kind::mvno) && a.flag != b.flag;
}

bool accounts_apart(const Step& a, const Step& b) {
  constexpr auto any = static_cast<std::uint8_t>(Wanted::any_account);
  return a.kind == Kind::account && b.kind == Kind::account && a.which != b.which && a.which != any && b.which != any;
}

bool fields_apart(const Step& a, const Step& b) {
  return a.kind == Kind::expect && b.kind == Kind::expect && a.which + b.which == 1 && a.which != b.which;
}

/// The providers a policy names, if it names any: those that every such rule takes.
std::optional<std::vector<std::string>> named_providers(const Program& program, const std::vector<std::size_t>& rules) {
  std::optional<std::vector<std::string>> named;
  const auto keep = [&](const std::vector<std::string>& list, bool listed) {
    std::erase_if(*named, [&](const std::string& name) {
      return (std::find(list.begin(), list.end(), name) != list.end()) != listed;
    });
  };
  for (const bool excluding : {false, true}) {
    for (const std::size_t i : rules) {
      const Step& step = program.steps[i];
      if ((step.kind != Kind::provider && step.kind != Kind::channel) || step.lists < 0) continue;
      const auto& list = program.lists[static_cast<std::size_t>(step.lists)].providers;
      const bool excludes = step.kind == Kind::provider && step.flag;
      if (list.empty() || excludes != excluding) continue;
      if (!excluding && !named)
        named = list;
      else if (named)
        keep(list, !excluding);
    }
  }
  return named;
}

/// The attribute a rule needs a value of, if any.
std::optional<Attr> needed(const Step& step) {
  switch (step.kind) {
    case Kind::has:
    case Kind::attested:
      return static_cast<Attr>(step.which);
    case Kind::gender:
      return Attr::gender;
    case Kind::carrier:
      return Attr::carrier;
    case Kind::mvno:
      return Attr::mvno;
    case Kind::foreigner:
      return Attr::foreigner;
    default:
      return std::nullopt;
  }
}

/// What INICIS_UNIFIED, the one provider with such gaps, never gives or never has checked (PortOne's documentation).
bool never_from_inicis(const Step& step) {
  const auto attr = needed(step);
  if (!attr) return false;
  if (*attr == Attr::di || *attr == Attr::carrier || *attr == Attr::mvno) return true;
  const bool self_declared = *attr == Attr::gender || *attr == Attr::foreigner;
  return self_declared && (step.kind == Kind::attested || !step.lenient);
}

void about_pairs(const Program& program, const std::vector<std::size_t>& rules, std::vector<std::string>& out) {
  for (std::size_t x = 0; x < rules.size(); ++x) {
    for (std::size_t y = x; y < rules.size(); ++y) {
      const Step &a = program.steps[rules[x]], &b = program.steps[rules[y]];
      const std::string where = at(program, rules[x]) + (x == y ? "" : " and " + at(program, rules[y]));
      const bool ages = a.kind == Kind::age && b.kind == Kind::age && (ages_apart(a, b) || ages_apart(b, a));
      if (ages) out.push_back(where + ": no age passes");
      if (masks_apart(a, b)) out.push_back(where + ": no value passes");
      if (x == y) continue;
      if (flags_apart(a, b)) out.push_back(where + ": no person passes both");
      if (accounts_apart(a, b)) out.push_back(where + ": nobody has an account and has none");
      if (fields_apart(a, b)) {
        out.push_back(where + ": only V1 knows `merchant_uid` and only V2 `custom_data`, so no verification has both");
      }
    }
  }
}

}  // namespace

std::vector<std::string> warnings_about(const Program& program) {
  std::vector<std::string> out;
  std::vector<std::size_t> rules;
  conjuncts(program, 0, program.expectations, rules);
  about_pairs(program, rules, out);
  const auto providers = named_providers(program, rules);
  if (!providers) return out;
  if (providers->empty()) out.emplace_back("the rules about the provider leave none");
  if (std::find(providers->begin(), providers->end(), "INICIS_UNIFIED") == providers->end()) return out;
  for (const std::size_t i : rules) {
    if (!never_from_inicis(program.steps[i])) continue;
    out.push_back(at(program, i) +
                  ": can never pass for the provider `INICIS_UNIFIED`, which does not give or does not "
                  "check this attribute");
  }
  return out;
}

}  // namespace bonin::policy_detail
