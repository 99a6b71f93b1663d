#include <sys/socket.h>

#include "platform/socket.hpp"

namespace bonin::platform {

// SIGPIPE goes to the thread that writes, which has it blocked.
int open_socket(int family, int type, int protocol) noexcept { return socket(family, type | SOCK_CLOEXEC, protocol); }

}  // namespace bonin::platform
