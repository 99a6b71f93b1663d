#pragma once
// The file system that a path lies on.

#include <cstdint>
#include <optional>
#include <string>

namespace bonin::platform {

/// The name of a file system that is shared between machines or served by a program; empty: it is neither; nullopt: it
/// cannot be told, since nothing has this path, say.
std::optional<std::string> shared_file_system_of(const std::string& path);

/// When the file at the path was made and last written, in ns since 1970. `born` is 0 where the system does not tell.
struct FileTimes {
  std::int64_t born = 0;
  std::int64_t written = 0;
};
FileTimes times_of(const std::string& path) noexcept;

}  // namespace bonin::platform
