#pragma once

#include "bonin/call.hpp"

namespace bonin {

/// A call under way, as the room that makes it sees it.
class Call::State {
 public:
  virtual ~State() = default;
  /// Ends the call with ErrorKind::cancelled unless it has ended. Any thread.
  virtual void cancel() = 0;
};

}  // namespace bonin
