#pragma once
// What a client keeps between its calls.

#include <unistd.h>

#include <atomic>
#include <memory>
#include <unordered_set>

#include "bonin/clock.hpp"
#include "bonin/portone.hpp"
#include "token/credential.hpp"
#include "transport/health.hpp"
#include "transport/transport.hpp"

namespace bonin {

class Exchange;

/// One per client and process. `closed` is set by any thread; everything else belongs to the transport's thread,
/// but for what Health says of itself.
struct Session {
  std::shared_ptr<Transport> transport;
  std::shared_ptr<const ConnectionOptions> connection;
  std::shared_ptr<const Clock> clock;
  std::shared_ptr<Credential> credential;
  Random random;
  std::shared_ptr<Health> health;
  std::unordered_set<std::shared_ptr<Exchange>> active;
  std::atomic<bool> closed{false};
  const pid_t process = getpid();  // a forked child must not touch its parent's
};

}  // namespace bonin
