#pragma once
// The one I/O thread of a process: libcurl's multi interface over a Poll.

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "platform/poll.hpp"
#include "transport/transport.hpp"

namespace bonin {

/// Starts its thread at the first task. `current()` is the engine of this process; after a fork the child has its own.
class Engine final : public Transport {
 public:
  static std::shared_ptr<Engine> current();
  /// The engine of this process if it has one: nothing is made.
  static std::shared_ptr<Engine> existing();

  /// The process is ending: stops the engine it has, and every later `post` is refused.
  static void end_all();

  Engine();
  ~Engine() override;

  bool post(std::function<void()> task) override;
  TransferId send(Request request, std::function<void(AttemptEnd)> done) override;
  bool abort(TransferId id) override;
  void after(std::chrono::milliseconds delay, std::function<void()> task) override;

  /// Settles everything under way with ErrorKind::closed and joins the thread. Idempotent. Not called on the engine's
  /// thread.
  void stop();

 private:
  class Loop;  // all that belongs to the thread

  /// Starts the thread. Under the mutex. False when the system has no descriptor or no thread left.
  bool start();
  /// Takes what was posted; true: the engine stops.
  bool take(std::vector<std::function<void()>>& tasks);
  /// The thread is about to sleep, unless something was posted meanwhile.
  bool may_sleep();

  // Guards the members below; never held while a task or a callback runs.
  std::mutex mutex_;
  std::vector<std::function<void()>> tasks_;
  bool stopping_ = false;
  bool asleep_ = false;  // the thread waits, or is about to: whoever posts wakes it, once
  std::thread thread_;
  std::unique_ptr<platform::Poll> poll_;  // null: not started

  std::mutex stop_mutex_;  // one stop at a time
  std::unique_ptr<Loop> loop_;
};

}  // namespace bonin
