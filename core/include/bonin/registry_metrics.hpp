#pragma once
// What a registry has counted. Nothing here is personal or secret.

#include <array>
#include <cstdint>
#include <string_view>

#include "bonin/error.hpp"
#include "bonin/health.hpp"

namespace bonin {

/// The calls of a registry. `claim` counts try_claim as well, `commit` try_commit, `export` its pages, `import`
/// its batches.
inline constexpr std::array<std::string_view, 19> registry_operations{
    "find",   "match", "standing", "admit", "reserve", "claim",       "commit", "cancel", "consume", "release",
    "forget", "ban",   "unban",    "count", "export",  "forget_uses", "rotate", "check",  "import"};

enum class RegistryOperation : std::uint8_t {
  find,
  match,
  standing,
  admit,
  reserve,
  claim,
  commit,
  cancel,
  consume,
  release,
  forget,
  ban,
  unban,
  count,
  export_page,
  forget_uses,
  rotate,
  check,
  import_batch,
};

/// What a registry has counted in this process since its first call. Calls that were refused for their arguments are in
/// none of it: nothing began.
struct RegistryMetrics {
  /// How the calls of one operation ended.
  struct Ends {
    std::uint64_t ok = 0;                                  // it was answered, a refused claim included
    std::array<std::uint64_t, error_kind_count> failed{};  // by ErrorKind
  };
  std::array<Ends, registry_operations.size()> calls{};  // by RegistryOperation
  std::uint64_t calls_under_way = 0;
  std::uint64_t waiting = 0;            // of these, how many wait for a transaction to begin
  std::uint64_t transactions = 0;       // that ended, those of the registry's own among them
  std::uint64_t transaction_calls = 0;  // in them; up to 64 share one
  std::uint64_t retries = 0;            // transactions that were tried again
  std::uint64_t connections = 0;        // opened; more than Options::connections say that some were lost

  /// Calls that ended, by their time in the buckets of Metrics::latency_bounds_ms.
  std::array<std::uint64_t, Metrics::latency_bounds_ms.size() + 1> latency_counts{};
  std::uint64_t latency_count = 0;
  double latency_sum_ms = 0;
};

}  // namespace bonin
