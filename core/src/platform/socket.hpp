#pragma once
// Opens every socket of bonin.

namespace bonin::platform {

/// Like socket(2): -1 and errno when it fails. The socket is closed on exec, and does not raise SIGPIPE where the
/// system has an option for that.
int open_socket(int family, int type, int protocol) noexcept;

}  // namespace bonin::platform
