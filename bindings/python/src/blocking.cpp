#include "blocking.hpp"

#include <chrono>

#include "errors.hpp"
#include "kept.hpp"

namespace {

using namespace std::chrono_literals;

constexpr auto slice = 50ms;  // how long Ctrl-C may go unheard

}  // namespace

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
