#include <optional>
#include <utility>

#include "bonin/policy_cases.hpp"
#include "policy/document.hpp"
#include "policy/facts.hpp"
#include "policy/shape.hpp"

namespace bonin {

using policy_detail::Json;
using policy_detail::pointer_to;
using policy_detail::refuse;

namespace {

constexpr std::size_t max_cases_bytes = std::size_t{4} * 1024 * 1024;

Policy read_policy(const Json& json, const std::string& pointer) {
  if (!json.is_string() && !json.is_object()) refuse(pointer, "the name of a preset or a policy document was expected");
  auto policy = json.is_string() ? Policy::preset(json.get<std::string>()) : Policy::parse(json.dump());
  if (policy) return std::move(policy).value();
  Error error = std::move(policy).error();
  error.parameter = json.is_string() ? pointer : pointer + error.parameter;
  throw error;
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

void check_denials(const Json& wanted, const std::string& pointer) {
  if (!wanted.is_array()) refuse(pointer, "an array of findings was expected");
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const std::string at = pointer_to(pointer, std::to_string(i));
    policy_detail::want_object(wanted[i], at, {"code", "outcome", "reason", "pointer"});
    if (!wanted[i].contains("code")) refuse(at, "the key `code` was expected");
    for (const auto& item : wanted[i].items()) {
      if (!item.value().is_string()) refuse(pointer_to(at, item.key()), "a text was expected");
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

PolicyCaseResult run(const Json& test, const std::string& at, const Json& given, const std::optional<Policy>& common,
                     const Policy* instead) {
  policy_detail::want_object(test, at,
                             {"name", "policy", "now", "verification", "expect", "standing", "allowed", "denials"});
  for (const char* key : {"name", "now", "allowed"}) {
    if (!test.contains(key)) refuse(at, "the key `" + std::string(key) + "` was expected");
  }
  PolicyCaseResult result;
  result.name = policy_detail::want_text(test["name"], at + "/name", 300);
  policy_detail::want_bool(test["allowed"], at + "/allowed");
  if (test.contains("denials")) check_denials(test["denials"], at + "/denials");

  std::optional<Policy> own;
  if (test.contains("policy")) own = read_policy(test["policy"], at + "/policy");
  if (instead == nullptr && !own && !common) refuse(at + "/policy", "a policy was expected, here or for all cases");
  const Policy& policy = instead != nullptr ? *instead : own ? *own : *common;

  Json facts = given;
  if (test.contains("verification")) facts.merge_patch(test["verification"]);
  const auto verification = policy_detail::read_verification(facts, at + "/verification");
  const Moment now = policy_detail::want_moment(test["now"], at + "/now");
  const Expect expect = test.contains("expect") ? policy_detail::read_expect(test["expect"], at + "/expect") : Expect{};
  std::optional<Standing> standing;
  if (test.contains("standing")) standing = policy_detail::read_standing(test["standing"], at + "/standing");

  result.difference = difference(test, policy.evaluate(verification, now, expect, standing ? &*standing : nullptr));
  result.passed = result.difference.empty();
  return result;
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
  try {
    if (!file) throw std::move(file).error();
    const Json& document = file.value();
    policy_detail::want_object(document, "", {"about", "policy", "given", "cases"});
    if (!document.contains("cases") || !document["cases"].is_array() || document["cases"].empty()) {
      refuse("/cases", "an array of at least one case was expected");
    }
    std::optional<Policy> common;
    if (document.contains("policy") && policy == nullptr) common = read_policy(document["policy"], "/policy");
    const Json given = document.contains("given") ? document["given"] : Json::object();
    policy_detail::read_verification(given, "/given");  // alone, before each case copies it: what is too long ends here
    PolicyCaseReport report;
    for (std::size_t i = 0; i < document["cases"].size(); ++i) {
      const std::string at = pointer_to("/cases", std::to_string(i));
      report.cases.push_back(run(document["cases"][i], at, given, common, policy));
      if (!report.cases.back().passed) ++report.failures;
    }
    return report;
  } catch (Error& error) {
    // A policy in the file keeps its own kind.
    if (error.parameter.find("/policy") == std::string::npos) error.kind = ErrorKind::invalid_argument;
    return std::move(error);
  }
}

}  // namespace bonin
