#include "bonin/policy.hpp"

#include <algorithm>

#include "bonin/words.hpp"
#include "model/invalid_argument.hpp"
#include "policy/bases.hpp"
#include "policy/compile.hpp"
#include "policy/document.hpp"
#include "policy/own_text.hpp"
#include "policy/presets.hpp"
#include "policy/rules/all.hpp"
#include "policy/warnings.hpp"

namespace bonin {

using namespace policy_detail;

Result<Policy> Policy::parse(std::string_view json) {
  auto document = read_json(json, max_policy_bytes);
  if (!document) return document.error();
  auto program = compile(document.value());
  if (!program) return program.error();
  return Policy(std::move(program).value());
}

Result<Policy> Documents::policy(const DocumentOfFiles& files) {
  auto program = compile(files.document());
  if (!program) return files.in_its_file(std::move(program).error());
  return Policy(std::move(program).value());
}

Result<Policy> Policy::load(const std::string& path) {
  auto files = DocumentOfFiles::read(path);
  if (!files) return std::move(files).error();
  return Documents::policy(files.value());
}

Result<Policy> Policy::preset(std::string_view name, std::optional<Date> election_day) {
  const Preset* preset = find_preset(name);
  if (preset == nullptr) {
    const auto names = preset_names();
    return invalid_argument("name",
                            "the name of a preset was expected: one of " + listed(names) + did_you_mean(name, names));
  }
  auto document = nlohmann::json::object({{"name", preset->name}, {"extends", preset->name}});
  document["description"] = preset->description;
  if (election_day) document["election_day"] = to_string(*election_day);
  auto program = compile(document);
  if (!program) {
    Error error = std::move(program).error();
    error.kind = ErrorKind::invalid_argument;
    error.parameter = "election_day";
    return error;
  }
  return Policy(std::move(program).value());
}

std::vector<std::string_view> Policy::preset_names() {
  std::vector<std::string_view> names;
  for (const Preset& preset : policy_detail::presets()) names.push_back(preset.name);
  return names;
}

std::vector<PresetInfo> Policy::presets() {
  std::vector<PresetInfo> infos;
  for (const Preset& preset : policy_detail::presets()) {
    const auto program = compile({{"name", preset.name}, {"rules", {demanded_by(preset)}}});
    const RuleAt rule{*program.value(), program.value()->expectations - 1};  // after the baseline
    infos.push_back({preset.name, phrase(rule, true) + (preset.election_day ? " (선거일 기준)" : ""),
                     phrase(rule, false) + (preset.election_day ? " by the end of the election day" : ""), preset.law,
                     preset.election_day});
  }
  return infos;
}

std::string_view Policy::name() const noexcept { return program_->name; }
std::string_view Policy::description() const noexcept { return program_->description; }
std::string_view Policy::hash() const noexcept { return program_->hash; }
std::string_view Policy::law() const noexcept { return program_->law; }
std::string_view Policy::document() const noexcept { return program_->document; }
const std::vector<std::string>& Policy::warnings() const noexcept { return program_->warnings; }
bool Policy::needs_standing() const noexcept { return program_->needs_standing; }

bool Policy::accepts_page_chosen_di(std::string_view provider) const noexcept {
  return program_->accepts_page_chosen_di(provider);
}

std::optional<std::string> Policy::shut_out_by(int full_age) const {
  return policy_detail::shut_out_by(*program_, full_age);
}

std::uint64_t Policy::account_bits() const noexcept { return program_->account_bits; }

bool Policy::wants_new_account() const noexcept {
  return std::any_of(program_->steps.begin(), program_->steps.end(), [](const Step& step) {
    return step.kind == Kind::account && step.wanted() == Wanted::new_account;
  });
}

bool Policy::wants_single_use() const noexcept {
  return std::any_of(program_->steps.begin(), program_->steps.end(),
                     [](const Step& step) { return step.kind == Kind::single_use; });
}

std::optional<std::chrono::milliseconds> Policy::rejoin_after() const noexcept {
  std::int64_t longest = 0;
  for (const Step& step : program_->steps) {
    if (step.kind == Kind::rejoin) longest = std::max(longest, step.within_ms);
  }
  if (longest == 0) return std::nullopt;
  return std::chrono::milliseconds(longest);
}

std::vector<RuleName> Policy::standing_rules() const {
  std::vector<RuleName> rules;
  for (std::size_t i = 0; i < program_->expectations; ++i) {
    const Step& step = program_->steps[i];
    if (rule_of(step.kind).about_account) {
      rules.push_back({std::string(code_of(step)), program_->pointers[i]});
    }
  }
  return rules;
}

std::vector<RuleColumns> Policy::column_needs() const {
  std::vector<RuleColumns> needs;
  for (std::size_t i = 0; i < program_->expectations; ++i) {
    const RuleInfo& rule = rule_of(program_->steps[i].kind);
    if (rule.combined) continue;
    needs.push_back({std::string(code_of(program_->steps[i])), program_->pointers[i], rule.columns({*program_, i})});
  }
  return needs;
}

std::string Policy::explain(Language language) const {
  const bool korean = language == Language::korean;
  const Program& program = *program_;
  std::string text = program.name;
  const Preset* const preset = find_preset(program.name);
  const bool translated = korean && preset != nullptr && program.description == preset->description;
  const std::string_view description = translated ? preset->ko : std::string_view(program.description);
  if (!description.empty()) text.append(": ").append(description);
  text += '\n';
  if (!program.law.empty()) text += (korean ? "근거: " : "law: ") + program.law + '\n';
  text += korean ? "다음을 모두 충족해야 합니다.\n" : "all of these are required\n";
  for (std::size_t i = 0; i < program.expectations; i = program.steps[i].end) {
    text += "- " + phrase({program, i}, korean) + " [" + program.pointers[i] + "]\n";
    for (const std::string& own : texts_shown({program, i}, korean)) text += "    \"" + own + "\"\n";
  }
  text += korean ? "- 애플리케이션이 넘긴 기대값과 일치\n" : "- whatever else the application expects is equal\n";
  const auto accepted = [&](std::uint16_t names, const std::string& base) {
    if (names == 0) return;
    text += korean ? "인증기관이 확인하지 않아도 인정" : "accepted without a check by the provider";
    text += base.empty() ? ":" : " (" + base + "):";
    for (const AttributeInfo& info : attributes) {
      if ((names & bit(info.attribute)) != 0) text.append(" ").append(info.name);
    }
    text += '\n';
  };
  accepted(program.accepted, "");
  for (const Base& base : program.bases) accepted(base.accepted, base.name);
  return text;
}

std::vector<RuleName> Policy::rules() const {
  std::vector<RuleName> rules;
  for (std::size_t i = 0; i < program_->expectations; i = program_->steps[i].end) {
    rules.push_back({std::string(code_of(program_->steps[i])), program_->pointers[i]});
  }
  return rules;
}

}  // namespace bonin
