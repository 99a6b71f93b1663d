#include "model/joined_checks.hpp"

#include <utility>

namespace bonin {

JoinedChecks::JoinedChecks(std::size_t parts, Callback<CheckReport> done)
    : parts_(parts), missing_(parts), done_(std::move(done)) {}

Callback<CheckReport> JoinedChecks::part(std::size_t number) {
  return [self = shared_from_this(), number](Result<CheckReport> result) { self->tell(number, std::move(result)); };
}

void JoinedChecks::keep(const Call& call) {
  {
    const std::lock_guard lock(mutex_);
    calls_.push_back(call);
    if (!cancelled_) return;
  }
  call.cancel();
}

void JoinedChecks::cancel() {
  std::vector<Call> calls;
  {
    const std::lock_guard lock(mutex_);
    cancelled_ = true;
    calls = calls_;
  }
  for (const auto& call : calls) call.cancel();
}

void JoinedChecks::tell(std::size_t number, Result<CheckReport> result) {
  Callback<CheckReport> done;
  {
    const std::lock_guard lock(mutex_);
    --missing_;
    if (result) parts_[number] = std::move(result.value());
    if (!done_ || (result && missing_ > 0)) return;
    done = std::exchange(done_, nullptr);
  }
  if (!result) return done(std::move(result.error()));
  // All parts have ended, so nobody else touches them.
  CheckReport all;
  for (auto& part : parts_) {
    for (auto& check : part.checks) all.checks.push_back(std::move(check));
  }
  done(std::move(all));
}

}  // namespace bonin
