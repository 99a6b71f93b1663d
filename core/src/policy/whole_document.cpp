#include "policy/whole_document.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "bonin/attributes.hpp"
#include "bonin/words.hpp"
#include "model/provider.hpp"
#include "policy/bases.hpp"
#include "policy/compiler.hpp"
#include "policy/presets.hpp"

namespace bonin::policy_detail {
namespace {

/// What every policy asks for, unless it names a rule of the same code itself.
Json baseline() { return Json::parse(R"([{"verified":true},{"fresh":{"within":"10m"}},{"channel":{"type":"live"}}])"); }

/// The rule that a preset asks for; the day of the election, where there is one, was checked.
Json demanded_of(const Preset& preset, const Json& document) {
  Json rule = demanded_by(preset);
  if (preset.election_day) rule["age"]["by_end_of"] = document["election_day"];
  return rule;
}

std::vector<std::string_view> preset_names() {
  std::vector<std::string_view> names;
  for (const Preset& preset : presets()) names.push_back(preset.name);
  return names;
}

/// The preset that is named; null when the place was refused.
const Preset* preset_at(const Place& place) {
  if (!place.is_text()) place.refuse("the name of a preset, the path of a file or a document was expected");
  const auto name = place.text(1000);
  if (place.refused()) return nullptr;
  const Preset* preset = find_preset(name);
  if (preset != nullptr) return preset;
  // A path that comes here was not read: the document is of no file.
  place.refuse(is_path(name) ? no_folder(name)
                             : "the name of a preset, or the path of a file that ends in `.json` or holds a `/`, was "
                               "expected: a preset is one of " +
                                   listed(preset_names()) + did_you_mean(name, preset_names()));
  return nullptr;
}

/// What the document extends, each in its place.
std::vector<Place> bases_of(const Place& document) {
  std::vector<Place> bases;
  if (!document.has("extends")) return bases;
  const Place extends = document.at("extends");
  if (!extends.json().is_array()) {
    bases.push_back(extends);
  } else if (extends.array(1, max_bases, "an array of 1 to 16 bases")) {
    for (std::size_t i = 0; i < extends.size(); ++i) bases.push_back(extends.at(i));
  }
  return bases;
}

void check_election_day(const Place& document, const std::vector<Place>& bases) {
  const bool needs_day = std::any_of(bases.begin(), bases.end(), [](const Place& base) {
    const auto* name = base.json().get_ptr<const std::string*>();
    const Preset* preset = name == nullptr ? nullptr : find_preset(*name);
    return preset != nullptr && preset->election_day;
  });
  const Place day = document.at("election_day");
  if (!needs_day && document.has("election_day")) day.refuse("an election day was expected with `kr.vote` only");
  if (needs_day && !document.has("election_day")) {
    day.refuse(
        "the day of the election was expected: the age for `kr.vote` is counted on it; a document of your own says it, "
        "and a program gives it to `Policy.preset`");
  } else if (needs_day) {
    day.date();
  }
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

/// Does the document, or one that it extends, name a rule of this code at its top level?
bool names_rule(const Json& document, const std::string& code) {
  if (!document.is_object()) return false;
  const auto rules = document.find("rules");
  const auto names = [&](const Json& rule) { return rule.is_object() && rule.contains(code); };
  if (rules != document.end() && rules->is_array() && std::any_of(rules->begin(), rules->end(), names)) return true;
  const auto extends = document.find("extends");
  if (extends == document.end()) return false;
  if (!extends->is_array()) return names_rule(*extends, code);
  return std::any_of(extends->begin(), extends->end(), [&](const Json& base) { return names_rule(base, code); });
}

class WholeDocument {
 public:
  explicit WholeDocument(Program& program) : program_(program), compiler_(program) {}

  Json whole(const Place& document) {
    Head head = read_head(document);
    if (document.refused()) return {};
    program_.name = head.written["name"];
    if (document.has("description")) {
      head.written["description"] = program_.description = document.at("description").text(1000);
    }
    program_.accepted = head.accepted;
    program_.page_chosen_di = head.page_chosen_di;
    Json rules = Json::array();
    const std::vector<Asked> asked = rules_of(document, head);
    if (document.refused()) return {};
    // After the documents that are extended, where it stands when what is written is read again.
    compiler_.accepted = head.accepted;
    compiler_.base = -1;
    for (const Json& rule : baseline()) {
      const std::string& code = rule.begin().key();
      if (!names_rule(document.json(), code)) add({rule, "/baseline/" + code, nullptr}, document, rules);
    }
    compile_rules(asked, document, head, -1, rules);
    if (page_chosen_di_) program_.page_chosen_di = std::move(*page_chosen_di_);
    if (!documents_.empty()) head.written["extends"] = std::move(documents_);
    head.written["rules"] = std::move(rules);
    return std::move(head.written);
  }

 private:
  /// What a document says beside its rules, for its own rules.
  struct Head {
    Json written = Json::object();
    std::uint16_t accepted = 0;
    std::vector<std::string> page_chosen_di;
  };

  /// A rule that a document asks for, itself or through a preset.
  struct Asked {
    Json rule;
    std::string pointer;
    const Preset* preset;  // null: the document's own
  };

  Head read_head(const Place& document) {
    Head head;
    if (!document.object({"$schema", "name", "description", "extends", "election_day", "accept_self_declared",
                          "accept_page_chosen_di", "rules"})) {
      return head;
    }
    if (document.has("$schema")) document.at("$schema").text(500);
    if (!document.has("name")) document.at("name").refuse("a name was expected");
    head.written["name"] = document.at("name").text(100);
    if (document.has("description")) document.at("description").text(1000);
    if (document.has("accept_self_declared")) {
      const Place names = document.at("accept_self_declared");
      head.accepted = accepted_of(names);
      Json sorted = names.json();
      if (!document.refused()) std::sort(sorted.begin(), sorted.end());
      head.written["accept_self_declared"] = std::move(sorted);
    }
    if (document.has("accept_page_chosen_di")) {
      const Place names = document.at("accept_page_chosen_di");
      head.page_chosen_di = providers_of(names);
      for (std::size_t i = 0; i < head.page_chosen_di.size(); ++i) {
        compiler_.warn_of_provider(names.at(i), provider_name(names.at(i).text(40)));
      }
      head.written["accept_page_chosen_di"] = head.page_chosen_di;
    }
    return head;
  }

  /// Compiles the documents that a document extends, and gives what it asks for itself.
  std::vector<Asked> rules_of(const Place& document, const Head& head) {
    static const Json none = Json::array();
    std::vector<Asked> asked;
    const std::vector<Place> bases = bases_of(document);
    const Place own = document.at("rules");
    const Json& own_rules = document.has("rules") ? own.json() : none;
    if (!own_rules.is_array()) own.refuse("an array of rules was expected");
    if (own_rules.empty() && bases.empty()) own.refuse("at least one rule was expected, or a preset to extend");
    check_election_day(document, bases);
    if (document.refused()) return asked;

    const bool unchecked = (head.accepted & bit(AttributeName::birth_date)) != 0;
    bool checked = false;
    for (const Place& base : bases) {
      if (document.refused()) return asked;
      if (base.json().is_object()) {
        extend(base);
      } else if (const Preset* preset = preset_at(base); preset != nullptr) {
        add_law(preset->law);
        asked.push_back({demanded_of(*preset, document.json()), base.pointer() + "/rules/0", preset});
        // What the document accepts unchecked is for its own rules.
        const bool check = unchecked && !std::exchange(checked, true);
        if (check) asked.push_back({{{"attested", "birth_date"}}, base.pointer() + "/rules/1", preset});
      }
    }
    for (std::size_t i = 0; i < own_rules.size(); ++i) asked.push_back({own_rules[i], own.at(i).pointer(), nullptr});
    return asked;
  }

  /// Compiles a document that another one extends, unless its rules are in force already.
  void extend(const Place& base) {
    if (++bases_ > max_bases) base.refuse("at most 16 bases were expected in all");
    if (base.refused()) return;
    Head head = read_head(base);
    if (base.refused()) return;
    const std::vector<Asked> all = rules_of(base, head);
    if (base.refused()) return;
    std::vector<Asked> asked;
    Json whole = head.written, here = head.written;
    whole["rules"] = here["rules"] = Json::array();
    for (const Asked& one : all) {
      whole["rules"].push_back(one.rule);
      if (one.preset != nullptr && presets_.contains(one.rule.dump())) continue;
      here["rules"].push_back(one.rule);
      asked.push_back(one);
    }
    // What is written out is read again as the same policy: no document stands there twice.
    const bool known = written_.contains(whole.dump()) || written_.contains(here.dump());
    if (known || asked.empty()) return;
    written_.insert(whole.dump());
    written_.insert(here.dump());
    program_.bases.push_back({head.written["name"], "", head.accepted, base.pointer()});
    Json rules = Json::array();
    compile_rules(asked, base, head, static_cast<std::int8_t>(program_.bases.size() - 1), rules);
    documents_.push_back(std::move(here));
  }

  /// `origin`: the base that the rules are of that are of no preset.
  void compile_rules(const std::vector<Asked>& asked, const Place& document, const Head& head, std::int8_t origin,
                     Json& rules) {
    const std::size_t first = program_.steps.size();
    for (const Asked& one : asked) {
      if (document.refused()) return;
      compiler_.accepted = head.accepted;
      compiler_.base = origin;
      if (one.preset != nullptr) {
        const std::string rule = one.rule.dump();
        if (!presets_.insert(rule).second) continue;
        of_preset(*one.preset, one.pointer);
      }
      add(one, document, rules);
    }
    keep_page_chosen_di(first, head.page_chosen_di);
  }

  /// The rule that comes next is of this preset.
  void of_preset(const Preset& preset, const std::string& pointer) {
    compiler_.base = static_cast<std::int8_t>(program_.bases.size());
    program_.bases.push_back({std::string(preset.name), std::string(preset.law), 0, pointer});
  }

  /// A preset whose rule is in force already has a source of its own all the same.
  void add_law(std::string_view law) {
    if (program_.law.find(law) != std::string::npos) return;
    program_.law += (program_.law.empty() ? "" : "; ") + std::string(law);
  }

  void add(const Asked& asked, const Place& document, Json& rules) {
    compiler_.rule(document.elsewhere(asked.rule, asked.pointer));
    program_.sources.push_back(asked.rule.dump());
    rules.push_back(asked.rule);
  }

  /// A document's acceptance counts for its own `account: new`. All of these must pass, so what every document with one
  /// accepts is what the policy accepts.
  void keep_page_chosen_di(std::size_t first, const std::vector<std::string>& own) {
    const auto is_new = [](const Step& step) {
      return step.kind == Kind::account && step.wanted() == Wanted::new_account;
    };
    if (std::none_of(program_.steps.begin() + static_cast<std::ptrdiff_t>(first), program_.steps.end(), is_new)) return;
    if (!page_chosen_di_) {
      page_chosen_di_ = own;
    } else {
      std::erase_if(*page_chosen_di_,
                    [&](const auto& name) { return std::find(own.begin(), own.end(), name) == own.end(); });
    }
  }

  Program& program_;
  Compiler compiler_;
  std::size_t bases_ = 0;
  Json documents_ = Json::array();  // those that are extended, written out
  std::set<std::string> written_;   // the same, as they are asked for and as they stand there
  std::set<std::string> presets_;   // the rules of presets that are in the program
  std::optional<std::vector<std::string>> page_chosen_di_;
};

}  // namespace

Json whole_document(Program& program, const Place& document) { return WholeDocument(program).whole(document); }

}  // namespace bonin::policy_detail
