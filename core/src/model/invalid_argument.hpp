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

/// The same, in words that name the parameter: "`limit`: expected 1 to 10000".
inline Error expected(std::string_view parameter, const std::string& what) {
  return invalid_argument(parameter, "`" + std::string(parameter) + "`: expected " + what);
}

}  // namespace bonin
