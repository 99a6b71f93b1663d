#pragma once
// asyncio: one completion queue an event loop. The I/O thread pushes and rings its Wake; the loop drains everything
// that is ready in one go. The I/O thread never takes the GIL.

#include <pybind11/pybind11.h>

#include <cstdint>
#include <memory>
#include <optional>

#include "bonin/bonin.hpp"
#include "caller.hpp"
#include "coroutine.hpp"
#include "errors.hpp"

namespace py = pybind11;

namespace aio {

class Queue;

/// One call that a coroutine awaits. May be freed on any thread.
class Pending {
 public:
  Pending(std::shared_ptr<const bonin::PortOne> client, std::uint64_t caller)
      : client_(std::move(client)), caller_(caller) {}
  Pending(const Pending&) = delete;
  Pending& operator=(const Pending&) = delete;
  virtual ~Pending();

  /// This future of this loop will be told of the end. With the GIL, before begin().
  void wait(const py::object& loop, py::object future);
  /// Called once, with the GIL.
  virtual bonin::Call begin(const std::shared_ptr<Pending>& self) = 0;
  /// The Python value of the result, or throws its exception. Called once, with the GIL, after the end.
  virtual py::object value() = 0;
  /// In place of value() where no future waits. The same, but false: an exception is set that ends the loop.
  virtual bool run() { return true; }
  /// Shows the garbage collector what it holds. With the GIL, and owned by nobody but the caller.
  int traverse(visitproc visit, void* arg) const;
  /// Tells the future. On the loop's thread, with the GIL. False: an exception is set that ends the loop.
  bool settle();

 protected:
  /// Hands the finished call, or something else to do, to the loop of this one. Any thread, no GIL. Does nothing when
  /// the loop is gone.
  void deliver(std::shared_ptr<Pending> done);

 private:
  const std::shared_ptr<const bonin::PortOne> client_;  // its log goes to `logging` afterwards; may be null
  const std::uint64_t caller_;
  std::weak_ptr<Queue> queue_;
  PyObject* future_ = nullptr;  // owned
  CallContext context_;
};

/// Releases a reference from a thread without the GIL. The next thread of bonin that has the GIL frees it.
void free_later(PyObject* object);

/// The coroutine of an asynchronous call. `start` must hold no Python object. The log of `client` goes to `logging`.
template <class T, class Start, class Convert>
py::object later(const char* name, Start start, Convert convert, std::shared_ptr<const bonin::PortOne> client,
                 std::uint64_t caller = 0) {
  struct Typed final : Pending {
    Typed(Start s, Convert c, std::shared_ptr<const bonin::PortOne> of, std::uint64_t number)
        : Pending(std::move(of), number), start(std::move(s)), convert(std::move(c)) {}
    bonin::Call begin(const std::shared_ptr<Pending>& self) override {
      const Start now = std::move(*start);
      start.reset();
      return now([typed = std::static_pointer_cast<Typed>(self)](bonin::Result<T> ended) {
        typed->result.emplace(std::move(ended));
        typed->deliver(typed);
      });
    }
    py::object value() override { return convert(take(std::move(*result))); }
    std::optional<Start> start;
    Convert convert;
    std::optional<bonin::Result<T>> result;
  };
  return coroutine(name, std::make_shared<Typed>(std::move(start), std::move(convert), std::move(client), caller));
}

}  // namespace aio
