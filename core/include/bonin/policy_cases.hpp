#pragma once
// Examples that a policy must decide as written: what `bonin policy test` runs.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "bonin/policy.hpp"

namespace bonin {

struct PolicyCaseResult {
  std::string name;
  bool passed = false;
  std::string difference;  // what was expected and what was found, one line each; empty if passed
};

struct PolicyCaseReport {
  std::vector<PolicyCaseResult> cases;
  std::size_t failures = 0;

  bool passed() const noexcept { return failures == 0; }

  /// One line a case, the difference below each that failed, and a count.
  std::string text() const;
};

/// Runs a cases file: JSON of at most 4 MiB,
///
///     {"policy": "kr.youth_protection", "file.json" or {document}, "given": {facts of all cases},
///      "cases": [{"name": "...", "now": "2026-01-01T00:00:00+09:00", "verification": {facts that differ},
///                 "policy"?, "expect"?, "standing"?, "allowed": true,
///                 "denials"?: [{"code", "outcome"?, "reason"?, "pointer"?}]}]}
///
/// docs/policy.md describes the facts. `policy`, if given, stands in for those that are named, which are not read then.
/// Refuses a file it does not understand with ErrorKind::invalid_argument and the JSON pointer. A text has no folder: a
/// path in it is refused.
Result<PolicyCaseReport> run_policy_cases(std::string_view json, const Policy* policy = nullptr);

/// The same from a file. A path in it is taken from the folder of the file.
Result<PolicyCaseReport> run_policy_cases_file(const std::string& path, const Policy* policy = nullptr);

}  // namespace bonin
