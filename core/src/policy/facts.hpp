#pragma once
// The inputs of an evaluation, written as JSON in a cases file.

#include <string>

#include "bonin/policy.hpp"
#include "policy/shape.hpp"

namespace bonin::policy_detail {

// Each throws an Error with a JSON pointer, as shape.hpp does.
VerificationPtr read_verification(const Json& facts, const std::string& pointer);
Expect read_expect(const Json& expect, const std::string& pointer);
Standing read_standing(const Json& standing, const std::string& pointer);
Moment want_moment(const Json& value, const std::string& pointer);

}  // namespace bonin::policy_detail
