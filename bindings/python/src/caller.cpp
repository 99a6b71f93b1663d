#include "caller.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "aio.hpp"
#include "of_process.hpp"
#include "to_python.hpp"

namespace {

std::atomic<std::uint64_t> last_number{0};
thread_local std::uint64_t current_number = 0;
thread_local bool blocks_now = false;

/// The contexts of the calls under way in this process.
struct Contexts {
  std::mutex mutex;                                  // guards the rest; nothing of Python runs under it
  std::unordered_map<std::uint64_t, PyObject*> all;  // owned
};

Contexts& contexts() { return of_this_process<Contexts>(); }

}  // namespace

Caller::Caller(bool blocks) noexcept
    : number_(++last_number),
      outer_(std::exchange(current_number, number_)),
      outer_blocks_(std::exchange(blocks_now, blocks)) {}
Caller::~Caller() {
  current_number = outer_;
  blocks_now = outer_blocks_;
}
bool Caller::current_blocks() noexcept { return blocks_now; }
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
  if (PyObject* const context = take(); context != nullptr) aio::free_later(context);
  caller_ = std::exchange(other.caller_, 0);
  return *this;
}

CallContext::~CallContext() {
  if (PyObject* const context = take(); context != nullptr) aio::free_later(context);
}

void CallContext::end() noexcept { Py_XDECREF(take()); }

PyObject* CallContext::take() noexcept {
  const auto caller = std::exchange(caller_, 0);
  if (caller == 0) return nullptr;
  auto& known = contexts();
  const std::lock_guard lock(known.mutex);
  const auto found = known.all.find(caller);
  if (found == known.all.end()) return nullptr;  // a parent's
  PyObject* const context = found->second;
  known.all.erase(found);
  return context;
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
