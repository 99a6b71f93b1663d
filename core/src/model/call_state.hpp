#pragma once

#include <sys/types.h>

#include "bonin/call.hpp"
#include "model/process.hpp"

namespace bonin {

/// A call under way, as the room that makes it sees it.
class Call::State {
 public:
  virtual ~State() = default;
  /// Ends the call with ErrorKind::cancelled unless it has ended. Any thread. Call::cancel() asks for it in the process
  /// that made the call alone: a forked child has its parent's calls and locks, and no thread that would let them go.
  virtual void cancel() = 0;

 private:
  friend class Call;
  const pid_t process_ = process_id();
};

}  // namespace bonin
