#include <algorithm>
#include <array>
#include <iterator>
#include <tuple>
#include <utility>

#include "bonin/policy_diff.hpp"
#include "policy/bases.hpp"
#include "policy/case_facts.hpp"
#include "policy/document.hpp"
#include "policy/rules/all.hpp"

namespace bonin {
namespace policy_detail {

/// Something of a policy that may change: a rule at the top level, or what a document accepts.
struct DiffItem {
  std::string code;
  PolicyRuleSide side;
  std::ptrdiff_t step = -1;  // of a rule
  std::string base{};        // of what is accepted: the base whose rules accept it; empty: the document itself
  bool matched = false;
};

namespace {

/// In any order.
template <class T>
bool same_list(std::vector<T> a, std::vector<T> b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  return a == b;
}

bool same_lists(const Lists& a, const Lists& b) {
  return same_list(a.keys, b.keys) && same_list(a.providers, b.providers) && same_list(a.merchants, b.merchants);
}

bool same_text(const RuleAt& a, const RuleAt& b) {
  const OwnText* x = a.program.text_of(a.index);
  const OwnText* y = b.program.text_of(b.index);
  if (x == nullptr || y == nullptr) return x == y;
  return x->ko == y->ko && x->en == y->en;
}

/// Do both ask for the same, however it is written? What is accepted unchecked is an item of its own.
bool same_rule(const RuleAt& a, const RuleAt& b) {
  const Step &x = a.step(), &y = b.step();
  const auto facts = [](const Step& s) {
    return std::tuple(s.kind, s.inner, s.which, s.mask, s.flag, s.test_too, s.unmarked_too, s.by_year,
                      s.counted_on_a_day, s.end_of_day, s.at_least, s.below, s.day, s.within_ms);
  };
  if (facts(x) != facts(y) || (x.lists < 0) != (y.lists < 0) || !same_text(a, b)) return false;
  if (x.lists >= 0 && !same_lists(a.program.lists_of(x), b.program.lists_of(y))) return false;
  const auto parts_of = [](const RuleAt& whole) {
    std::vector<RuleAt> parts;
    for (auto i = whole.index + 1; i < whole.step().end; i = whole.program.steps[i].end)
      parts.push_back({whole.program, i});
    return parts;
  };
  const auto ours = parts_of(a), theirs = parts_of(b);
  return std::is_permutation(ours.begin(), ours.end(), theirs.begin(), theirs.end(), same_rule);
}

DiffItem accepting(std::string_view code, const std::string& at, const Bilingual& asked,
                   const std::vector<std::string>& names) {
  const std::string list = joined(names, ", ");
  DiffItem item;
  item.code = code;
  item.side.pointer = at + "/" + std::string(code);
  item.side.ko = std::string(asked.ko) + ": " + list;
  item.side.en = std::string(asked.en) + ": " + list;
  item.side.rule = Json(names).dump();
  return item;
}

void add_accepted(std::uint16_t accepted, const Base& base, std::vector<DiffItem>& out) {
  std::vector<std::string> names;
  for (const AttributeInfo& info : attributes) {
    if ((accepted & bit(info.attribute)) != 0) names.emplace_back(info.name);
  }
  if (names.empty()) return;
  auto item = accepting("accept_self_declared", base.pointer,
                        {"인증기관이 확인하지 않아도 인정", "accepted without a check by the provider"}, names);
  item.base = base.name;
  out.push_back(std::move(item));
}

std::vector<DiffItem> items_of(const Program& program) {
  std::vector<DiffItem> out;
  std::size_t number = 0;
  for (std::size_t i = 0; i < program.expectations; i = program.steps[i].end) {
    const RuleAt rule{program, i};
    DiffItem item;
    item.code = code_of(program.steps[i]);
    item.step = static_cast<std::ptrdiff_t>(i);
    item.side = {program.pointers[i], phrase(rule, true), phrase(rule, false), program.sources[number++], {}, {}};
    if (const OwnText* text = program.text_of(i); text != nullptr) {
      item.side.text_ko = text->ko;
      item.side.text_en = text->en;
    }
    out.push_back(std::move(item));
  }
  add_accepted(program.accepted, {}, out);
  for (const Base& base : program.bases) add_accepted(base.accepted, base, out);
  if (!program.page_chosen_di.empty()) {
    out.push_back(accepting("accept_page_chosen_di", "",
                            {"페이지가 고른 DI도 인정", "a DI that the page chose is accepted"},
                            program.page_chosen_di));
  }
  return out;
}

}  // namespace

class Comparison {
 public:
  Comparison(const Policy& before, const Policy& after)
      : before_(*before.program_), after_(*after.program_), old_(items_of(before_)), new_(items_of(after_)) {}

