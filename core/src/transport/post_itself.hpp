#pragma once

#include <memory>
#include <type_traits>
#include <utility>

#include "transport/transport.hpp"

namespace bonin {

/// Has the transport's thread run `run(one)`. `one` owns itself on its way, in its member `itself`: a task that owned
/// it would be one more allocation, because std::function keeps no shared_ptr in itself. False after the end: it is not
/// run.
template <auto itself, class T, class Run>
bool post_itself(Transport& transport, const std::shared_ptr<T>& one, Run run) {
  static_assert(std::is_empty_v<Run>, "what it captures would be allocated");
  (*one).*itself = one;
  if (transport.post([raw = one.get(), run] { run(std::exchange(raw->*itself, nullptr)); })) return true;
  (*one).*itself = nullptr;
  return false;
}

}  // namespace bonin
