#pragma once
// A blocking call releases the GIL, reacts to signals, and survives the end of the process. What it asks of the
// application meanwhile runs on the thread that waits: there its transaction is.

#include <pybind11/pybind11.h>
#include <sys/types.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "bonin/bonin.hpp"
#include "gil.hpp"
#include "platform/wake.hpp"

namespace py = pybind11;

/// Something for the thread that waits. Run with the GIL; false: an exception of Python's is set that ends the call.
/// Freed on any thread.
using Errand = std::function<bool()>;

/// Who has errands for the thread that waits: the application's own stores, if there are any, or the call itself too.
enum class Errands : std::uint8_t { of_stores, of_call };

/// The calling thread waits here, and the I/O thread reports here. It is shared, because the caller may leave first on
/// Ctrl-C.
class Waiter {
 public:
  Waiter() = default;
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  void finish();
  /// Any thread, no GIL.
  void ask(Errand errand);
  /// Until it is finished, or asked for something, or `slices` and a slice of waiting is over. Is it finished?
  bool wait(bool slices);
  bool finished();
  /// The next errand, if there is one and the call has not ended.
  Errand next();
  /// A descriptor that finish() and ask() make readable, for event loops. Called at most once, before the call begins.
  int descriptor();
  /// Unless it is finished, the descriptor is not readable any more.
  void silence();
  /// Was it made by a parent, before a fork?
  bool inherited() const noexcept { return process_ != getpid(); }

 private:
  const pid_t process_ = getpid();
  std::mutex mutex_;  // guards the rest
  std::condition_variable changed_;
  bool finished_ = false;
  std::vector<Errand> errands_;                // the first comes first
  std::optional<bonin::platform::Wake> wake_;  // written before the call begins
};

/// Begins a call and waits for its end without the GIL; in a greenlet by way of its hub, so that the others go on. On a
/// signal whose handler raises, or when the greenlet is killed, cancels the call and raises at once. Meanwhile it runs
/// what is asked of the caller of this number.
void block_on(const std::shared_ptr<Waiter>& waiter, std::uint64_t caller, Errands errands,
              const std::function<bonin::Call()>& begin);

/// Has an errand run by the thread that waits for the call of this caller. False, and the errand is left as it is: no
/// thread does. Any thread, no GIL.
bool ask_who_waits(std::uint64_t caller, Errand& errand);

/// The result of an asynchronous call, waited for.
template <class T, class Start>
bonin::Result<T> wait_for(const Start& start, std::uint64_t caller, Errands errands = Errands::of_stores) {
  struct State : Waiter {
    std::optional<bonin::Result<T>> result;
  };
  auto state = std::make_shared<State>();
  block_on(state, caller, errands, [&] {
    return start([state](bonin::Result<T> result) {
      state->result.emplace(std::move(result));
      state->finish();
    });
  });
  return std::move(*state->result);
}
