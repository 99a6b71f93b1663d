#pragma once
// What the core has to tell `logging`. It is handed over by the thread of a call that has ended, which has the GIL; the
// I/O thread never waits for Python.

#include <memory>
#include <type_traits>

#include "bonin/bonin.hpp"

/// The client whose call this is; null for what has none.
template <class Self>
std::shared_ptr<const bonin::PortOne> client_of(const Self& self) {
  if constexpr (std::is_convertible_v<const Self&, std::shared_ptr<const bonin::PortOne>>) {
    return self;
  } else if constexpr (std::is_same_v<Self, bonin::Verifier>) {
    return self.portone();
  } else {
    return nullptr;
  }
}

/// Before a call: asks `logging` what it would take. With the GIL.
void listen(const bonin::PortOne* client);

/// After one: hands over what there is. With the GIL. Nothing that a handler raises reaches the call.
void hand_over_log(const bonin::PortOne* client);
