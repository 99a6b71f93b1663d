#pragma once
// Which process this is, without a system call: calls ask several times each.

#include <sys/types.h>

namespace bonin {

/// getpid(), which a fork changes. Any thread.
pid_t process_id() noexcept;

}  // namespace bonin
