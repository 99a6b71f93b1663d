// Built for macOS, not run there.

#include <mach-o/dyld.h>

#include <climits>
#include <cstdint>

#include "platform/program.hpp"

namespace bonin::platform {

std::string path_of_program() {
  char path[PATH_MAX];
  std::uint32_t size = sizeof path;
  return _NSGetExecutablePath(path, &size) == 0 ? path : std::string();
}

}  // namespace bonin::platform
