#pragma once

#include <string>

#include "bonin/date.hpp"

namespace bonin {

/// A place kept for a person whose account does not exist yet.
struct Reservation {
  std::string id;  // 32 hex characters: whoever knows it may commit it
  Moment expires_at{};
};

}  // namespace bonin
