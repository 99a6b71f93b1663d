#pragma once
// What a Registry holds.

#include <atomic>
#include <string>

#include "model/per_process.hpp"
#include "registry/engine.hpp"
#include "registry/task.hpp"

namespace bonin {

struct Registry::Impl {
  registry_detail::Engine::Options engine_options;
  std::shared_ptr<const registry_detail::Keyring> ring;
  OwnStore own;
  std::chrono::milliseconds reservation_life{};
  std::string kind;  // "sqlite", "postgresql", "own"
  std::atomic<bool> closed{false};
  PerProcess<registry_detail::Engine> engine;

  std::shared_ptr<registry_detail::Engine> running() {
    return engine.get([this] { return registry_detail::Engine::start(engine_options); });
  }
};

}  // namespace bonin
