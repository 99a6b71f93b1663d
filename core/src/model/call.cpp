#include "model/call_state.hpp"

namespace bonin {

void Call::cancel() const {
  if (const auto state = state_.lock()) state->cancel();
}

}  // namespace bonin
