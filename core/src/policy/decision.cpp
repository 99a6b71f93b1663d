#include "bonin/decision.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "bonin/words.hpp"
#include "model/crypto.hpp"
#include "model/provider.hpp"
#include "policy/denial.hpp"
#include "policy/own_text.hpp"
#include "policy/rules/all.hpp"
#include "policy/until.hpp"

namespace bonin {

using policy_detail::Kind;
using policy_detail::outcome_of;
using policy_detail::Program;
using policy_detail::Reason;

std::string_view to_string(Outcome outcome) noexcept { return word(outcome); }

namespace {

using Reasons = std::array<std::uint8_t, Decision::max_rules>;

/// Names the parts of a combined rule that did not pass; of a negation, the parts that did.
void name_parts(const Program& program, std::size_t index, const Reasons& reasons, bool inverted, std::string& text) {
  const auto& step = program.steps[index];
  for (std::size_t i = index + 1; i < step.end; i = program.steps[i].end) {
    const auto& part = program.steps[i];
    if (policy_detail::rule_of(part.kind).combined) {
      name_parts(program, i, reasons, inverted != (part.kind == Kind::negation), text);
      continue;
    }
    const auto reason = static_cast<Reason>(reasons[i]);
    const bool told = inverted ? outcome_of(reason) != Outcome::fail : reason != Reason::pass;
    if (!told) continue;
    if (!text.empty()) text += ',';
    const bool grouped = step.kind == Kind::group;
    text += !grouped                    ? policy_detail::code_of(part)
            : part.kind == Kind::expect ? info(part.field()).name
                                        : info(part.attribute()).name;
    text += ':';
    text += reason == Reason::pass ? std::string_view("pass") : policy_detail::to_string(reason);
  }
}

std::string reason_text(const Program& program, std::size_t index, const Reasons& reasons) {
  const auto reason = static_cast<Reason>(reasons[index]);
  const auto& step = program.steps[index];
  if (!policy_detail::rule_of(step.kind).combined || reason == Reason::pass)
    return std::string(policy_detail::to_string(reason));
  std::string text;
  name_parts(program, index, reasons, step.kind == Kind::negation, text);
  return text;
}

}  // namespace

/// Reads what a decision keeps.
struct Decision::Told {
  const Decision& decision;
  const Program& program = *decision.program_;

  Reason reason_of(std::size_t index) const { return static_cast<Reason>(decision.reasons_[index]); }

  /// The rules of the document and the expectations that were judged, in their order.
  std::vector<std::size_t> rules() const {
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < program.expectations; i = program.steps[i].end) all.push_back(i);
    for (std::size_t i = program.expectations; i < program.steps.size(); ++i) {
      if ((decision.expected_ >> (i - program.expectations) & 1) != 0) all.push_back(i);
    }
    return all;
  }

  Finding finding(std::size_t index) const {
    const Reason reason = reason_of(index);
    Finding finding;
    finding.code = policy_detail::code_of(program.steps[index]);
    finding.outcome = outcome_of(reason);
    finding.reason = reason_text(program, index, decision.reasons_);
    finding.pointer = program.pointers[index];
    const policy_detail::RuleAt rule{program, index, decision.reasons_.data()};
    if (reason == Reason::pass) {
      finding.ko = policy_detail::phrase(rule, true) + ": 확인되었습니다.";
      finding.en = "Confirmed: " + policy_detail::phrase(rule, false) + ".";
    } else {
      finding.ko = policy_detail::sentence(rule, true);
      finding.en = policy_detail::sentence(rule, false);
      say_until(finding, rule, reason);
    }
    return finding;
  }

  /// Until when, where the standing said it. An end that has passed contradicts the reason, and is not said. The
  /// document's own text stays.
  void say_until(Finding& finding, const policy_detail::RuleAt& rule, Reason reason) const {
    if (reason != Reason::banned && reason != Reason::too_soon) return;
    const auto& until = reason == Reason::banned ? decision.banned_until_ : decision.rejoin_at_;
    const bool ends = until && *until > decision.at_;
    if (ends) finding.until = until;
    if (!ends && (reason != Reason::banned || !decision.banned_for_ever_)) return;
    for (const bool korean : {true, false}) {
      if (!policy_detail::texts_shown(rule, korean).empty()) continue;
      (korean ? finding.ko : finding.en) =
          ends ? policy_detail::sentence_until(reason, *until, korean) : policy_detail::sentence_for_ever(korean);
    }
  }

  /// Is it the application that did not say what the rule needs? Of a rule made of others: is nothing else unknown?
  bool is_mistake(std::size_t index) const {
    const auto& step = program.steps[index];
    const Reason reason = reason_of(index);
    if (outcome_of(reason) != Outcome::unknown) return false;
    if (!policy_detail::rule_of(step.kind).combined) {
      return reason == Reason::not_supplied || (reason == Reason::no_standing && !decision.had_standing_);
    }
    for (std::size_t i = index + 1; i < step.end; i = program.steps[i].end) {
      if (outcome_of(reason_of(i)) == Outcome::unknown && !is_mistake(i)) return false;
    }
    return true;
  }

