#include "blocking.hpp"

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "ending.hpp"
#include "own_store.hpp"

namespace {

using namespace std::chrono_literals;

constexpr auto slice = 50ms;          // how long Ctrl-C may go unheard
constexpr auto homecoming = 2'000ms;  // how long the end of the process waits for its threads

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

void Waiter::finish() {
  // Under the lock: the waiting thread may free this as soon as it sees the flag.
  const std::lock_guard lock(mutex_);
  finished_ = true;
  changed_.notify_all();
}

bool Waiter::wait_a_slice() {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, slice, [this] { return finished_; });
}

void block_on(Waiter& waiter, const std::function<bonin::Call()>& begin) {
  bool interrupted = false;
  {
    WithoutGil away;
    const bonin::Call call = begin();
    while (!interrupted && !waiter.wait_a_slice()) {
      interrupted = away.with_gil([] { return PyErr_CheckSignals() != 0; });
      if (interrupted) call.cancel();
    }
  }
  if (interrupted) throw py::error_already_set();
}

void end_of_process() {
  ends_the_process.store(std::this_thread::get_id());
  ending.store(true);
  close_own_stores();
  const py::gil_scoped_release released;
  bonin::shutdown();
  const auto until = std::chrono::steady_clock::now() + homecoming;
  while (waiting_threads.load() > 0 && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(1ms);
}

void forget_waiting_threads() noexcept { waiting_threads.store(under_python); }
