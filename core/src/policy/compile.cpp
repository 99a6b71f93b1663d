#include "policy/compile.hpp"

#include <algorithm>
#include <utility>

#include "bonin/words.hpp"
#include "model/crypto.hpp"
#include "model/provider.hpp"
#include "policy/compiler.hpp"
#include "policy/place.hpp"
#include "policy/presets.hpp"
#include "policy/rules/all.hpp"
#include "policy/warnings.hpp"

namespace bonin::policy_detail {
namespace {

/// What every policy asks for, unless it names a rule of the same code itself.
Json baseline() { return Json::parse(R"([{"verified":true},{"fresh":{"within":"10m"}},{"channel":{"type":"live"}}])"); }

/// The rule that a preset asks for; the day of the election, where there is one, was checked.
Json demanded_by(const Preset& preset, const Json& document) {
  Json age = Json::object({{"at_least", preset.age}, {"by", preset.by_year ? "year" : "full"}});
  if (preset.election_day) age["by_end_of"] = document["election_day"];
  return Json::object({{"age", std::move(age)}});
}

std::vector<std::string_view> preset_names() {
  std::vector<std::string_view> names;
  for (const Preset& preset : presets()) names.push_back(preset.name);
  return names;
}

/// The preset that the document extends, null when it extends none.
const Preset* extended(const Place& document) {
  const Place day = document.at("election_day");
  const Preset* preset = nullptr;
  if (document.has("extends")) {
    const auto name = document.at("extends").text(100);
    preset = find_preset(name);
    if (preset == nullptr) {
      document.at("extends").refuse("the name of a preset was expected: one of " + listed(preset_names()) +
                                    did_you_mean(name, preset_names()));
    }
  }
  const bool needs_day = preset != nullptr && preset->election_day;
  if (!needs_day && document.has("election_day")) day.refuse("an election day was expected with `kr.vote` only");
  if (needs_day && !document.has("election_day")) {
    day.refuse("the day of the election was expected: the age for `kr.vote` is counted on it");
  } else if (needs_day) {
    day.date();
  }
  return preset;
}

std::uint16_t accepted_of(const Place& names) {
  return static_cast<std::uint16_t>(
      names.words(names_of(attributes), "an array of 1 to 9 attributes", "each attribute may stand only once"));
}

/// Names of providers in one spelling, sorted.
std::vector<std::string> providers_of(const Place& names) {
  std::vector<std::string> out;
  if (!names.array(1, 20, "an array of 1 to 20 providers")) return out;
  for (std::size_t i = 0; i < names.size(); ++i) out.push_back(provider_name(names.at(i).text(40)));
  std::sort(out.begin(), out.end());
  return out;
}

/// Does a rule of the document ensure that this field is as expected? One inside any_of or not does not.
bool expects(const Program& program, ExpectField field) {
  for (std::size_t i = 0; i < program.expectations; i = program.steps[i].end) {
    const Step& step = program.steps[i];
    const bool group = step.kind == Kind::group;
    for (std::size_t j = group ? i + 1 : i; j < step.end && (group || step.kind == Kind::expect); ++j) {
      if (program.steps[j].kind == Kind::expect && program.steps[j].field() == field) return true;
    }
  }
  return false;
}

/// One step for each field that no rule expects, and one for `begun`: passes over what the application does not name.
void add_expectations(Program& program) {
  const Compiler compiler(program);
  program.expectations = program.steps.size();
  const auto add = [&](Kind kind, std::string_view name) -> Step& {
    Step step;
    step.kind = kind;
    step.end = static_cast<std::uint16_t>(program.steps.size() + 1);
    program.pointers.push_back("/expect/" + std::string(name));
    return program.steps.emplace_back(step);
  };
  for (const ExpectFieldInfo& info : expect_fields) {
    if (expects(program, info.field)) continue;
    Step& step = add(Kind::expect, info.name);
    step.which = static_cast<std::uint8_t>(info.field);
    step.lenient = ExpectRule::lenient(compiler, info.field);
  }
  add(Kind::begun, BegunRule::code);
}

bool names_rule(const Json& rules, const std::string& code) {
  return std::any_of(rules.begin(), rules.end(),
                     [&](const Json& rule) { return rule.is_object() && rule.contains(code); });
}

/// Compiles what stands in the document, what it extends, and the baseline; `all` gets every rule written out.
void compile_rules(Program& program, const Place& document, Json& all) {
  Compiler compiler(program);
  static const Json none = Json::array();
  const Place rules = document.at("rules");
  const Json& own = document.has("rules") ? rules.json() : none;
  const Preset* preset = extended(document);
  if (document.has("accept_self_declared")) program.accepted = accepted_of(document.at("accept_self_declared"));
  if (document.has("accept_page_chosen_di")) {
    program.page_chosen_di = providers_of(document.at("accept_page_chosen_di"));
  }
  if (!own.is_array()) return rules.refuse("an array of rules was expected");
  if (own.empty() && preset == nullptr) rules.refuse("at least one rule was expected, or a preset to extend");
  if (document.refused()) return;

  const auto implied = [&](const Json& rule, const std::string& pointer) {
    compiler.rule(document.elsewhere(rule, pointer));
    all.push_back(rule);
  };
  for (const Json& rule : baseline()) {
    const std::string& code = rule.begin().key();
    if (!names_rule(own, code)) implied(rule, "/baseline/" + code);
  }
  if (preset != nullptr) {
    program.law = preset->law;
    program.bases.push_back({std::string(preset->name), std::string(preset->law)});
    compiler.base = 0;
    implied(demanded_by(*preset, document.json()), "/extends/rules/0");
    // What the document accepts unchecked is for its own rules.
    if (compiler.accepts(AttributeName::birth_date)) implied({{"attested", "birth_date"}}, "/extends/rules/1");
    compiler.base = -1;
  }
  for (std::size_t i = 0; i < own.size() && !document.refused(); ++i) {
    compiler.rule(rules.at(i));
    all.push_back(own[i]);
  }
  if (!document.refused()) add_expectations(program);
}

std::uint64_t account_bits_of(const Program& program) {
  std::uint64_t bits = 0, bit = 1;
  for (std::size_t i = 0; i < program.expectations; i = program.steps[i].end, bit <<= 1) {
    for (std::size_t part = i; part < program.steps[i].end; ++part) {
      if (rule_of(program.steps[part].kind).about_account) bits |= bit;
    }
  }
  return bits;
}

std::shared_ptr<const Program> understand(const Place& document) {
  if (!document.object({"$schema", "name", "description", "extends", "election_day", "accept_self_declared",
                        "accept_page_chosen_di", "rules"})) {
    return nullptr;
  }
  auto program = std::make_shared<Program>();
  Json expanded = Json::object();
  if (document.has("$schema")) document.at("$schema").text(500);
  if (!document.has("name")) document.at("name").refuse("a name was expected");
  expanded["name"] = program->name = document.at("name").text(100);
  if (document.has("description")) {
    expanded["description"] = program->description = document.at("description").text(1000);
  }
  Json all = Json::array();
  compile_rules(*program, document, all);
  if (document.refused()) return nullptr;
  if (document.has("accept_self_declared")) {
    Json names = document.at("accept_self_declared").json();
    std::sort(names.begin(), names.end());
    expanded["accept_self_declared"] = std::move(names);
  }
  if (!program->page_chosen_di.empty()) expanded["accept_page_chosen_di"] = program->page_chosen_di;
  expanded["rules"] = std::move(all);
  program->document = expanded.dump();
  program->hash = crypto::sha256_hex(program->document);
  program->account_bits = account_bits_of(*program);
  program->needs_standing = program->account_bits != 0;
  program->warnings = warnings_about(*program);
  return program;
}

}  // namespace

Result<std::shared_ptr<const Program>> compile(const Json& document) {
  Refusal refusal{ErrorKind::invalid_policy, {}};
  auto program = understand(Place(document, refusal));
  if (refusal.error) return std::move(*refusal.error);
  return program;
}

}  // namespace bonin::policy_detail
