// Built for macOS, not run there.

#include <pthread.h>

#include "platform/thread.hpp"

namespace bonin::platform {

bool is_main_thread() noexcept { return pthread_main_np() != 0; }

}  // namespace bonin::platform
