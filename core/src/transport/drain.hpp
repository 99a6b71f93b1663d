#pragma once
// The wait for those inside a gate, which ends in time.

#include <chrono>
#include <cstdint>
#include <memory>

#include "bonin/call.hpp"
#include "bonin/result.hpp"
#include "model/gate.hpp"
#include "transport/transport.hpp"

namespace bonin {

/// Lets nobody in any more. `done` is told how many are left inside: 0 once all have left; when the time is over, or
/// the process ends, those that go on. Cancelling ends the wait, and the gate stays as it is.
Call drain(Gate& gate, const std::shared_ptr<Transport>& timer, std::chrono::milliseconds timeout,
           Callback<std::int64_t> done);

}  // namespace bonin
