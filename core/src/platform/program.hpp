#pragma once
// The program that this process runs.

#include <string>

namespace bonin::platform {

/// The path of its file; empty: it cannot be told.
std::string path_of_program();

}  // namespace bonin::platform
