#pragma once
// The file at a path, and the file system that it lies on.

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

namespace bonin::platform {

/// The name of a file system that is shared between machines or served by a program; empty: it is neither; nullopt: it
/// cannot be told, since nothing has this path, say.
std::optional<std::string> shared_file_system_of(const std::string& path);

/// What lies at a path, and what its bytes were last changed by.
struct FileState {
  dev_t device = 0;
  std::uint64_t number = 0;
  std::int64_t born = 0;  // a number may be given again; 0 where the file system does not tell
  std::uint64_t size = 0;
  std::int64_t changed = 0;  // nanoseconds since 1970, as `born`

  bool operator==(const FileState&) const = default;
  bool same_file(const FileState& other) const {
    return device == other.device && number == other.number && born == other.born;
  }
};
/// Nothing: there is no file, or none that may be seen.
std::optional<FileState> state_of(const std::string& path);

}  // namespace bonin::platform
