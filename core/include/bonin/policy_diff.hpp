#pragma once
// What changes from one policy to another: in words, and for whom.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bonin/policy.hpp"

namespace bonin {

/// A rule, or what a document accepts, in one of the two policies. All empty: it is not in this one.
struct PolicyRuleSide {
  std::string pointer;
  std::string ko, en;            // what it asks for
  std::string rule;              // as JSON
  std::string text_ko, text_en;  // its own text for the person
};

struct PolicyRuleChange {
  std::string_view change;  // "gone", "new" or "changed"
  std::string code;         // of the rule; or `accept_self_declared`, `accept_page_chosen_di`
  PolicyRuleSide before, after;
};

/// Somebody who is decided otherwise.
struct PolicyCaseChange {
  std::string name;
  bool allowed_before, allowed_after;
  std::vector<Finding> denials;  // of the policy that denies
};

/// Thread-safety: a plain value.
struct PolicyDiff {
  std::string before, after;            // the names of the policies
  std::vector<PolicyRuleChange> rules;  // those that are gone, then the changed, then the new ones
  std::vector<PolicyCaseChange> cases;
  std::size_t judged = 0;  // how many cases there were

  bool same() const noexcept { return rules.empty() && cases.empty(); }
  std::string text(Language language) const;

  /// All of it as JSON, the texts included: {"before", "after", "rules": [{"change", "code", "before", "after"}],
  /// "cases":
  /// [{"name", "before": allowed?, "after": allowed?, "denials"}], "judged", "ko", "en"}.
  std::string json() const;
};

/// Compares two policies. A rule is the same wherever it stands; of those that differ, the ones of one code are put
/// side by side, first those of one pointer. `cases`: a cases file as text, whose own policies are not read. cases as
/// run_policy_cases does.
Result<PolicyDiff> policy_diff(const Policy& before, const Policy& after,
                               std::optional<std::string_view> cases = std::nullopt);

/// The same with the cases file at a path.
Result<PolicyDiff> policy_diff_file(const Policy& before, const Policy& after, const std::string& path);

}  // namespace bonin
