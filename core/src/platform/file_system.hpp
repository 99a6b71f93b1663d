#pragma once
// The file system that a path lies on.

#include <optional>
#include <string>

namespace bonin::platform {

/// The name of a file system that is shared between machines or served by a program; empty: it is neither; nullopt: it
/// cannot be told, since nothing has this path, say.
std::optional<std::string> shared_file_system_of(const std::string& path);

}  // namespace bonin::platform
