#pragma once
// State that a forked child must not share with its parent.

#include <sys/types.h>

#include <atomic>
#include <memory>
#include <utility>

#include "model/process.hpp"

namespace bonin {

/// One value per process. After a fork the child makes a fresh one and *leaks* its parent's: the parent's threads are
/// gone, its locks may be held for ever, and its sockets are the parent's.
template <class T>
class PerProcess {
 public:
  PerProcess() = default;
  PerProcess(const PerProcess&) = delete;
  PerProcess& operator=(const PerProcess&) = delete;
  ~PerProcess() {
    Slot* slot = slot_.load(std::memory_order_acquire);
    if (slot != nullptr && slot->pid == process_id()) delete slot;
  }

  /// The value of this process, made by `make()` (a shared_ptr<T>) at first use. Any thread; of several makers at once
  /// one wins.
  template <class Make>
  std::shared_ptr<T> get(Make make) {
    const pid_t pid = process_id();
    Slot* slot = slot_.load(std::memory_order_acquire);
    while (slot == nullptr || slot->pid != pid) {
      auto fresh = std::make_unique<Slot>(Slot{pid, make()});
      if (slot_.compare_exchange_strong(slot, fresh.get())) slot = fresh.release();
    }
    return slot->value;
  }

  /// The value of this process if there is one. It is sequentially consistent with `get`: a caller that has set a flag
  /// and finds nothing here knows that the maker of a later value sees the flag.
  std::shared_ptr<T> peek() const {
    const Slot* slot = slot_.load();
    return slot != nullptr && slot->pid == process_id() ? slot->value : nullptr;
  }

 private:
  struct Slot {
    pid_t pid;
    std::shared_ptr<T> value;
  };
  std::atomic<Slot*> slot_{nullptr};
};

}  // namespace bonin
