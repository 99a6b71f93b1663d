#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "bonin/error.hpp"

namespace bonin {

/// What was passed for `parameter` cannot be used. `invalid_argument`.
inline Error invalid_argument(std::string_view parameter, std::string message) {
  Error error;
  error.kind = ErrorKind::invalid_argument;
  error.parameter = parameter;
  error.message = std::move(message);
  return error;
}

}  // namespace bonin
