#pragma once
// Checks that run at once and are reported together.

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "bonin/check.hpp"
#include "bonin/result.hpp"
#include "model/call_state.hpp"

namespace bonin {

/// One call of several parts. `done` gets the checks in the order of the parts once all have ended, or an error as soon
/// as a part ends with one.
class JoinedChecks final : public Call::State, public std::enable_shared_from_this<JoinedChecks> {
 public:
  JoinedChecks(std::size_t parts, Callback<CheckReport> done);

  /// What a part tells its end.
  Callback<CheckReport> part(std::size_t number);
  /// A part that is under way, to be cancelled with the whole.
  void keep(const Call& call);
  void cancel() override;

 private:
  void tell(std::size_t number, Result<CheckReport> result);

  std::mutex mutex_;  // guards the rest
  std::vector<CheckReport> parts_;
  std::size_t missing_;
  Callback<CheckReport> done_;  // null: told
  std::vector<Call> calls_;
  bool cancelled_ = false;
};

}  // namespace bonin
