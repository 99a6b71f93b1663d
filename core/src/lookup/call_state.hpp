#pragma once

#include "bonin/portone.hpp"

namespace bonin {

/// A call under way, as its owner sees it.
class Call::State {
 public:
  virtual ~State() = default;
  /// Ends the call with ErrorKind::cancelled unless it has ended. Any thread.
  virtual void cancel() = 0;
  /// Ends the call with an error unless it has ended. The transport's thread only.
  virtual void settle(Error error) = 0;
};

}  // namespace bonin
