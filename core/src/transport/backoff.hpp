#pragma once
// When to try again, and when to stop trying.

#include <atomic>
#include <chrono>
#include <functional>

namespace bonin {

/// A number in [0, 1). Injected, so that a test knows the delays.
using Random = std::function<double()>;

/// The machine's randomness; each thread has its own generator.
Random system_random();

/// Full jitter: a random delay up to 50 ms (1 s when the server throttles), doubling with each retry, at most 20 s.
/// `retry`: 1 for the first.
std::chrono::milliseconds backoff(int retry, bool throttled, const Random& random);

/// Keeps the retries of a client in proportion to its successes. Without it, an outage would get three times the load.
/// Thread-safety: the transport's thread, except `left()`.
class RetryBudget {
 public:
  /// Takes the price of a retry; false when the budget is too low, and then nothing is taken.
  bool take(bool throttled) noexcept;
  /// A call succeeded: gives back the price of its last retry, or a little when it needed none.
  void give_back(int price) noexcept;
  /// Any thread.
  int left() const noexcept { return left_.load(std::memory_order_relaxed); }

  static constexpr int capacity = 500;
  static constexpr int retry_price = 14;
  static constexpr int throttled_price = 5;

 private:
  std::atomic<int> left_{capacity};
};

}  // namespace bonin
