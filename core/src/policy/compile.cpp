#include "policy/compile.hpp"

#include <algorithm>
#include <utility>

#include "model/crypto.hpp"
#include "policy/document.hpp"
#include "policy/presets.hpp"
#include "policy/shape.hpp"
#include "policy/warnings.hpp"

namespace bonin::policy_detail {
namespace {

/// What every policy asks for, unless it names a rule of the same code itself.
Json baseline() { return Json::parse(R"([{"verified":true},{"fresh":{"within":"10m"}},{"channel":{"type":"live"}}])"); }

Json rule_of(const Preset& preset, const Json& document) {
  Json age = Json::object({{"at_least", preset.age}, {"by", preset.by_year ? "year" : "full"}});
  if (preset.election_day) {
    if (!document.contains("election_day")) {
      refuse("/election_day", "the day of the election was expected: the age for `kr.vote` is counted on it");
    }
    want_date(document["election_day"], "/election_day");
    age["by_end_of"] = document["election_day"];
  } else if (document.contains("election_day")) {
    refuse("/election_day", "an election day was expected with `kr.vote` only");
  }
  return Json::object({{"age", std::move(age)}});
}

const Preset* extended(const Json& document) {
  if (!document.contains("extends")) {
    if (document.contains("election_day")) refuse("/election_day", "an election day was expected with `kr.vote` only");
    return nullptr;
  }
  const auto name = want_text(document["extends"], "/extends", 100);
  const Preset* preset = find_preset(name);
  if (preset == nullptr) {
    std::string names;
    for (const Preset& p : presets()) (names += names.empty() ? "`" : ", `").append(p.name) += '`';
    refuse("/extends", "the name of a preset was expected: one of " + names);
  }
  return preset;
}

std::uint16_t accepted_of(const Json& document) {
  if (!document.contains("accept_self_declared")) return 0;
  const Json& names = document["accept_self_declared"];
  const std::string at = "/accept_self_declared";
  if (!names.is_array() || names.empty() || names.size() > attr_names.size()) {
    refuse(at, "an array of 1 to 9 attributes was expected");
  }
  unsigned bits = 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string place = pointer_to(at, std::to_string(i));
    const unsigned bit =
        1U << want_word(names[i], place,
                        {"name", "birth_date", "gender", "foreigner", "phone", "carrier", "mvno", "ci", "di"});
    if ((bits & bit) != 0) refuse(place, "each attribute may stand only once");
    bits |= bit;
  }
  return static_cast<std::uint16_t>(bits);
}

/// One step for each field that no rule expects, and one for `begun`: passes over what the application does not name.
void add_expectations(Program& program) {
  program.expectations = program.steps.size();
  for (std::size_t field = 0; field < field_names.size(); ++field) {
    // A rule inside any_of or not does not ensure it.
    bool named = false;
    for (std::size_t i = 0; i < program.expectations; i = program.steps[i].end) {
      const Step& step = program.steps[i];
      const std::size_t first = step.kind == Kind::group ? i + 1 : i;
      for (std::size_t j = first; j < step.end && (step.kind == Kind::group || step.kind == Kind::expect); ++j) {
        named = named || (program.steps[j].kind == Kind::expect && program.steps[j].which == field);
      }
    }
    if (named) continue;
    constexpr Attr attrs[] = {Attr::name, Attr::phone, Attr::birth_date};
    Step step;
    step.kind = Kind::expect;
    step.which = static_cast<std::uint8_t>(field);
    step.lenient = field >= 2 && (program.accepted >> static_cast<unsigned>(attrs[field - 2]) & 1) != 0;
    step.end = static_cast<std::uint16_t>(program.steps.size() + 1);
    program.steps.push_back(step);
    program.pointers.push_back("/expect/" + std::string(field_names[field]));
  }
  Step begun;
  begun.kind = Kind::begun;
  begun.end = static_cast<std::uint16_t>(program.steps.size() + 1);
  program.steps.push_back(begun);
  program.pointers.emplace_back("/expect/begun");
}

bool names_rule(const Json& rules, const std::string& code) {
  return std::any_of(rules.begin(), rules.end(),
                     [&](const Json& rule) { return rule.is_object() && rule.contains(code); });
}

std::shared_ptr<const Program> understand(const Json& document) {
  want_object(document, "",
              {"$schema", "name", "description", "extends", "election_day", "accept_self_declared", "rules"});
  auto program = std::make_shared<Program>();
  Json expanded = Json::object();
  if (document.contains("$schema")) want_text(document["$schema"], "/$schema", 500);
  if (!document.contains("name")) refuse("/name", "a name was expected");
  expanded["name"] = program->name = want_text(document["name"], "/name", 100);
  if (document.contains("description")) {
    expanded["description"] = program->description = want_text(document["description"], "/description", 1000);
  }
  const Preset* preset = extended(document);
  program->accepted = accepted_of(document);
  if (program->accepted != 0) {
    Json names = document["accept_self_declared"];
    std::sort(names.begin(), names.end());
    expanded["accept_self_declared"] = std::move(names);
  }
  static const Json none = Json::array();
  const Json& rules = document.contains("rules") ? document["rules"] : none;
  if (!rules.is_array()) refuse("/rules", "an array of rules was expected");
  if (rules.empty() && preset == nullptr) refuse("/rules", "at least one rule was expected, or a preset to extend");

  Json all = Json::array();
  for (const Json& rule : baseline()) {
    const std::string& code = rule.begin().key();
    if (names_rule(rules, code)) continue;
    compile_rule(*program, rule, "/baseline/" + code);
    all.push_back(rule);
  }
  if (preset != nullptr) {
    program->law = preset->law;
    Json demanded = Json::array({rule_of(*preset, document)});
    // What the document accepts unchecked is for its own rules.
    const bool unchecked = (program->accepted >> static_cast<unsigned>(Attr::birth_date) & 1) != 0;
    if (unchecked) demanded.push_back({{"attested", "birth_date"}});
    for (std::size_t i = 0; i < demanded.size(); ++i) {
      compile_rule(*program, demanded[i], "/extends/rules/" + std::to_string(i));
      all.push_back(demanded[i]);
    }
  }
  for (std::size_t i = 0; i < rules.size(); ++i) {
    compile_rule(*program, rules[i], pointer_to("/rules", std::to_string(i)));
    all.push_back(rules[i]);
  }
  add_expectations(*program);
  expanded["rules"] = std::move(all);
  program->document = expanded.dump();
  program->hash = crypto::sha256_hex(program->document);
  program->needs_standing = std::any_of(program->steps.begin(), program->steps.end(), [](const Step& step) {
    return step.kind >= Kind::account && step.kind <= Kind::rejoin;
  });
  program->warnings = warnings_about(*program);
  return program;
}

}  // namespace

Result<std::shared_ptr<const Program>> compile(const Json& document) {
  try {
    return understand(document);
  } catch (Error& error) {
    return std::move(error);
  }
}

}  // namespace bonin::policy_detail
