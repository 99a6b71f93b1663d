#pragma once
// The threads of a registry in one process, and what a fork does to them.

#include <functional>
#include <memory>

#include "registry/lane.hpp"

namespace bonin::registry_detail {

/// A lane that writes and one that reads, so that a look-up never waits for a disk. A store that has one connection
/// only (in memory) has one lane.
class Engine {
 public:
  struct Options {
    StoreFactory make;
    bool one_lane = false;
    std::shared_ptr<const Keyring> ring;
    std::shared_ptr<const Clock> clock;
    std::chrono::milliseconds timeout{};
  };
  static std::shared_ptr<Engine> start(const Options&);
  ~Engine() { stop(); }

  void read(std::unique_ptr<Job> job) { reader_->post(std::move(job)); }
  void write(std::unique_ptr<Job> job) { writer_->post(std::move(job)); }
  void stop() noexcept;

  /// All engines of this process, those to come included.
  static void stop_all() noexcept;

 private:
  Engine() = default;
  std::shared_ptr<Lane> writer_;
  std::shared_ptr<Lane> reader_;
};

}  // namespace bonin::registry_detail
