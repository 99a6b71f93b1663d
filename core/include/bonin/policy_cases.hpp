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
///     {"policy": "kr.youth_protection" or {document}, "given": {facts of all cases},
///      "cases": [{"name": "...", "now": "2026-01-01T00:00:00+09:00", "verification": {facts that differ},
///                 "policy"?, "expect"?, "standing"?, "allowed": true,
///                 "denials"?: [{"code", "outcome"?, "reason"?, "pointer"?}]}]}
///
/// docs/policy.md describes the facts. `policy`, if given, stands in for the one of the file. Refuses a file it does
/// not understand with ErrorKind::invalid_argument and the JSON pointer.
Result<PolicyCaseReport> run_policy_cases(std::string_view json, const Policy* policy = nullptr);

}  // namespace bonin
