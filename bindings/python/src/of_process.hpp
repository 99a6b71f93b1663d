#pragma once

#include <pthread.h>

#include <atomic>
#include <memory>

/// The one of this process, made at first use. Never freed: at exit there may be threads that still look at it. A
/// forked child makes its own, because a lock in its parent's may be held by a thread that is not here. It is told by a
/// hook, which costs a call nothing.
template <class T>
T& of_this_process() {
  static std::atomic<T*> here{nullptr};
  static const int hooked = pthread_atfork(nullptr, nullptr, [] { here = nullptr; });
  static_cast<void>(hooked);
  T* known = here.load();
  if (known != nullptr) return *known;
  auto fresh = std::make_unique<T>();
  return here.compare_exchange_strong(known, fresh.get()) ? *fresh.release() : *known;
}
