#include "aio.hpp"

#include <atomic>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

#include "from_python.hpp"
#include "gil.hpp"
#include "kept.hpp"
#include "log.hpp"
#include "platform/wake.hpp"
#include "registers.hpp"
#include "to_python.hpp"

namespace aio {
namespace {

// What no thread with the GIL let go of, such as futures whose call ended without their loop: freed by the next thread
// that comes by with the GIL. Without a lock, so that a fork can never inherit it locked.
struct Orphan {
  PyObject* object;
  Orphan* next;
};
std::atomic<Orphan*> orphans{nullptr};

void bury_orphans() {
  if (orphans.load() == nullptr) return;
  Orphan* node = orphans.exchange(nullptr);
  while (node != nullptr) {
    Py_DECREF(node->object);
    Orphan* next = node->next;
    delete node;
    node = next;
  }
}

PyObject* interned(const char* text) {
  PyObject* name = PyUnicode_InternFromString(text);
  if (name == nullptr) throw py::error_already_set();
  return name;
}

}  // namespace

void free_later(PyObject* object) {
  auto* node = new Orphan{object, orphans.load()};
  while (!orphans.compare_exchange_weak(node->next, node)) {
  }
}

/// The completions of one event loop. Owned by the reader that the loop holds: it goes when the loop closes.
class Queue {
 public:
  Queue() {
    if (fd() < 0) {
      PyErr_SetFromErrno(PyExc_OSError);
      throw py::error_already_set();
    }
  }
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;

  int fd() const noexcept { return wake_.descriptor(); }

  void push(std::shared_ptr<Pending> pending) {
    const std::lock_guard lock(mutex_);
    const bool was_empty = ready_.empty();
    ready_.push_back(std::move(pending));
    if (was_empty) wake_.ring();
  }

  /// On the loop's thread, with the GIL.
  void drain() {
    const UnderPython under;
    wake_.silence();
    std::vector<std::shared_ptr<Pending>> ready;
    {
      const std::lock_guard lock(mutex_);
      ready.swap(ready_);
    }
    for (const auto& pending : ready) {
      settle(*pending);
      hand_over_log(pending->client_.get());
      pending->context_.end();
    }
    bury_orphans();
  }

 private:
  static void settle(Pending& pending) {
    static PyObject* const done = interned("done");
    static PyObject* const set_result = interned("set_result");
    static PyObject* const set_exception = interned("set_exception");
    const auto future = py::reinterpret_steal<py::object>(std::exchange(pending.future_, nullptr));
    try {
      if (!future) return pending.run();
      if (owned(PyObject_CallMethodNoArgs(future.ptr(), done)).ptr() == Py_True) return;  // the task was cancelled
      try {
        const py::object value = pending.value();
        owned(PyObject_CallMethodOneArg(future.ptr(), set_result, value.ptr()));
      } catch (py::error_already_set& error) {
        owned(PyObject_CallMethodOneArg(future.ptr(), set_exception, error.value().ptr()));
      } catch (const std::exception&) {  // its words may hold anything; the rest of the batch goes on
        const py::object error = owned(PyObject_CallFunction(PyExc_RuntimeError, "s", "the answer got lost in bonin"));
        owned(PyObject_CallMethodOneArg(future.ptr(), set_exception, error.ptr()));
      }
    } catch (py::error_already_set& error) {
      error.discard_as_unraisable("bonin: settling a future");
    }
  }

  bonin::platform::Wake wake_;
  std::mutex mutex_;
  std::vector<std::shared_ptr<Pending>> ready_;
};

Pending::~Pending() {
  if (future_ != nullptr) free_later(future_);
}

void deliver(const std::weak_ptr<Queue>& queue, std::shared_ptr<Pending> pending) {
  if (const auto alive = queue.lock()) alive->push(std::move(pending));
}

namespace {

struct Known {
  py::object loop;  // a weak reference: another loop may come to live at the same address
  std::weak_ptr<Queue> queue;
};

// Under the GIL. Never freed: at exit there may be no interpreter left to free it with.
std::unordered_map<PyObject*, Known>& known_loops() {
  static auto* const loops = new std::unordered_map<PyObject*, Known>;
  return *loops;
}

std::shared_ptr<Queue> queue_of(const py::object& loop) {
  auto& loops = known_loops();
  if (const auto found = loops.find(loop.ptr()); found != loops.end()) {
    auto queue = found->second.queue.lock();
    if (queue && owned(PyObject_CallNoArgs(found->second.loop.ptr())).is(loop)) return queue;
  }
  std::vector<py::object> gone;  // freed after the table is whole again
  for (auto it = loops.begin(); it != loops.end();) {
    if (it->second.queue.expired() || it->first == loop.ptr()) {
      gone.push_back(std::move(it->second.loop));
      it = loops.erase(it);
    } else {
      ++it;
    }
  }
  auto queue = std::make_shared<Queue>();
  try {
    loop.attr("add_reader")(queue->fd(), py::cpp_function([queue] { queue->drain(); }));
  } catch (py::error_already_set& error) {
    if (!error.matches(PyExc_NotImplementedError) && !error.matches(PyExc_AttributeError)) throw;
    py::raise_from(
        error, PyExc_RuntimeError,
        "this event loop cannot watch a file descriptor (add_reader): use asyncio's selector loop or uvloop");
    throw py::error_already_set();
  }
  loops[loop.ptr()] = Known{owned(PyWeakref_NewRef(loop.ptr(), nullptr)), queue};
  return queue;
}

}  // namespace

py::object Deferred::start() {
  const UnderPython under;
  PYBIND11_CONSTINIT static Kept kept;
  const auto& get_running_loop = find_once(kept, "asyncio", "get_running_loop");
  static PyObject* const create_future = interned("create_future");
  bury_orphans();
  const py::object loop = owned(PyObject_CallNoArgs(get_running_loop.ptr()));
  py::object future = owned(PyObject_CallMethodNoArgs(loop.ptr(), create_future));
  const auto queue = queue_of(loop);
  // The call may end on the I/O thread before this returns. Its future is in place by then, and is only touched by the
  // drain, which runs on this thread.
  const auto begin = std::exchange(begin_, nullptr);
  std::shared_ptr<Pending> pending;
  CallContext context(caller_);
  call_ = begin(queue, pending);
  if (pending) {
    pending->client_ = client_;
    pending->context_ = std::move(context);
    pending->future_ = py::object(future).release().ptr();
  }
  return future;
}

py::object coroutine(Deferred deferred) {
  PYBIND11_CONSTINIT static Kept kept;
  const auto& run = find_once(kept, "bonin._aio", "run");
  const py::object argument = py::cast(std::move(deferred));
  return owned(PyObject_CallOneArg(run.ptr(), argument.ptr()));
}

}  // namespace aio

void register_aio(py::module_& m) {
  py::class_<aio::Deferred> cls(m, "Deferred", "A call that begins when its coroutine first runs.");
  cls.def("start", &aio::Deferred::start);
  cls.def("cancel", &aio::Deferred::cancel);
}
