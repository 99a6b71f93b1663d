#include "bonin/decision.hpp"

#include <nlohmann/json.hpp>

#include "bonin/words.hpp"
#include "model/crypto.hpp"
#include "model/provider.hpp"
#include "policy/own_text.hpp"
#include "policy/rules/all.hpp"

namespace bonin {

using policy_detail::Kind;
using policy_detail::outcome_of;
using policy_detail::Program;
using policy_detail::Reason;
using policy_detail::Reasons;

std::string_view to_string(Outcome outcome) noexcept { return word(outcome); }

namespace {

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

Finding finding(const Program& program, std::size_t index, const Reasons& reasons) {
  const auto reason = static_cast<Reason>(reasons[index]);
  Finding finding;
  finding.code = policy_detail::code_of(program.steps[index]);
  finding.outcome = outcome_of(reason);
  finding.reason = reason_text(program, index, reasons);
  finding.pointer = program.pointers[index];
  const policy_detail::RuleAt rule{program, index};
  if (reason == Reason::pass) {
    finding.ko = policy_detail::phrase(rule, true) + ": 확인되었습니다.";
    finding.en = "Confirmed: " + policy_detail::phrase(rule, false) + ".";
  } else {
    finding.ko = policy_detail::sentence(rule, reasons, true);
    finding.en = policy_detail::sentence(rule, reasons, false);
  }
  return finding;
}

}  // namespace

std::vector<Finding> Decision::findings() const {
  std::vector<Finding> all;
  if (!program_) return all;
  const Program& program = *program_;
  for (std::size_t i = 0; i < program.expectations; i = program.steps[i].end)
    all.push_back(finding(program, i, reasons_));
  for (std::size_t i = program.expectations; i < program.steps.size(); ++i) {
    if ((expected_ >> (i - program.expectations) & 1) != 0) all.push_back(finding(program, i, reasons_));
  }
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

std::string_view Decision::policy_name() const noexcept { return program_ ? std::string_view(program_->name) : ""; }
std::string_view Decision::policy_hash() const noexcept { return program_ ? std::string_view(program_->hash) : ""; }

Call Decision::commit(std::string_view account_id, Callback<Claim> done, const CallOptions& call) const {
  if (reservation_) return reservation_->commit(account_id, std::move(done), call);
  done(make_error(ErrorKind::invalid_argument,
                  allowed_ ? "the decision holds no reservation: its policy let in somebody who is not new"
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