  /// The reason if a guardian consented.
  Reason with_consent(std::size_t index) const {
    const auto& step = program.steps[index];
    if (step.kind == Kind::guardian) return Reason::pass;
    if (!policy_detail::rule_of(step.kind).combined) return reason_of(index);
    std::size_t part = index + 1;
    Reason reason = with_consent(part);
    if (step.kind == Kind::negation) return policy_detail::inverse(reason);
    const bool any = step.kind == Kind::any_of;
    for (part = program.steps[part].end; part < step.end; part = program.steps[part].end) {
      const Reason next = with_consent(part);
      reason = any ? policy_detail::either(reason, next) : policy_detail::both(reason, next);
    }
    return reason;
  }
};

std::vector<Finding> Decision::findings() const {
  std::vector<Finding> all;
  if (!program_) return all;
  const Told told{*this};
  for (const std::size_t i : told.rules()) all.push_back(told.finding(i));
  return all;
}

void Decision::each_reason(const std::function<void(std::size_t, std::string_view)>& visit) const {
  if (allowed_ || !program_) return;
  std::size_t rule = 0;
  const auto tell = [&](std::size_t step) {
    const auto reason = static_cast<Reason>(reasons_[step]);
    if (policy_detail::is_told(reason)) visit(rule, policy_detail::to_string(reason));
    ++rule;
  };
  for (std::size_t i = 0; i < program_->expectations; i = program_->steps[i].end) tell(i);
  for (std::size_t i = program_->expectations; i < program_->steps.size(); ++i) {
    if ((expected_ >> (i - program_->expectations) & 1) != 0) tell(i);
  }
}

std::vector<Finding> Decision::denials() const {
  std::vector<Finding> all = findings();
  if (!all.empty() && all.back().code == "begun" && all.back().outcome != Outcome::pass) return {std::move(all.back())};
  std::erase_if(all, [](const Finding& finding) { return finding.outcome == Outcome::pass; });
  return all;
}

std::vector<Finding> Decision::shown() const {
  if (!program_) return {};
  std::vector<Finding> all = denials();
  if (!all.empty() && all[0].code == "begun") return all;
  const auto unfinished =
      std::find_if(all.begin(), all.end(), [](const Finding& one) { return one.code == "verified"; });
  if (unfinished != all.end()) return {std::move(*unfinished)};

  const Told told{*this};
  std::vector<Finding> shown, mistakes;
  const auto add = [](std::vector<Finding>& to, Finding finding) {
    const bool said = std::any_of(to.begin(), to.end(),
                                  [&](const Finding& one) { return one.ko == finding.ko && one.en == finding.en; });
    if (!said) to.push_back(std::move(finding));
  };
  for (const std::size_t i : told.rules()) {
    if (told.reason_of(i) == Reason::pass) continue;
    Finding finding = told.finding(i);
    if (!told.is_mistake(i)) {
      add(shown, std::move(finding));
      continue;
    }
    const policy_detail::RuleAt rule{*program_, i};
    finding.reason = policy_detail::to_string(Reason::not_supplied);
    finding.ko = policy_detail::denial(rule, Reason::not_supplied, true);
    finding.en = policy_detail::denial(rule, Reason::not_supplied, false);
    add(mistakes, std::move(finding));
  }
  for (Finding& finding : mistakes) shown.push_back(std::move(finding));
  return shown;
}

bool Decision::needs_guardian() const {
  if (allowed_ || !program_ || !verification_ || !policy_detail::can_have_guardian(*verification_)) return false;
  const Told told{*this};
  const auto rules = told.rules();
  return std::all_of(rules.begin(), rules.end(), [&](std::size_t i) { return told.with_consent(i) == Reason::pass; });
}

std::string_view Decision::policy_name() const noexcept { return program_ ? std::string_view(program_->name) : ""; }
std::string_view Decision::policy_hash() const noexcept { return program_ ? std::string_view(program_->hash) : ""; }

Call Decision::commit(std::string_view account_id, Callback<Claim> done, const CallOptions& call) const {
  if (reservation_) return reservation_->commit(account_id, std::move(done), call);
  done(make_error(
      ErrorKind::invalid_argument,
      allowed_ ? "the decision holds no reservation: its policy let in somebody who is not new, or it was made by hand"
               : "the decision holds no reservation: it is a denial"));
  return {};
}

std::string Decision::record() const {
  using Json = nlohmann::json;
  Json denied = Json::array();
  for (const Finding& finding : denials()) {
    denied.push_back(Json::object({{"code", finding.code},
                                   {"outcome", to_string(finding.outcome)},
                                   {"pointer", finding.pointer},
                                   {"reason", finding.reason}}));
  }
  Json record = Json::object();
  record["allowed"] = allowed_;
  record["at"] = to_string(at_);
  record["denials"] = std::move(denied);
  if (needs_guardian()) record["needs_guardian"] = true;
  record["policy"] = policy_name();
  record["policy_hash"] = policy_hash();
  if (verification_) {
    record["api"] = to_string(verification_->api);
    record["channel"] = to_string(verification_->channel.type);
    record["id_sha256"] = crypto::sha256_hex(verification_->id);
    if (!verification_->provider.empty()) record["provider"] = loggable_provider(verification_->provider);
    record["status"] = to_string(verification_->status);
  }
  return record.dump();
}

}  // namespace bonin
