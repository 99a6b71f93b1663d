#pragma once
// What a Registry holds.

#include <atomic>
#include <string>

#include "model/per_process.hpp"
#include "registry/carried.hpp"
#include "registry/engine.hpp"
#include "registry/task.hpp"

namespace bonin {

struct Registry::Impl {
  registry_detail::Engine::Options engine_options;
  std::shared_ptr<const registry_detail::Keyring> ring;
  OwnStore own;
  std::chrono::milliseconds reservation_life{};
  std::vector<std::string> warnings;
  std::string kind;  // "sqlite", "postgresql", "mysql", "own"
  std::atomic<bool> closed{false};
  PerProcess<registry_detail::Engine> engine;
  PerProcess<registry_detail::CarriedPlaces> carried;  // of an own store without `reserve`

  std::shared_ptr<registry_detail::Engine> running() {
    auto started = engine.get([this] { return registry_detail::Engine::start(engine_options); });
    // Was it closed meanwhile? A read-modify-write, because a plain load could miss a close() that missed this engine.
    bool open = false;
    if (!closed.compare_exchange_strong(open, false)) started->stop();
    return started;
  }
};

}  // namespace bonin
