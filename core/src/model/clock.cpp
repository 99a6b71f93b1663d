#include "bonin/clock.hpp"

namespace bonin {
namespace {

class SystemClock final : public Clock {
 public:
  Moment now() const noexcept override {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }
  std::chrono::steady_clock::time_point steady() const noexcept override { return std::chrono::steady_clock::now(); }
  bool is_the_machines() const noexcept override { return true; }
};

}  // namespace

const std::shared_ptr<const Clock>& Clock::system() noexcept {
  // Never destroyed: the I/O thread may still read it while the process ends.
  static const auto* const clock = new std::shared_ptr<const Clock>(std::make_shared<SystemClock>());
  return *clock;
}

}  // namespace bonin
