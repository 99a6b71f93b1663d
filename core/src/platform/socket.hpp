#pragma once
// A socket as every socket of ours is made.

namespace bonin::platform {

/// As socket(2), -1 and errno when there is none. No program that is started has it, and none raises SIGPIPE where the
/// system can be told so.
int open_socket(int family, int type, int protocol) noexcept;

}  // namespace bonin::platform
