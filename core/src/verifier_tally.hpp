#pragma once
// Counts what a verifier concludes in one process.

#include <array>
#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "bonin/decision.hpp"
#include "bonin/result.hpp"
#include "bonin/verifier_metrics.hpp"

namespace bonin {

/// Thread-safety: every method, any thread.
class VerifierTally {
 public:
  static constexpr std::size_t most_providers = 16;
  static constexpr std::size_t most_denials = 100;

  void ended(const Result<Decision>& result);
  /// A line that the application takes itself.
  void recorded(bool taken) noexcept { ++(taken ? records_written_ : records_lost_); }
  VerifierMetrics metrics() const;

 private:
  void decided(const Decision& decision);

  std::array<std::atomic<std::uint64_t>, error_kind_count> failed_{};
  std::atomic<std::uint64_t> records_written_{0}, records_lost_{0};
  mutable std::mutex mutex_;  // guards the maps; held for a look-up
  std::map<std::string, VerifierMetrics::Decisions> decisions_;
  std::map<std::pair<std::string, std::string>, std::uint64_t> denials_;
};

}  // namespace bonin
