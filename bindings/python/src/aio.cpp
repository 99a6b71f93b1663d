#include "aio.hpp"

#include <atomic>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

#include "future.hpp"
#include "gil.hpp"
#include "log.hpp"
#include "platform/wake.hpp"
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

}  // namespace

void free_later(PyObject* object) {
  auto* node = new Orphan{object, orphans.load()};
  while (!orphans.compare_exchange_weak(node->next, node)) {
  }
}

/// While it lives, the thread is out of the context that it runs in: of the reader, which a task that runs the loop
/// again (nest_asyncio) has called in the middle of it, and no context is entered twice. Made and destroyed with the
/// GIL.
class OutOfContext {
 public:
  OutOfContext() : context_(py::reinterpret_borrow<py::object>(PyThreadState_Get()->context)) {
    if (context_ && PyContext_Exit(context_.ptr()) != 0) {
      PyErr_Clear();  // the thread's own, which is not entered
      context_ = py::object();
    }
  }
  OutOfContext(const OutOfContext&) = delete;
  OutOfContext& operator=(const OutOfContext&) = delete;
  ~OutOfContext() {
    if (context_ && PyContext_Enter(context_.ptr()) != 0) PyErr_WriteUnraisable(context_.ptr());
  }

 private:
  py::object context_;
};

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
    bool rings = false;
    {
      const std::lock_guard lock(mutex_);
      ready_.push_back(std::move(pending));
      rings = !std::exchange(rung_, true);
    }
    if (rings) wake_.ring();
  }

  /// On the loop's thread, with the GIL. False: an exception is set that ends the loop; the descriptor stays readable,
  /// and what is left is settled when a loop runs again.
  bool drain() {
    const UnderPython under;
    if (settled_ == batch_.size()) {
      batch_.clear();
      settled_ = 0;
      const std::lock_guard lock(mutex_);
      batch_.swap(ready_);
    }
    // A task that is stepped may run the loop again, and so come here for the rest.
    const OutOfContext out;
    while (settled_ < batch_.size()) {
      const auto pending = std::move(batch_[settled_++]);
      if (!pending->settle()) return false;
    }
    bury_orphans();
    if (!has_more()) {
      wake_.silence();
      const std::lock_guard lock(mutex_);
      rung_ = !ready_.empty();
      if (rung_) wake_.ring();
    }
    return true;
  }

 private:
  /// What came meanwhile waits for the next turn of the loop, which has other things to do as well.
  bool has_more() {
    const std::lock_guard lock(mutex_);
    return !ready_.empty();
  }

  bonin::platform::Wake wake_;
  // Of the loop's thread.
  std::vector<std::shared_ptr<Pending>> batch_;
  std::size_t settled_ = 0;  // how many of the batch
  std::mutex mutex_;         // guards the rest
  std::vector<std::shared_ptr<Pending>> ready_;
  bool rung_ = false;  // the loop will come
};

Pending::~Pending() {
  if (future_ != nullptr) free_later(future_);
}

void Pending::deliver(std::shared_ptr<Pending> done) {
  if (const auto alive = queue_.lock()) alive->push(std::move(done));
}

int Pending::traverse(visitproc visit, void* arg) const {
  Py_VISIT(future_);
  return 0;
}

bool Pending::settle() {
  const auto future = py::reinterpret_steal<py::object>(std::exchange(future_, nullptr));
  hand_over_log(client_.get());
  context_.end();
  return future ? finish(future) : run();
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

bool is_of(const Known& known, const py::object& loop) {
#if PY_VERSION_HEX >= 0x030D0000
  PyObject* alive = nullptr;
  if (PyWeakref_GetRef(known.loop.ptr(), &alive) < 0) PyErr_Clear();
  Py_XDECREF(alive);
#else
  PyObject* const alive = PyWeakref_GetObject(known.loop.ptr());
#endif
  return alive == loop.ptr();
}

/// What add_reader() calls. It owns the queue.
py::object reader_of(const std::shared_ptr<Queue>& queue) {
  static PyMethodDef definition{"drain",
                                [](PyObject* capsule, PyObject*) -> PyObject* {
                                  auto* const held = PyCapsule_GetPointer(capsule, nullptr);
                                  const auto alive = *static_cast<std::shared_ptr<Queue>*>(held);
                                  if (!alive->drain()) return nullptr;
                                  Py_INCREF(Py_None);
                                  return Py_None;
                                },
                                METH_NOARGS, nullptr};
  auto held = std::make_unique<std::shared_ptr<Queue>>(queue);
  const auto capsule = owned(PyCapsule_New(held.get(), nullptr, [](PyObject* object) {
    delete static_cast<std::shared_ptr<Queue>*>(PyCapsule_GetPointer(object, nullptr));
  }));
  static_cast<void>(held.release());
  return owned(PyCFunction_New(&definition, capsule.ptr()));
}

std::shared_ptr<Queue> queue_of(const py::object& loop) {
  auto& loops = known_loops();
  if (const auto found = loops.find(loop.ptr()); found != loops.end()) {
    auto queue = found->second.queue.lock();
    if (queue && is_of(found->second, loop)) return queue;
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
    loop.attr("add_reader")(queue->fd(), reader_of(queue));
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

void Pending::wait(const py::object& loop, py::object future) {
  bury_orphans();
  queue_ = queue_of(loop);
  context_ = CallContext(caller_);
  future_ = future.release().ptr();
}

}  // namespace aio
