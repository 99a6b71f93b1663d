#include <optional>
#include <utility>

#include "bonin/policy_cases.hpp"
#include "policy/bases.hpp"
#include "policy/case_facts.hpp"
#include "policy/document.hpp"
#include "policy/facts.hpp"

namespace bonin {

using policy_detail::Json;
using policy_detail::Place;

namespace {

/// The policy of a file that the cases file names.
Result<Policy> policy_of_file(const Place& place, const std::string& name, const std::string& path) {
  auto policy = Policy::load(policy_detail::beside(path, name));
  if (policy) return policy;
  Error& error = policy.error();
  if (error.kind == ErrorKind::invalid_argument) {
    error.parameter = place.pointer();  // it could not be read
  } else {
    error.message += "; `" + path + "` names the file at `" + place.pointer() + "`";
  }
  return policy;
}

/// The policy of a document that stands in the cases file.
Result<Policy> policy_here(const Place& place, const std::string& path) {
  // Read once more, with the limits of a policy document.
  auto document = policy_detail::read_json(place.json().dump(), policy_detail::max_policy_bytes);
  if (!document) {
    document.error().parameter = place.pointer() + document.error().parameter;
    return std::move(document).error();
  }
  auto files = policy_detail::DocumentOfFiles::within(path, place.pointer(), std::move(document).value());
  if (!files) return std::move(files).error();
  return policy_detail::Documents::policy(files.value());
}

/// The policy at a place: the name of a preset, the path of a file, or a document. nullopt when it was refused. `path`:
/// of the cases file, null when the cases are of no file.
std::optional<Policy> read_policy(const Place& place, const std::string* path) {
  const Json& json = place.json();
  if (!json.is_string() && !json.is_object()) {
    place.refuse("the name of a preset, the path of a file or a policy document was expected");
    return std::nullopt;
  }
  const bool is_name = json.is_string();
  const auto name = is_name ? json.get<std::string>() : std::string();
  const bool is_file = is_name && policy_detail::is_path(name);
  if (is_file && path == nullptr) {
    place.refuse(policy_detail::no_folder(name));
    return std::nullopt;
  }
  auto policy = is_file           ? policy_of_file(place, name, *path)
                : is_name         ? Policy::preset(name)
                : path == nullptr ? Policy::parse(json.dump())
                                  : policy_here(place, *path);
  if (policy) return std::move(policy).value();
  Error error = std::move(policy).error();
  if (is_name && !is_file) error.parameter = place.pointer();
  if (!is_name && path == nullptr) error.parameter = place.pointer() + error.parameter;
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
  const std::string* path;
};

PolicyCaseResult run(const Place& test, const Common& common) {
  PolicyCaseResult result;
  const policy_detail::CaseFacts facts = policy_detail::read_case(test, common.given);
  result.name = facts.name;
  std::optional<Policy> own;
  if (test.has("policy") && common.instead == nullptr && !test.refused())
    own = read_policy(test.at("policy"), common.path);
  const Policy* policy = common.instead != nullptr ? common.instead
                         : own                     ? &*own
                         : common.policy           ? &*common.policy
                                                   : nullptr;
  if (policy == nullptr) test.at("policy").refuse("a policy was expected, here or for all cases");
  if (test.refused()) return result;
  result.difference = difference(test.json(), facts.decision_of(*policy));
  result.passed = result.difference.empty();
  return result;
}

/// The facts of all cases; what is too long ends here, before each case copies it.
Json given_of(const Place& document) {
  Json given = document.has("given") ? document.at("given").json() : Json::object();
  policy_detail::read_verification(document.elsewhere(given, "/given"));
  return given;
}

bool has_cases(const Place& document) {
  return document.object({"about", "policy", "given", "cases"}) &&
         document.at("cases").array(1, SIZE_MAX, "an array of at least one case");
}

PolicyCaseReport run_all(const Place& document, const Policy* instead, const std::string* path) {
  PolicyCaseReport report;
  if (!has_cases(document)) return report;
  const Place cases = document.at("cases");
  Common common{given_of(document), std::nullopt, instead, path};
  if (document.has("policy") && instead == nullptr) common.policy = read_policy(document.at("policy"), path);
  for (std::size_t i = 0; i < cases.size() && !document.refused(); ++i) {
    report.cases.push_back(run(cases.at(i), common));
    if (!report.cases.back().passed) ++report.failures;
  }
  return report;
}

Result<PolicyCaseReport> run_text(std::string_view json, const Policy* instead, const std::string* path) {
  auto file = policy_detail::read_json(json, policy_detail::max_cases_bytes);
  if (!file) {
    file.error().kind = ErrorKind::invalid_argument;
    return std::move(file).error();
  }
  policy_detail::Refusal refusal{ErrorKind::invalid_argument, {}};
  PolicyCaseReport report = run_all(Place(file.value(), refusal), instead, path);
  if (refusal.error) return std::move(*refusal.error);
  return report;
}

}  // namespace

Result<std::string> policy_detail::cases_in(const std::string& path) {
  auto text = read_file(path, max_cases_bytes, false);
  if (!text) text.error().message = "the cases file `" + path + "` " + text.error().message;
  return text;
}

policy_detail::CaseFacts policy_detail::read_case(const Place& test, const Json& given) {
  CaseFacts out;
  if (!test.object({"name", "policy", "now", "verification", "guardian", "expect", "standing", "allowed", "denials"})) {
    return out;
  }
  for (const char* key : {"name", "now", "allowed"}) {
    if (!test.has(key)) test.refuse("the key `" + std::string(key) + "` was expected");
  }
  out.name = test.at("name").text(300);
  test.at("allowed").boolean();
  if (test.has("denials")) check_denials(test.at("denials"));
  Json facts = given;
  if (test.has("verification")) facts.merge_patch(test.at("verification").json());
  out.verification = read_verification(test.elsewhere(facts, test.pointer() + "/verification"));
  out.now = test.at("now").moment();
  if (test.has("expect")) out.expect = read_expect(test.at("expect"));
  if (test.has("guardian")) out.expect.guardian = read_verification(test.at("guardian"));
  if (test.has("standing")) out.standing = read_standing(test.at("standing"));
  return out;
}

std::vector<policy_detail::CaseFacts> policy_detail::read_cases(const Place& document) {
  std::vector<CaseFacts> out;
  if (!has_cases(document)) return out;
  const Json given = given_of(document);
  const Place cases = document.at("cases");
  for (std::size_t i = 0; i < cases.size() && !document.refused(); ++i) out.push_back(read_case(cases.at(i), given));
  return out;
}

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
  return run_text(json, policy, nullptr);
}

Result<PolicyCaseReport> run_policy_cases_file(const std::string& path, const Policy* policy) {
  auto text = policy_detail::cases_in(path);
  if (!text) return std::move(text).error();
  auto report = run_text(text.value(), policy, &path);
  const bool of_this_file = !report && report.error().kind == ErrorKind::invalid_argument;
  if (of_this_file) report.error().message += " (in `" + path + "`)";
  return report;
}

}  // namespace bonin
