#include "blocking.hpp"

#include <pybind11/pybind11.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <thread>

namespace py = pybind11;

namespace {

using namespace std::chrono_literals;

constexpr auto slice = 50ms;          // how long Ctrl-C may go unheard
constexpr auto homecoming = 2'000ms;  // how long the end of the process waits for its threads

std::atomic<int> waiting_threads{0};

PyThreadState* leave() {
  waiting_threads.fetch_add(1);
  return PyEval_SaveThread();
}

void come_back(PyThreadState* thread) {
#if PY_VERSION_HEX >= 0x030D0000
  const bool finalizing = Py_IsFinalizing();
#else
  const bool finalizing = _Py_IsFinalizing();
#endif
  // Taking the GIL now would end this thread in the middle of C++ frames that hold Python objects.
  if (finalizing) {
    for (;;) pause();
  }
  PyEval_RestoreThread(thread);
  waiting_threads.fetch_sub(1);
}

}  // namespace

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
  PyThreadState* thread = leave();
  const bonin::Call call = begin();
  while (!waiter.wait_a_slice()) {
    come_back(thread);
    if (PyErr_CheckSignals() != 0) {
      call.cancel();
      throw py::error_already_set();
    }
    thread = leave();
  }
  come_back(thread);
}

void end_of_process() {
  const py::gil_scoped_release released;
  bonin::shutdown();
  const auto until = std::chrono::steady_clock::now() + homecoming;
  while (waiting_threads.load() > 0 && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(1ms);
}

void forget_waiting_threads() noexcept { waiting_threads.store(0); }
