#pragma once

#include "policy/rule.hpp"

namespace bonin::policy_detail {

/// Why a rule did not pass, for an end user.
std::string denial(const RuleAt& rule, Reason reason, bool korean);

}  // namespace bonin::policy_detail
