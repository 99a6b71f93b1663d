#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "bonin/error.hpp"

namespace bonin {

/// What was passed for `parameter` cannot be used. `invalid_argument`.
inline Error invalid_argument(std::string_view parameter, std::string message) {
  return make_error(ErrorKind::invalid_argument, std::move(message), parameter);
}

}  // namespace bonin
