#include "transport/drain.hpp"

#include <atomic>
#include <utility>

#include "model/call_state.hpp"

namespace bonin {
namespace {

/// The first of its possible ends counts.
class Drain final : public Call::State {
 public:
  explicit Drain(Callback<std::int64_t> done) : done_(std::move(done)) {}

  void cancel() override { end(make_error(ErrorKind::cancelled, "the wait was cancelled")); }
  void end(Result<std::int64_t> result) {
    if (ended_.exchange(true)) return;
    const auto done = std::exchange(done_, nullptr);  // it goes before this does
    done(std::move(result));
  }

 private:
  std::atomic<bool> ended_{false};
  Callback<std::int64_t> done_;  // touched by the one that ends it
};

}  // namespace

Call drain(Gate& gate, const std::shared_ptr<Transport>& timer, std::chrono::milliseconds timeout,
           Callback<std::int64_t> done) {
  const auto wait = std::make_shared<Drain>(std::move(done));
  const auto inside = gate.inside();
  gate.drain([wait] { wait->end(std::int64_t{0}); });
  const auto give_up = [wait, inside] { wait->end(std::int64_t{inside->calls()}); };
  if (inside->calls() > 0 && !timer->post([timer = std::weak_ptr(timer), timeout, give_up] {
        if (const auto running = timer.lock()) return running->after(timeout, give_up);
        give_up();
      })) {
    give_up();  // the process is ending
  }
  return Call(wait);
}

}  // namespace bonin
