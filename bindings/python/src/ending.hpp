#pragma once
// Threads at the end of the process. Python before 3.14 ends a daemon thread that wants the GIL by unwinding it, which
// C++ frames beneath Python code do not survive. So it is held where it stands, as Python 3.14 does.

/// While one lives on a thread, the end of the process waits for it (up to a limit): it runs Python code beneath C++.
/// Made and destroyed with the GIL. On a thread other than the one that ends the process it never comes back from
/// there.
class UnderPython {
 public:
  UnderPython();
  UnderPython(const UnderPython&) = delete;
  UnderPython& operator=(const UnderPython&) = delete;
  ~UnderPython();
};

/// Is the process ending, on another thread than this?
bool ending_elsewhere() noexcept;

/// Never returns. Without the GIL.
[[noreturn]] void hold_for_ever() noexcept;
