#pragma once
// What an Import holds.

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "registry/impl.hpp"
#include "registry/import_reader.hpp"

namespace bonin {

struct Import::Impl {
  std::shared_ptr<Registry::Impl> registry;
  ImportOptions options;
  Attests attests;

  mutable std::mutex mutex;  // guards the rest
  std::int64_t given = 0;    // rows, as far as they are numbered
  ImportReport report;
  // In another registry.
  std::int64_t after_person = 0;
  bool persons_done = false;
  std::string after_use;

  registry_detail::ImportReader reader() const { return {*registry->ring, attests, options.any_value}; }

  std::int64_t number(std::size_t rows) {
    const std::lock_guard lock(mutex);
    return std::exchange(given, given + static_cast<std::int64_t>(rows)) + 1;
  }

  ImportBatch add_up(registry_detail::Intake& intake, const std::vector<registry_detail::Arrived>& taken);

  /// Takes a batch in. `before` runs before the answer is given.
  static Call take_in(const std::shared_ptr<Impl>& self, registry_detail::IntakePtr intake,
                      const Callback<ImportBatch>& done, const CallOptions& call, std::function<void()> before = {});
};

}  // namespace bonin
