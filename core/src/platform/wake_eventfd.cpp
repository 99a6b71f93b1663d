#include <sys/eventfd.h>
#include <unistd.h>

#include "platform/wake.hpp"

namespace bonin::platform {

Wake::Wake() noexcept : reads_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), writes_(reads_) {}

Wake::~Wake() {
  if (reads_ >= 0) close(reads_);
}

// These calls cannot fail: the counter is never near its limit, and a non-blocking call is not interrupted.
void Wake::ring() noexcept { eventfd_write(writes_, 1); }

void Wake::silence() noexcept {
  eventfd_t count = 0;
  eventfd_read(reads_, &count);
}

}  // namespace bonin::platform
