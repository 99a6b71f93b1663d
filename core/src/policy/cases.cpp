#include <optional>
#include <utility>

#include "bonin/policy_cases.hpp"
#include "policy/document.hpp"
#include "policy/facts.hpp"

namespace bonin {

using policy_detail::Json;
using policy_detail::Place;

namespace {

constexpr std::size_t max_cases_bytes = std::size_t{4} * 1024 * 1024;

/// The policy at a place: the name of a preset, or a document. nullopt when it was refused.
std::optional<Policy> read_policy(const Place& place) {
  const Json& json = place.json();
  if (!json.is_string() && !json.is_object()) {
    place.refuse("the name of a preset or a policy document was expected");
    return std::nullopt;
  }
  auto policy = json.is_string() ? Policy::preset(json.get<std::string>()) : Policy::parse(json.dump());
  if (policy) return std::move(policy).value();
  Error error = std::move(policy).error();
  error.parameter = json.is_string() ? place.pointer() : place.pointer() + error.parameter;
  place.refuse(std::move(error));
  return std::nullopt;
}

std::string line(const Finding& finding) {
  std::string text = finding.pointer + " " + finding.code + " " + std::string(to_string(finding.outcome));
  return finding.reason.empty() ? text : text + " (" + finding.reason + ")";
}

/// Does a finding say all that the case asks of it?
bool matches(const Json& wanted, const Finding& finding) {
  const auto says = [&](const char* key, std::string_view actual) {
    return !wanted.contains(key) || wanted[key].get_ref<const std::string&>() == actual;
  };
  return says("code", finding.code) && says("outcome", to_string(finding.outcome)) && says("reason", finding.reason) &&
         says("pointer", finding.pointer);
}

void check_denials(const Place& wanted) {
  if (!wanted.array(0, SIZE_MAX, "an array of findings")) return;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const Place finding = wanted.at(i);
    if (!finding.object({"code", "outcome", "reason", "pointer"})) return;
    if (!finding.has("code")) finding.refuse("the key `code` was expected");
    for (const auto& item : finding.json().items()) {
      if (!item.value().is_string()) finding.at(item.key()).refuse("a text was expected");
    }
  }
}

std::string difference(const Json& test, const Decision& decision) {
  std::string text;
  const bool allowed = test["allowed"].get<bool>();
  if (decision.allowed() != allowed) {
    text += std::string("expected to be ") + (allowed ? "allowed" : "denied") + ", was " +
            (allowed ? "denied" : "allowed") + '\n';
  }
  const auto denials = decision.denials();
  const Json none = Json::array();
  const bool listed = test.contains("denials");
  const Json& wanted = listed ? test["denials"] : none;
  for (std::size_t i = 0; listed && i < std::max(wanted.size(), denials.size()); ++i) {
    const bool both = i < wanted.size() && i < denials.size();
    if (both && matches(wanted[i], denials[i])) continue;
    if (i < wanted.size()) text += "expected " + wanted[i].dump() + '\n';
    if (i < denials.size()) text += "found " + line(denials[i]) + '\n';
  }
  if (!listed && !text.empty()) {
    for (const Finding& finding : denials) text += "found " + line(finding) + '\n';
  }
  return text;
}

/// What stands beside the cases, for all of them.
struct Common {
  Json given;
  std::optional<Policy> policy;
  const Policy* instead;
};

PolicyCaseResult run(const Place& test, const Common& common) {
  PolicyCaseResult result;
  if (!test.object({"name", "policy", "now", "verification", "guardian", "expect", "standing", "allowed", "denials"}))
    return result;
  for (const char* key : {"name", "now", "allowed"}) {
    if (!test.has(key)) test.refuse("the key `" + std::string(key) + "` was expected");
  }
  result.name = test.at("name").text(300);
  test.at("allowed").boolean();
  if (test.has("denials")) check_denials(test.at("denials"));

  std::optional<Policy> own;
  if (test.has("policy")) own = read_policy(test.at("policy"));
  const Policy* policy = common.instead != nullptr ? common.instead
                         : own                     ? &*own
                         : common.policy           ? &*common.policy
                                                   : nullptr;
  if (policy == nullptr) test.at("policy").refuse("a policy was expected, here or for all cases");

  Json facts = common.given;
  if (test.has("verification")) facts.merge_patch(test.at("verification").json());
  const auto verification = policy_detail::read_verification(test.elsewhere(facts, test.pointer() + "/verification"));
  const Moment now = test.at("now").moment();
  Expect expect = test.has("expect") ? policy_detail::read_expect(test.at("expect")) : Expect{};
  if (test.has("guardian")) expect.guardian = policy_detail::read_verification(test.at("guardian"));
  std::optional<Standing> standing;
  if (test.has("standing")) standing = policy_detail::read_standing(test.at("standing"));
  if (test.refused()) return result;

  result.difference =
      difference(test.json(), policy->evaluate(verification, now, expect, standing ? &*standing : nullptr));
  result.passed = result.difference.empty();
  return result;
}

PolicyCaseReport run_all(const Place& document, const Policy* instead) {
  PolicyCaseReport report;
  if (!document.object({"about", "policy", "given", "cases"})) return report;
  const Place cases = document.at("cases");
  if (!cases.array(1, SIZE_MAX, "an array of at least one case")) return report;
  Common common{document.has("given") ? document.at("given").json() : Json::object(), std::nullopt, instead};
  if (document.has("policy") && instead == nullptr) common.policy = read_policy(document.at("policy"));
  // Alone, before each case copies it: what is too long ends here.
  policy_detail::read_verification(document.elsewhere(common.given, "/given"));
  for (std::size_t i = 0; i < cases.size() && !document.refused(); ++i) {
    report.cases.push_back(run(cases.at(i), common));
    if (!report.cases.back().passed) ++report.failures;
  }
  return report;
}

}  // namespace

std::string PolicyCaseReport::text() const {
  std::string out;
  for (const auto& result : cases) {
    out += (result.passed ? "ok      " : "FAILED  ") + result.name + '\n';
    for (std::size_t from = 0; from < result.difference.size();) {
      const std::size_t to = result.difference.find('\n', from);
      out += "        " + result.difference.substr(from, to - from) + '\n';
      from = to + 1;
    }
  }
  return out + std::to_string(cases.size()) + " cases, " + std::to_string(failures) + " failed\n";
}

Result<PolicyCaseReport> run_policy_cases(std::string_view json, const Policy* policy) {
  auto file = policy_detail::read_json(json, max_cases_bytes);
  if (!file) {
    file.error().kind = ErrorKind::invalid_argument;
    return std::move(file).error();
  }
  policy_detail::Refusal refusal{ErrorKind::invalid_argument, {}};
  PolicyCaseReport report = run_all(Place(file.value(), refusal), policy);
  if (refusal.error) return std::move(*refusal.error);
  return report;
}

}  // namespace bonin