  std::vector<PolicyRuleChange> changes() {
    const auto same = [&](const DiffItem& a, const DiffItem& b) { return is_same(a, b); };
    const auto in_place = [](const DiffItem& a, const DiffItem& b) { return a.side.pointer == b.side.pointer; };
    const auto anywhere = [](const DiffItem&, const DiffItem&) { return true; };
    std::vector<PolicyRuleChange> changed;
    const auto differ = [&](const DiffItem& a, const DiffItem& b) {
      changed.push_back({"changed", a.code, a.side, b.side});
    };
    const auto forget = [](const DiffItem&, const DiffItem&) {};
    match([&](const DiffItem& a, const DiffItem& b) { return in_place(a, b) && same(a, b); }, forget);
    match(same, forget);
    match(in_place, differ);
    match(anywhere, differ);

    std::vector<PolicyRuleChange> out;
    for (const DiffItem& item : old_) {
      if (!item.matched) out.push_back({"gone", item.code, item.side, {}});
    }
    std::move(changed.begin(), changed.end(), std::back_inserter(out));
    for (const DiffItem& item : new_) {
      if (!item.matched) out.push_back({"new", item.code, {}, item.side});
    }
    return out;
  }

 private:
  bool is_same(const DiffItem& a, const DiffItem& b) const {
    if (a.step < 0 || b.step < 0) return a.base == b.base && a.side.rule == b.side.rule;
    return same_rule({before_, static_cast<std::size_t>(a.step)}, {after_, static_cast<std::size_t>(b.step)});
  }

  /// Puts side by side what has one code, is not matched yet and fits.
  template <class Fits, class Found>
  void match(const Fits& fits, const Found& found) {
    for (DiffItem& a : old_) {
      if (a.matched) continue;
      const auto b = std::find_if(new_.begin(), new_.end(), [&](const DiffItem& one) {
        return !one.matched && one.code == a.code && fits(a, one);
      });
      if (b == new_.end()) continue;
      a.matched = b->matched = true;
      found(a, *b);
    }
  }

