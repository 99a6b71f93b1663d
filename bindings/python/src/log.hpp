#pragma once
// Log events of the core, for `logging`. The thread of a call that has ended hands them over, with the GIL. The I/O
// thread never waits for Python.

#include <memory>
#include <type_traits>

#include "bonin/bonin.hpp"

/// The client of a call; null when there is none.
template <class Self>
std::shared_ptr<const bonin::PortOne> client_of(const Self& self) {
  if constexpr (std::is_convertible_v<const Self&, std::shared_ptr<const bonin::PortOne>>) {
    return self;
  } else if constexpr (std::is_base_of_v<bonin::Verifier, Self>) {
    return self.portone();
  } else {
    return nullptr;
  }
}

/// Before a call: asks `logging` which levels it takes. With the GIL.
void listen(const bonin::PortOne* client);

/// After a call: hands the events over. With the GIL. An exception of a handler does not reach the call.
void hand_over_log(const bonin::PortOne* client);
