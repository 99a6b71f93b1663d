#pragma once
// The inputs of an evaluation, written as JSON in a cases file.

#include "bonin/policy.hpp"
#include "policy/place.hpp"

namespace bonin::policy_detail {

VerificationPtr read_verification(const Place& facts);
Expect read_expect(const Place& expect);
Standing read_standing(const Place& standing);

}  // namespace bonin::policy_detail
