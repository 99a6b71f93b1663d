// Built for macOS, not run there.

#include <fcntl.h>
#include <sys/socket.h>

#include "platform/socket.hpp"

namespace bonin::platform {

int open_socket(int family, int type, int protocol) noexcept {
  const int made = socket(family, type, protocol);
  if (made < 0) return made;
  const int on = 1;
  // Neither fails for a socket that was just made. SIGPIPE goes to the process here, whatever the thread blocks.
  fcntl(made, F_SETFD, FD_CLOEXEC);
  setsockopt(made, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
  return made;
}

}  // namespace bonin::platform
