#include "caller.hpp"

#include <unistd.h>

#include <atomic>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "aio.hpp"
#include "to_python.hpp"

namespace {

std::atomic<std::uint64_t> last_number{0};
thread_local std::uint64_t current_number = 0;

/// The contexts of the calls under way in this process.
struct Contexts {
  const pid_t process = getpid();
  std::mutex mutex;                                  // guards the rest; nothing of Python runs under it
  std::unordered_map<std::uint64_t, PyObject*> all;  // owned
};

// Never freed: at exit there may be threads that still look at it. A forked child makes its own, because its parent's
// lock may be held by a thread that is not here.
std::atomic<Contexts*> contexts_here{nullptr};

Contexts& contexts() {
  Contexts* known = contexts_here.load();
  while (known == nullptr || known->process != getpid()) {
    auto* const fresh = new Contexts;
    if (contexts_here.compare_exchange_strong(known, fresh)) return *fresh;
    delete fresh;
  }
  return *known;
}

}  // namespace

Caller::Caller() noexcept : number_(++last_number), outer_(std::exchange(current_number, number_)) {}
Caller::~Caller() { current_number = outer_; }
std::uint64_t Caller::current() noexcept { return current_number; }

CallContext::CallContext(std::uint64_t caller) : caller_(caller) {
  if (caller_ == 0) return;
  PyObject* const context = owned(PyContext_CopyCurrent()).release().ptr();
  auto& known = contexts();
  const std::lock_guard lock(known.mutex);
  known.all[caller_] = context;
}

CallContext& CallContext::operator=(CallContext&& other) noexcept {
  if (this == &other) return *this;
  end();
  caller_ = std::exchange(other.caller_, 0);
  return *this;
}

void CallContext::end() noexcept {
  const auto caller = std::exchange(caller_, 0);
  if (caller == 0) return;
  PyObject* context = nullptr;
  auto& known = contexts();
  {
    const std::lock_guard lock(known.mutex);
    const auto found = known.all.find(caller);
    if (found == known.all.end()) return;  // a parent's
    context = found->second;
    known.all.erase(found);
  }
  aio::free_later(context);
}

py::object CallContext::of(std::uint64_t caller) {
  py::object context;
  if (caller != 0) {
    auto& known = contexts();
    const std::lock_guard lock(known.mutex);
    if (const auto found = known.all.find(caller); found != known.all.end()) {
      context = py::reinterpret_borrow<py::object>(found->second);
    }
  }
  if (!context) return py::none();
  return owned(PyContext_Copy(context.ptr()));  // one context cannot be entered by two threads at once
}
