#pragma once
// The thread that runs here.

namespace bonin::platform {

/// Is it the one that the process began with?
bool is_main_thread() noexcept;

}  // namespace bonin::platform
