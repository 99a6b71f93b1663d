#pragma once

#include <chrono>

#include "bonin/result.hpp"

namespace bonin {

/// How long something may take: 1 ms to 10 minutes. `invalid_timeout`.
Result<Done> check_timeout(std::chrono::milliseconds timeout, const char* parameter);

}  // namespace bonin
