#pragma once
// Who is inside, and the way out: a client or a verifier that is to end lets nobody in, and waits for those inside.

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "model/per_process.hpp"

namespace bonin {

/// Lets calls in until it drains, and knows when the last one has left.
/// Thread-safety: every method, any thread. A forked child has none of its parent's calls inside; a gate that drained
/// before the fork lets nobody in there either.
class Gate {
 public:
  class Inside;

  /// The place of one call, given back when it goes. Nothing: the gate drains.
  class Place {
   public:
    Place() = default;
    explicit Place(std::shared_ptr<Inside> inside) noexcept : inside_(std::move(inside)) {}
    Place(Place&& other) noexcept : inside_(std::exchange(other.inside_, nullptr)) {}
    Place& operator=(Place&& other) noexcept;
    ~Place() { leave(); }
    explicit operator bool() const noexcept { return inside_ != nullptr; }

   private:
    void leave() noexcept;
    std::shared_ptr<Inside> inside_;
  };

  /// Those inside in this process.
  std::shared_ptr<Inside> inside();
  Place enter() { return enter(inside()); }
  static Place enter(const std::shared_ptr<Inside>& inside);

  bool drains() const noexcept { return *drains_; }
  /// Lets nobody in any more. `empty` is called once nobody is inside, perhaps before this returns.
  void drain(std::function<void()> empty);

 private:
  const std::shared_ptr<std::atomic<bool>> drains_ = std::make_shared<std::atomic<bool>>(false);
  PerProcess<Inside> inside_;
};

class Gate::Inside {
 public:
  explicit Inside(std::shared_ptr<const std::atomic<bool>> drains) : drains_(std::move(drains)) {}
  int calls() const noexcept { return calls_; }

 private:
  friend class Gate;
  void tell_if_empty();

  const std::shared_ptr<const std::atomic<bool>> drains_;
  std::atomic<int> calls_{0};

  std::mutex mutex_;  // guards the rest
  std::vector<std::function<void()>> waiting_;
};

}  // namespace bonin
