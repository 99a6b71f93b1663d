#pragma once
// A process that may open nothing more.

#include <sys/resource.h>
#include <unistd.h>

namespace bonin::test {

/// Nothing that needs a descriptor can be made while it lives; those that are open stay as they are.
/// Not under UndefinedBehaviorSanitizer: it opens a pipe to see whether an object can be read, and without one reports
/// any.
class NoDescriptorLeft {
 public:
  NoDescriptorLeft() {
    getrlimit(RLIMIT_NOFILE, &before_);
    const int lowest_free = dup(0);
    close(lowest_free);
    auto none = before_;
    none.rlim_cur = static_cast<rlim_t>(lowest_free);
    setrlimit(RLIMIT_NOFILE, &none);
  }
  NoDescriptorLeft(const NoDescriptorLeft&) = delete;
  NoDescriptorLeft& operator=(const NoDescriptorLeft&) = delete;
  ~NoDescriptorLeft() { setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

}  // namespace bonin::test