  const Program& before_;
  const Program& after_;
  std::vector<DiffItem> old_, new_;
};

namespace {

/// "만 19세 이상 [/rules/0]"; with the rule as JSON when its words do not tell it from the other one.
std::string line_of(const PolicyRuleSide& side, bool korean, bool whole) {
  std::string line = (korean ? side.ko : side.en) + " [" + side.pointer + "]";
  const std::string& text = korean ? side.text_ko : side.text_en;
  if (whole) line += " " + side.rule;
  if (!whole && !text.empty()) line += " \"" + text + "\"";
  return line + "\n";
}

struct Heading {
  std::string_view change;
  Bilingual words;
};
constexpr std::array<Heading, 3> headings{{{"gone", {"없어지는 규칙", "rules that are gone"}},
                                           {"changed", {"바뀌는 규칙", "rules that change"}},
                                           {"new", {"새로운 규칙", "new rules"}}}};

std::string rules_text(const std::vector<PolicyRuleChange>& rules, bool korean) {
  if (rules.empty()) return korean ? "규칙이 같습니다.\n" : "the rules are the same\n";
  std::string text;
  for (const Heading& heading : headings) {
    bool first = true;
    for (const PolicyRuleChange& rule : rules) {
      if (rule.change != heading.change) continue;
      if (std::exchange(first, false)) text += std::string(heading.words.in(korean)) + ":\n";
      const bool alike = rule.before.ko == rule.after.ko && rule.before.en == rule.after.en;
      if (rule.change != "new") text += "- " + line_of(rule.before, korean, alike);
      if (rule.change != "gone") text += "+ " + line_of(rule.after, korean, alike);
    }
  }
  return text;
}

std::string cases_text(const PolicyDiff& diff, bool korean) {
  if (diff.judged == 0) return {};
  const auto number = std::to_string(diff.judged), others = std::to_string(diff.cases.size());
  std::string text = korean ? "사례 " + number + "건 중 " + others + "건의 결과가 달라집니다"
                            : others + " of " + number + " cases are decided otherwise";
  text += !diff.cases.empty() ? ":\n" : korean ? ".\n" : "\n";
  for (const PolicyCaseChange& one : diff.cases) {
    const auto word = [&](bool allowed) {
      return std::string(allowed ? (korean ? "허용" : "allowed") : (korean ? "거절" : "denied"));
    };
    text += "  " + one.name + ": " + word(one.allowed_before) + " -> " + word(one.allowed_after) + "\n";
    for (const Finding& finding : one.denials) {
      text += "    " + finding.code + " (" + finding.reason + ") " + (korean ? finding.ko : finding.en) + "\n";
    }
  }
  return text;
}

Json json_of(const PolicyRuleSide& side) {
  if (side.pointer.empty()) return nullptr;
  Json out{{"pointer", side.pointer}, {"ko", side.ko}, {"en", side.en}, {"rule", Json::parse(side.rule)}};
  if (!side.text_ko.empty()) out["text"]["ko"] = side.text_ko;
  if (!side.text_en.empty()) out["text"]["en"] = side.text_en;
  return out;
}

Json json_of(const Finding& finding) {
  return {{"code", finding.code},     {"outcome", to_string(finding.outcome)},
          {"reason", finding.reason}, {"pointer", finding.pointer},
          {"ko", finding.ko},         {"en", finding.en}};
}

}  // namespace
}  // namespace policy_detail

std::string PolicyDiff::json() const {
  using policy_detail::Json;
  Json out{
      {"before", before}, {"after", after}, {"rules", Json::array()}, {"cases", Json::array()}, {"judged", judged}};
  for (const PolicyRuleChange& rule : rules) {
    out["rules"].push_back({{"change", rule.change},
                            {"code", rule.code},
                            {"before", policy_detail::json_of(rule.before)},
                            {"after", policy_detail::json_of(rule.after)}});
  }
  for (const PolicyCaseChange& one : cases) {
    Json denials = Json::array();
    for (const Finding& finding : one.denials) denials.push_back(policy_detail::json_of(finding));
    out["cases"].push_back({{"name", one.name},
                            {"before", one.allowed_before},
                            {"after", one.allowed_after},
                            {"denials", std::move(denials)}});
  }
  out["ko"] = text(Language::korean);
  out["en"] = text(Language::english);
  return out.dump();
}

std::string PolicyDiff::text(Language language) const {
  const bool korean = language == Language::korean;
  return before + " -> " + after + "\n" + policy_detail::rules_text(rules, korean) +
         policy_detail::cases_text(*this, korean);
}

Result<PolicyDiff> policy_diff(const Policy& before, const Policy& after, std::optional<std::string_view> cases) {
  PolicyDiff diff;
  diff.before = before.name();
  diff.after = after.name();
  diff.rules = policy_detail::Comparison(before, after).changes();
  if (!cases) return diff;
  auto file = policy_detail::read_json(*cases, policy_detail::max_cases_bytes);
  if (!file) {
    file.error().kind = ErrorKind::invalid_argument;
    return std::move(file).error();
  }
  policy_detail::Refusal refusal{ErrorKind::invalid_argument, {}};
  const auto all = policy_detail::read_cases(policy_detail::Place(file.value(), refusal));
  if (refusal.error) return std::move(*refusal.error);
  diff.judged = all.size();
  for (const auto& one : all) {
    const Decision old = one.decision_of(before), now = one.decision_of(after);
    if (old.allowed() == now.allowed()) continue;
    diff.cases.push_back({one.name, old.allowed(), now.allowed(), (old.allowed() ? now : old).denials()});
  }
  return diff;
}

Result<PolicyDiff> policy_diff_file(const Policy& before, const Policy& after, const std::string& path) {
  auto text = policy_detail::cases_in(path);
  if (!text) return std::move(text).error();
  auto diff = policy_diff(before, after, std::string_view(text.value()));
  if (!diff) diff.error().message += " (in `" + path + "`)";
  return diff;
}

}  // namespace bonin
