#include "blocking.hpp"

#include <chrono>
#include <unordered_map>

#include "errors.hpp"
#include "kept.hpp"
#include "of_process.hpp"
#include "own_store.hpp"

namespace {

using namespace std::chrono_literals;

constexpr auto slice = 50ms;  // how long Ctrl-C may go unheard

}  // namespace

void Waiter::finish() {
  // Whoever reports holds this, so it outlives the lock.
  {
    const std::lock_guard lock(mutex_);
    finished_ = true;
  }
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

void Waiter::ask(Errand errand) {
  {
    const std::lock_guard lock(mutex_);
    errands_.push_back(std::move(errand));
  }
  changed_.notify_all();
  if (wake_) wake_->ring();
}

Errand Waiter::next() {
  const std::lock_guard lock(mutex_);
  if (finished_ || errands_.empty()) return nullptr;
  Errand errand = std::move(errands_.front());
  errands_.erase(errands_.begin());
  return errand;
}

void Waiter::silence() {
  const std::lock_guard lock(mutex_);
  if (!finished_) wake_->silence();
}

bool Waiter::wait(bool slices) {
  const auto awake = [this] { return finished_ || !errands_.empty(); };
  std::unique_lock lock(mutex_);
  if (slices) {
    changed_.wait_for(lock, slice, awake);
  } else {
    changed_.wait(lock, awake);
  }
  return finished_;
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

/// The threads that wait, by the numbers of their calls.
struct Waiting {
  std::mutex mutex;  // guards the rest
  std::unordered_map<std::uint64_t, std::weak_ptr<Waiter>> all;
};

Waiting& waiting() { return of_this_process<Waiting>(); }

/// While it lives, errands for the caller of this number come to this waiter. Without a caller there are none.
class Listening {
 public:
  Listening(std::uint64_t caller, const std::shared_ptr<Waiter>& waiter) : caller_(caller) {
    if (caller_ == 0) return;
    auto& known = waiting();
    const std::lock_guard lock(known.mutex);
    known.all[caller_] = waiter;
  }
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;
  ~Listening() {
    if (caller_ == 0) return;
    auto& known = waiting();
    const std::lock_guard lock(known.mutex);
    known.all.erase(caller_);
  }

 private:
  const std::uint64_t caller_;
};

/// A child that was forked off in the middle of a call has the caller, and not the thread that would report.
[[noreturn]] void raise_forked() {
  raise(bonin::ErrorKind::closed, "the process was forked in the middle of the call", {});
}

void wait_in_hub(Waiter& waiter, const std::function<bonin::Call()>& begin, const py::object& wait) {
  const int descriptor = waiter.descriptor();
  bonin::Call call;
  {
    const WithoutGil away;
    call = begin();
  }
  while (!waiter.finished()) {
    if (waiter.inherited()) raise_forked();
    if (const auto errand = waiter.next()) {
      if (errand() && PyErr_CheckSignals() == 0) continue;  // another thread than the main one hears none
      if (!waiter.inherited()) call.cancel();
      throw py::error_already_set();
    }
    try {
      wait(descriptor);
    } catch (...) {
      call.cancel();
      throw;
    }
    if (waiter.inherited() && !waiter.finished()) raise_forked();
    waiter.silence();
  }
}

}  // namespace

bool ask_who_waits(std::uint64_t caller, Errand& errand) {
  if (caller == 0) return false;
  std::shared_ptr<Waiter> waiter;
  {
    auto& known = waiting();
    const std::lock_guard lock(known.mutex);
    if (const auto found = known.all.find(caller); found != known.all.end()) waiter = found->second.lock();
  }
  if (!waiter) return false;
  waiter->ask(std::move(errand));
  return true;
}

void block_on(const std::shared_ptr<Waiter>& waiter, std::uint64_t caller, Errands errands,
              const std::function<bonin::Call()>& begin) {
  const bool any = errands == Errands::of_call || has_own_stores();
  const Listening listening(any ? caller : 0, waiter);
  if (const auto wait = way_of_the_hub(); !wait.is_none()) return wait_in_hub(*waiter, begin, wait);
  const bool hears = on_pythons_main_thread().value_or(true);  // the others need not wake to look
  bool interrupted = false;
  {
    WithoutGil away;
    const bonin::Call call = begin();
    while (!interrupted && !waiter->wait(hears)) {
      if (const auto errand = waiter->next()) {
        // Errands may come quicker than the slices in which the others are heard.
        interrupted = !away.with_gil([&] { return errand() && (!hears || PyErr_CheckSignals() == 0); });
      } else if (hears) {
        interrupted = away.with_gil([] { return PyErr_CheckSignals() != 0; });
      }
      if (waiter->inherited()) break;
      if (interrupted) call.cancel();
    }
  }
  if (interrupted) throw py::error_already_set();
  if (waiter->inherited() && !waiter->finished()) raise_forked();
}
