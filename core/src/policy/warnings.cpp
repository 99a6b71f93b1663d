#include "policy/warnings.hpp"

#include <algorithm>
#include <optional>

#include "model/provider.hpp"
#include "policy/rules/all.hpp"

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

/// V1 alone knows merchant_uid, V2 alone custom_data and customer_id.
bool fields_apart(const Step& a, const Step& b) {
  const auto of_v1 = [](const Step& step) {
    return step.kind == Kind::expect && step.field() == ExpectField::merchant_uid;
  };
  const auto of_v2 = [](const Step& step) {
    return step.kind == Kind::expect &&
           (step.field() == ExpectField::custom_data || step.field() == ExpectField::customer_id);
  };
  return (of_v1(a) && of_v2(b)) || (of_v2(a) && of_v1(b));
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

/// Can this rule never pass for what the provider gives?
bool never_passes(const Step& step, const Provider& provider) {
  const auto attribute = rule_of(step.kind).attribute(step);
  if (!attribute) return false;
  const bool strict = step.kind == Kind::attested || !step.lenient;
  return (provider.never_given & bit(*attribute)) != 0 || (strict && (provider.self_declared & bit(*attribute)) != 0);
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
        out.push_back(
            where +
            ": only V1 knows `merchant_uid`, and only V2 `custom_data` and `customer_id`, so no verification has both");
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
  const auto named = named_providers(program, rules);
  if (!named) return out;
  if (named->empty()) out.emplace_back("the rules about the provider leave none");
  for (const Provider& provider : bonin::providers) {
    if (std::find(named->begin(), named->end(), provider.name) == named->end()) continue;
    for (const std::size_t i : rules) {
      if (!never_passes(program.steps[i], provider)) continue;
      out.push_back(at(program, i) + ": can never pass for the provider `" + std::string(provider.name) +
                    "`, which does not give or does not check this attribute");
    }
  }
  return out;
}

std::optional<std::string> shut_out_by(const Program& program, int full_age) {
  std::vector<std::size_t> rules;
  conjuncts(program, 0, program.expectations, rules);
  std::optional<int> least;  // by full age: the youngest that the policy lets in
  bool by_year = false;
  for (const std::size_t i : rules) {
    const Step& step = program.steps[i];
    if (step.kind != Kind::age || step.at_least <= 0) continue;
    const int youngest = step.by_year ? step.at_least - 1 : step.at_least;
    if (least && youngest <= *least) continue;
    least = youngest;
    by_year = step.by_year;
  }
  const std::string limit = "the limit of " + std::to_string(full_age) + " in the window counts full age";
  if (!least) return limit + ", and the policy asks for no age: it turns away whoever is younger";
  if (full_age <= *least) return std::nullopt;
  if (by_year && full_age == *least + 1) {
    return limit + ": it turns away whoever is " + std::to_string(full_age) +
           " by year and has not had their birthday this year, and the policy lets them in";
  }
  return limit + ": it turns away people from " + std::to_string(*least) + " years, and the policy lets them in";
}

}  // namespace bonin::policy_detail
