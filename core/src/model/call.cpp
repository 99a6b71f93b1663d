#include <string>

#include "model/call_state.hpp"
#include "model/check_timeout.hpp"

namespace bonin {

void Call::cancel() const {
  const auto state = state_.lock();
  if (state && state->process_ == process_id()) state->cancel();
}

Result<Done> check_timeout(std::chrono::milliseconds timeout, const char* parameter) {
  if (timeout.count() >= 1 && timeout.count() <= 600'000) return Done{};
  return make_error(ErrorKind::invalid_timeout,
                    "`" + std::string(parameter) + "` is `" + std::to_string(timeout.count()) + "`, not 1 to 600000",
                    parameter);
}

}  // namespace bonin
