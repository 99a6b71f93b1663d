#pragma once
// Threads that leave the GIL for a while, and the end of the process, which waits for them. Python before 3.14 ends a
// daemon thread that wants the GIL by unwinding it, which C++ frames beneath Python code do not survive. So bonin holds
// such a thread where it stands, as Python 3.14 does.

#include <pybind11/pybind11.h>

#include <optional>

namespace py = pybind11;

/// Without the GIL, until the end of the scope. Unlike pybind11's own it survives the end of the interpreter: taking
/// the GIL then would end the thread in the middle of C++ frames.
class WithoutGil {
 public:
  WithoutGil() { leave(); }
  WithoutGil(const WithoutGil&) = delete;
  WithoutGil& operator=(const WithoutGil&) = delete;
  ~WithoutGil() { come_back(); }

  /// Has a function run with the GIL in between. It must not throw.
  template <class Function>
  auto with_gil(const Function& function) {
    come_back();
    const auto answer = function();
    leave();
    return answer;
  }

 private:
  void leave();
  void come_back();
  PyThreadState* thread_ = nullptr;
};

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

/// Does Python run the handlers of signals on this thread, and end the process on it? Nothing: it does not say.
std::optional<bool> on_pythons_main_thread() noexcept;

/// Is the process ending, on another thread than this?
bool ending_elsewhere() noexcept;

/// Never returns. Without the GIL.
[[noreturn]] void hold_for_ever() noexcept;

/// The end of the process has begun, on the calling thread.
void begin_the_end() noexcept;

/// Waits a while, without the GIL, for the threads that are in C++ frames.
void wait_for_threads();

/// In a forked child: the parent's waiting threads are not here.
void forget_waiting_threads() noexcept;
