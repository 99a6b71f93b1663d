#include "bonin/made.hpp"

#include <algorithm>

#include "bonin/words.hpp"
#include "model/invalid_argument.hpp"
#include "model/provider.hpp"
#include "policy/document.hpp"
#include "policy/facts.hpp"
#include "policy/rules/all.hpp"

namespace bonin {

using namespace policy_detail;

namespace {

constexpr std::size_t max_facts_bytes = std::size_t{64} * 1024;

/// A rule of each code, as a document has it.
struct Sample {
  std::string_view code;
  std::string_view rule;
};
constexpr std::array<Sample, 17> samples{{
    {"verified", R"({"verified":true})"},
    {"fresh", R"({"fresh":{"within":"10m"}})"},
    {"channel", R"({"channel":{"type":"live"}})"},
    {"age", R"({"age":{"at_least":19,"by":"year"}})"},
    {"has", R"({"has":"ci"})"},
    {"attested", R"({"attested":"birth_date"})"},
    {"gender", R"({"gender":{"in":["female"]}})"},
    {"carrier", R"({"carrier":{"in":["SKT"]}})"},
    {"mvno", R"({"mvno":false})"},
    {"provider", R"({"provider":{"in":["DANAL"]}})"},
    {"foreigner", R"({"foreigner":false})"},
    {"expect", R"({"expect":"custom_data"})"},
    {"guardian", R"({"guardian":true})"},
    {"account", R"({"account":"new"})"},
    {"single_use", R"({"single_use":true})"},
    {"not_banned", R"({"not_banned":true})"},
    {"rejoin_period_over", R"({"rejoin_period_over":true})"},
}};

/// Every policy ends with `begun`, which is in no document.
bool is_single(std::string_view code) {
  return code == BegunRule::code ||
         std::any_of(samples.begin(), samples.end(), [code](const Sample& sample) { return sample.code == code; });
}

Policy policy_with(std::string_view code) {
  std::string_view rule = samples[0].rule;
  for (const Sample& sample : samples) {
    if (sample.code == code) rule = sample.rule;
  }
  return Policy::parse(R"({"name":"made by hand","rules":[)" + std::string(rule) + "]}").value();
}

std::optional<Reason> read_reason(std::string_view word) {
  const auto words = reason_words();
  if (std::find(words.begin(), words.end(), word) == words.end()) return std::nullopt;
  for (std::size_t i = 0;; ++i) {
    if (to_string(static_cast<Reason>(i)) == word) return static_cast<Reason>(i);
  }
}

}  // namespace

Result<VerificationPtr> Made::verification(std::string_view facts) {
  auto json = read_json(facts, max_facts_bytes);
  if (!json) {
    json.error().kind = ErrorKind::invalid_argument;
    return std::move(json).error();
  }
  Json& all = json.value();
  const bool has_person = all.is_object() && all.contains("person") && all["person"].is_object();
  if (has_person && all.contains("provider") && all["provider"].is_string() &&
      !all["person"].contains("self_declared")) {
    Json unchecked = Json::array();
    const auto provider = provider_name(all["provider"].get_ref<const std::string&>());
    for (const AttributeInfo& info : attributes) {
      if (attestation_of(provider, info.attribute, {}) != Attestation::attested) unchecked.push_back(info.name);
    }
    all["person"]["self_declared"] = std::move(unchecked);
  }
  Refusal refusal{ErrorKind::invalid_argument, {}};
  auto made = read_verification(Place(all, refusal));
  if (refusal.error) return std::move(*refusal.error);
  return made;
}

Result<Decision> Made::allowed(VerificationPtr verification, Moment at, const Policy* policy) {
  if (policy != nullptr && policy->wants_new_account()) {
    return invalid_argument(
        "policy",
        "a decision made by hand holds no reservation, which a policy with `account: new` promises: "
        "let a flow of `start()` make it");
  }
  return passed(std::move(verification), at, policy != nullptr ? *policy : policy_with("verified"));
}

Decision Made::passed(VerificationPtr verification, Moment at, const Policy& policy) {
  Decision decision;
  decision.allowed_ = true;
  decision.at_ = at;
  decision.program_ = policy.program_;
  decision.verification_ = std::move(verification);
  decision.reasons_.fill(static_cast<std::uint8_t>(Reason::pass));
  return decision;
}

Result<Decision> Made::denied(VerificationPtr verification, Moment at, std::string_view code, std::string_view reason,
                              const Policy* policy) {
  if (!is_single(code)) {
    std::vector<std::string_view> codes{BegunRule::code};
    for (const Sample& sample : samples) codes.push_back(sample.code);
    return invalid_argument("code", "`code` must be one of " + listed(codes) + did_you_mean(code, codes));
  }
  const auto why = read_reason(reason);
  if (!why) {
    const auto words = reason_words();
    return invalid_argument("reason",
                            "there is no such reason: docs/policy.md lists them" + did_you_mean(reason, words));
  }
  const Policy own = policy != nullptr ? *policy : policy_with(code);
  auto decision = passed(std::move(verification), at, own);
  const Program& program = *own.program_;
  std::uint64_t bit = 1;
  for (std::size_t i = 0; i < program.steps.size(); i = program.steps[i].end) {
    const Step& step = program.steps[i];
    const bool group = step.kind == Kind::group;
    if (code_of(step) == code && (group || !is_combined(step.kind))) {
      Reason noted = *why;
      if (group) {
        decision.reasons_[i + 1] = static_cast<std::uint8_t>(noted);
        noted = outcome_of(noted) == Outcome::fail ? Reason::parts_failed : Reason::parts_unknown;
      }
      decision.reasons_[i] = static_cast<std::uint8_t>(noted);
      (outcome_of(noted) == Outcome::fail ? decision.failed_ : decision.unknown_) |= bit;
      decision.allowed_ = false;
      if (i >= program.expectations) {
        decision.expected_ = static_cast<std::uint8_t>(1U << (i - program.expectations));
      }
      return decision;
    }
    // Of what an application may expect a decision has a bit only where something was expected.
    if (i < program.expectations) bit <<= 1;
  }
  return invalid_argument("code",
                          "the policy `" + std::string(own.name()) + "` has no rule `" + std::string(code) + "`");
}

}  // namespace bonin
