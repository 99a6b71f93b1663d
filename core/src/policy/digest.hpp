#pragma once

#include <string>
#include <string_view>

namespace bonin::policy_detail {

/// SHA-256, 64 hex characters.
std::string sha256_hex(std::string_view text);

}  // namespace bonin::policy_detail
