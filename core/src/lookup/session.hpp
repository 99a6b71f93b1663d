#pragma once
// What a client keeps between its calls.

#include <atomic>
#include <memory>
#include <unordered_set>

#include "bonin/clock.hpp"
#include "bonin/portone.hpp"
#include "model/gate.hpp"
#include "model/provider.hpp"
#include "token/credential.hpp"
#include "transport/health.hpp"
#include "transport/transport.hpp"

namespace bonin {

class Exchange;

/// One for each client and process.
/// Thread-safety: any thread for `closed` and `under_way`; the transport's thread for the rest, except what Health
/// says.
struct Session {
  std::shared_ptr<Transport> transport;
  std::shared_ptr<const ConnectionOptions> connection;
  std::shared_ptr<const Clock> clock;
  std::shared_ptr<Credential> credential;
  Random random;
  std::shared_ptr<Health> health;
  Attests attests;  // providers that the operator vouches for
  std::unordered_set<std::shared_ptr<Exchange>> active;
  // The client's own flag, so that client and session close at the same moment.
  std::shared_ptr<const std::atomic<bool>> closed = std::make_shared<std::atomic<bool>>(false);
  // The client's gate, and those inside in this process.
  std::shared_ptr<Gate> gate = std::make_shared<Gate>();
  std::shared_ptr<Gate::Inside> inside = gate->inside();
  std::atomic<int> under_way{0};
};

}  // namespace bonin
