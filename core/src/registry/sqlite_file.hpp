#pragma once
// The file of a SQLite store: where it may lie, and who may read it.

#include <optional>
#include <string>

#include "bonin/result.hpp"

namespace bonin::registry_detail {

/// Refuses a file system whose locks or shared memory SQLite's log cannot rely on.
std::optional<Error> check_file_system(const std::string& path);

/// Makes the file unless it is there, for its owner only whatever the umask is.
void create_private(const std::string& path);

/// Takes everybody else's rights from the file, its log and its shared memory, or says why that cannot be done. By
/// name: closing a descriptor of an open store would drop the locks that this process holds on it.
std::optional<Error> keep_private(const std::string& path);

}  // namespace bonin::registry_detail
