#include <unistd.h>

#include <climits>

#include "platform/program.hpp"

namespace bonin::platform {

std::string path_of_program() {
  char path[PATH_MAX];
  const auto length = readlink("/proc/self/exe", path, sizeof path);
  return length < 0 ? std::string() : std::string(path, static_cast<std::size_t>(length));
}

}  // namespace bonin::platform
