// Built for macOS, not run there.

#include <sys/mount.h>
#include <sys/param.h>
#include <sys/stat.h>

#include "platform/file_system.hpp"

namespace bonin::platform {

std::optional<FileState> state_of(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return std::nullopt;
  const auto nanoseconds = [](const timespec& at) { return std::int64_t{at.tv_sec} * 1'000'000'000 + at.tv_nsec; };
  return FileState{found.st_dev, found.st_ino, nanoseconds(found.st_birthtimespec),
                   static_cast<std::uint64_t>(found.st_size), nanoseconds(found.st_mtimespec)};
}

std::optional<std::string> shared_file_system_of(const std::string& path) {
  struct statfs found {};
  if (statfs(path.c_str(), &found) != 0) return std::nullopt;
  const std::string name = found.f_fstypename;
  // macFUSE can call local what a program serves.
  const bool local = (found.f_flags & MNT_LOCAL) != 0 && name.find("fuse") == std::string::npos;
  return local ? std::string() : name;
}

}  // namespace bonin::platform
