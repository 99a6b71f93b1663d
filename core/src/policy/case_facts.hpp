#pragma once
// One case of a cases file: what it is called, and what a policy is asked.

#include <optional>
#include <string>
#include <vector>

#include "bonin/policy.hpp"
#include "policy/place.hpp"

namespace bonin::policy_detail {

struct CaseFacts {
  std::string name;
  VerificationPtr verification;
  Moment now;
  Expect expect;
  std::optional<Standing> standing;

  Decision decision_of(const Policy& policy) const {
    return policy.evaluate(verification, now, expect, standing ? &*standing : nullptr);
  }
};

inline constexpr std::size_t max_cases_bytes = std::size_t{4} * 1024 * 1024;

/// The text of a cases file.
Result<std::string> cases_in(const std::string& path);

/// The case at a place, its facts laid over those of all cases. Reads no policy.
CaseFacts read_case(const Place& test, const Json& given);

/// Every case of a cases file, without the policies that it names. Refuses what it does not understand.
std::vector<CaseFacts> read_cases(const Place& document);

}  // namespace bonin::policy_detail
