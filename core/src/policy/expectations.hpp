#pragma once
// What an application may expect of a verification although no rule says so.

#include "policy/program.hpp"

namespace bonin::policy_detail {

/// One step for each field that no rule expects, and one for `begun`: passes over what the application does not name.
void add_expectations(Program& program);

}  // namespace bonin::policy_detail
