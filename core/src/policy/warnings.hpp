#pragma once

#include <string>
#include <vector>

#include "policy/program.hpp"

namespace bonin::policy_detail {

/// What a policy asks for and can never have.
std::vector<std::string> warnings_about(const Program& program);

}  // namespace bonin::policy_detail
