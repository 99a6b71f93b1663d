// Built for macOS, not run there.

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "platform/wake.hpp"

namespace bonin::platform {
namespace {

bool prepare(int descriptor) {
  return fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 && fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0;
}

}  // namespace

Wake::Wake() noexcept {
  int ends[2];
  if (pipe(ends) != 0) return;
  if (prepare(ends[0]) && prepare(ends[1])) {
    reads_ = ends[0];
    writes_ = ends[1];
    return;
  }
  const int why = errno;
  close(ends[0]);
  close(ends[1]);
  errno = why;
}

Wake::~Wake() {
  if (reads_ < 0) return;
  close(reads_);
  close(writes_);
}

void Wake::ring() noexcept {
  const char one = 1;
  while (write(writes_, &one, 1) < 0 && errno == EINTR) {
  }  // a pipe that is full (EAGAIN) is readable
}

void Wake::silence() noexcept {
  char many[64];
  for (;;) {
    const auto got = read(reads_, many, sizeof many);
    if (got == 0 || (got < 0 && errno != EINTR)) return;
  }
}

}  // namespace bonin::platform
