#pragma once
// A blocking call releases the GIL, reacts to signals, and survives the end of the process.

#include <pybind11/pybind11.h>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "bonin/bonin.hpp"
#include "gil.hpp"
#include "platform/wake.hpp"

namespace py = pybind11;

/// The calling thread waits here, and the I/O thread reports here. It is shared, because the caller may leave first on
/// Ctrl-C.
class Waiter {
 public:
  Waiter() = default;
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  void finish();
  /// True once finished; false after a slice of waiting.
  bool wait_a_slice();
  bool finished();
  /// A descriptor that finish() makes readable, for event loops. Called at most once, before the call begins.
  int descriptor();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool finished_ = false;
  std::optional<bonin::platform::Wake> wake_;  // written before the call begins
};

/// Begins a call and waits for its end without the GIL; in a greenlet by way of its hub, so that the others go on. On a
/// signal whose handler raises, or when the greenlet is killed, cancels the call and raises at once.
void block_on(Waiter& waiter, const std::function<bonin::Call()>& begin);

/// The result of an asynchronous call, waited for.
template <class T, class Start>
bonin::Result<T> wait_for(const Start& start) {
  struct State : Waiter {
    std::optional<bonin::Result<T>> result;
  };
  auto state = std::make_shared<State>();
  block_on(*state, [&] {
    return start([state](bonin::Result<T> result) {
      state->result.emplace(std::move(result));
      state->finish();
    });
  });
  return std::move(*state->result);
}
