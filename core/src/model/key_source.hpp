#pragma once

#include <string>

#include "bonin/result.hpp"
#include "bonin/secret.hpp"

namespace bonin {

/// A key of the operator from wherever it is kept: the text itself, `env:NAME`, or `file:PATH` (one line end is cut
/// off). 32 to 4,096 bytes. ErrorKind::invalid_pepper names `parameter`, and shows nothing of the key.
Result<Secret> read_key(const Secret& source, const std::string& parameter);

}  // namespace bonin
