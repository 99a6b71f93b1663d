#pragma once
// What the V2 handlers share.

#include "world.hpp"

namespace bonin::sandbox {

/// `{type, message}`.
Answer v2_error(unsigned status, const char* type, const std::string& message);
Answer v2_forbidden();
/// No store, or the sandbox's own.
bool v2_own_store(const World& world, std::string_view store_id);
/// 401 or 403, unless the request may go on.
std::optional<Answer> v2_refused(const World& world, const Request& request);

}  // namespace bonin::sandbox
