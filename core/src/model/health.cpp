#include "bonin/health.hpp"

namespace bonin {

std::string_view to_string(Circuit circuit) noexcept {
  switch (circuit) {
    case Circuit::open:
      return "open";
    case Circuit::half_open:
      return "half_open";
    case Circuit::closed:
      break;
  }
  return "closed";
}

std::string_view to_string(LogLevel level) noexcept {
  switch (level) {
    case LogLevel::debug:
      return "debug";
    case LogLevel::info:
      return "info";
    case LogLevel::warning:
      return "warning";
    case LogLevel::off:
      break;
  }
  return "off";
}

}  // namespace bonin
