#pragma once
// Signals belong to the host's threads: Ctrl-C must reach the interpreter.

#include <signal.h>

namespace bonin::platform {

/// A thread started meanwhile gets no signals.
class SignalsBlocked {
 public:
  SignalsBlocked() noexcept;
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  ~SignalsBlocked();

 private:
  sigset_t before_;
};

}  // namespace bonin::platform
