#include "gil.hpp"

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <thread>

namespace {

using namespace std::chrono_literals;

constexpr auto longest_wait_for_threads = 2'000ms;

std::atomic<int> waiting_threads{0};  // in C++ frames that Python's own end must not unwind
std::atomic<bool> ending{false};
std::atomic<std::thread::id> ends_the_process;
thread_local int under_python = 0;  // how many times this thread is among them by an UnderPython

bool finalizing() {
#if PY_VERSION_HEX >= 0x030D0000
  return Py_IsFinalizing() != 0;
#else
  return _Py_IsFinalizing() != 0;
#endif
}

}  // namespace

/// Exported by every Python so far, and in no header that all of them have.
extern "C" [[gnu::weak]] int _PyOS_IsMainThread(void);

std::optional<bool> on_pythons_main_thread() noexcept {
  if (_PyOS_IsMainThread == nullptr) return std::nullopt;
  return _PyOS_IsMainThread() != 0;
}

bool ending_elsewhere() noexcept { return ending.load() && ends_the_process.load() != std::this_thread::get_id(); }

void hold_for_ever() noexcept {
  for (;;) pause();
}

UnderPython::UnderPython() {
  if (ending_elsewhere()) {
    waiting_threads.fetch_sub(under_python);
    PyEval_SaveThread();
    hold_for_ever();
  }
  ++under_python;
  waiting_threads.fetch_add(1);
}

UnderPython::~UnderPython() {
  --under_python;
  waiting_threads.fetch_sub(1);
}

void WithoutGil::leave() {
  waiting_threads.fetch_add(1);
  thread_ = PyEval_SaveThread();
}

void WithoutGil::come_back() {
  if (ending_elsewhere() || finalizing()) {
    waiting_threads.fetch_sub(1 + under_python);
    hold_for_ever();
  }
  PyEval_RestoreThread(thread_);
  waiting_threads.fetch_sub(1);
}

void begin_the_end() noexcept {
  ends_the_process.store(std::this_thread::get_id());
  ending.store(true);
}

void wait_for_threads() {
  const auto until = std::chrono::steady_clock::now() + longest_wait_for_threads;
  // Greenlets of this very thread cannot come back any more.
  while (waiting_threads.load() > under_python && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(1ms);
  }
}

void forget_waiting_threads() noexcept { waiting_threads.store(under_python); }
