#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/program.hpp"

namespace bonin::policy_detail {

/// What a policy asks for and can never have.
std::vector<std::string> warnings_about(const Program& program);

/// Whom a limit by full age turns away although the program lets them in.
std::optional<std::string> shut_out_by(const Program& program, int full_age);

}  // namespace bonin::policy_detail
