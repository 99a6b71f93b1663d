#include "blocking.hpp"

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "ending.hpp"
#include "errors.hpp"
#include "kept.hpp"
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
  if (wake_) wake_->ring();
}

bool Waiter::finished() {
  const std::lock_guard lock(mutex_);
  return finished_;
}

int Waiter::descriptor() {
  wake_.emplace();
  if (wake_->descriptor() < 0) {
    PyErr_SetFromErrno(PyExc_OSError);
    throw py::error_already_set();
  }
  return wake_->descriptor();
}

bool Waiter::wait_a_slice() {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, slice, [this] { return finished_; });
}

namespace {

/// The function that waits for a descriptor in the hub of this thread, or None where there is none.
py::object way_of_the_hub() {
  static PyObject* const gevent = PyUnicode_InternFromString("gevent.monkey");
  static PyObject* const eventlet = PyUnicode_InternFromString("eventlet.patcher");
  PyObject* const modules = PyImport_GetModuleDict();  // those who use neither pay for two look-ups
  if (PyDict_GetItem(modules, gevent) == nullptr && PyDict_GetItem(modules, eventlet) == nullptr) return py::none();
  PYBIND11_CONSTINIT static Kept kept;
  return find_once(kept, "bonin._green", "waiter")();
}

void wait_in_hub(Waiter& waiter, const std::function<bonin::Call()>& begin, const py::object& wait) {
  const int descriptor = waiter.descriptor();
  bonin::Call call;
  {
    const WithoutGil away;
    call = begin();
  }
  if (waiter.finished()) return;
  try {
    wait(descriptor);
  } catch (...) {
    call.cancel();
    throw;
  }
  // A child that was forked off has the greenlet, and not the thread that would report.
  if (!waiter.finished()) raise(bonin::ErrorKind::closed, "the process was forked in the middle of the call", {});
}

}  // namespace

void block_on(Waiter& waiter, const std::function<bonin::Call()>& begin) {
  if (const auto wait = way_of_the_hub(); !wait.is_none()) return wait_in_hub(waiter, begin, wait);
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
  // Greenlets of this very thread cannot come home any more.
  while (waiting_threads.load() > under_python && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(1ms);
  }
}

void forget_waiting_threads() noexcept { waiting_threads.store(under_python); }
