#pragma once
// How often somebody may ask for a code, or try one.

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "bonin/clock.hpp"
#include "bonin/otp.hpp"
#include "bonin/result.hpp"
#include "bonin/secret.hpp"
#include "model/per_process.hpp"

namespace bonin {

/// Counts events of the last hour by what they are about. Holds hashes under a key of its own, no number and no
/// subject. Bounded: of more than `capacity` events the oldest are forgotten. An IPv6 address counts by its network, of
/// 64 bits, of which one household has all addresses. Thread-safety: every method, any thread. A forked child counts
/// anew.
class OtpAllowance {
 public:
  static constexpr std::size_t capacity = 50'000;
  static constexpr std::chrono::hours window{1};

  /// ErrorKind::invalid_argument for a limit below 1.
  static Result<std::shared_ptr<OtpAllowance>> create(const OtpLimits& limits, std::shared_ptr<const Clock> clock);

  // Each counts the event, or answers why it may not happen: ErrorKind::throttled with the time to wait.
  std::optional<Error> take_send(std::string_view subject, std::string_view phone, std::string_view address);
  std::optional<Error> take_resend(std::string_view subject, std::string_view id);
  std::optional<Error> take_code(std::string_view id);

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Limit {
    std::string_view what;  // of whom, for the error
    std::string_view value;
    int most;
  };

  OtpAllowance(const OtpLimits& limits, std::shared_ptr<const Clock> clock);
  std::optional<Error> take(const std::vector<Limit>& limits, const char* too_often);
  std::uint64_t hash_of(const Limit& limit) const;

  const OtpLimits limits_;
  const std::shared_ptr<const Clock> clock_;
  const Secret key_;

  struct Counts {
    std::mutex mutex;  // guards the rest; held for some look-ups in a map
    std::unordered_map<std::uint64_t, std::deque<Time>> events;
    std::deque<std::pair<std::uint64_t, Time>> order;  // every event, the oldest first
    void forget_oldest();
  };
  PerProcess<Counts> counts_;
};

}  // namespace bonin
