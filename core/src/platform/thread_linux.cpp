#include <sys/syscall.h>
#include <unistd.h>

#include "platform/thread.hpp"

namespace bonin::platform {

// By its number, because the oldest glibc that bonin runs on has no gettid().
bool is_main_thread() noexcept { return syscall(SYS_gettid) == getpid(); }

}  // namespace bonin::platform
