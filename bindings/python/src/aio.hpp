#pragma once
// asyncio: one completion queue an event loop. The I/O thread pushes and rings its Wake; the loop drains everything
// that is ready in one go. The I/O thread never takes the GIL.

#include <pybind11/pybind11.h>

#include <functional>
#include <memory>
#include <optional>

#include "bonin/bonin.hpp"
#include "caller.hpp"
#include "errors.hpp"

namespace py = pybind11;

namespace aio {

class Queue;

/// One call that a coroutine awaits. May be freed on any thread.
class Pending {
 public:
  Pending() = default;
  Pending(const Pending&) = delete;
  Pending& operator=(const Pending&) = delete;
  virtual ~Pending();

  /// The Python value of the result, or throws its exception. Called once, with the GIL.
  virtual py::object value() = 0;
  /// In place of value() where there is no future to settle. May throw what Python raised.
  virtual void run() {}

 private:
  friend class Queue;
  friend class Deferred;
  PyObject* future_ = nullptr;                    // owned
  std::shared_ptr<const bonin::PortOne> client_;  // its log goes to `logging` afterwards; may be null
  CallContext context_;
};

/// Releases a reference from a thread without the GIL. The next thread of bonin that has the GIL frees it.
void free_later(PyObject* object);

/// Hands a finished call to its loop. Any thread, no GIL. Does nothing when the loop is gone.
void deliver(const std::weak_ptr<Queue>& queue, std::shared_ptr<Pending> pending);

/// A call that has not begun: begins when its coroutine first runs.
class Deferred {
 public:
  /// Begins the call: takes the callback and returns the Call.
  using Begin = std::function<bonin::Call(std::weak_ptr<Queue>, std::shared_ptr<Pending>&)>;
  Deferred(Begin begin, std::shared_ptr<const bonin::PortOne> client, std::uint64_t caller)
      : begin_(std::move(begin)), client_(std::move(client)), caller_(caller) {}

  /// Begins; an asyncio future of the running loop.
  py::object start();
  void cancel() const { call_.cancel(); }

 private:
  Begin begin_;
  std::shared_ptr<const bonin::PortOne> client_;
  std::uint64_t caller_;
  bonin::Call call_;
};

/// The coroutine that runs it.
py::object coroutine(Deferred deferred);

/// The coroutine of an asynchronous call. `start` must hold no Python object. The log of `client` goes to `logging`.
template <class T, class Start, class Convert>
py::object later(Start start, Convert convert, std::shared_ptr<const bonin::PortOne> client, std::uint64_t caller = 0) {
  struct Typed final : Pending {
    explicit Typed(Convert c) : convert(std::move(c)) {}
    py::object value() override { return convert(take(std::move(*result))); }
    Convert convert;
    std::optional<bonin::Result<T>> result;
  };
  return coroutine(Deferred(
      [start = std::move(start), convert = std::move(convert)](std::weak_ptr<Queue> queue,
                                                               std::shared_ptr<Pending>& pending) {
        auto typed = std::make_shared<Typed>(convert);
        pending = typed;
        return start([queue = std::move(queue), typed](bonin::Result<T> result) {
          typed->result.emplace(std::move(result));
          deliver(queue, typed);
        });
      },
      std::move(client), caller));
}

}  // namespace aio
