#include "transport/backoff.hpp"

#include <algorithm>
#include <random>

namespace bonin {

Random system_random() {
  return [] {
    thread_local std::minstd_rand generator{std::random_device{}()};
    return std::uniform_real_distribution<double>{0.0, 1.0}(generator);
  };
}

std::chrono::milliseconds backoff(int retry, bool throttled, const Random& random) {
  constexpr double ceiling = 20'000;
  const double base = throttled ? 1'000 : 50;
  const double limit = std::min(ceiling, base * static_cast<double>(1 << std::min(retry - 1, 20)));
  return std::chrono::milliseconds(static_cast<std::int64_t>(limit * random()));
}

bool RetryBudget::take(bool throttled) noexcept {
  const int price = throttled ? throttled_price : retry_price;
  const int now = left();
  if (now < price) return false;
  left_.store(now - price, std::memory_order_relaxed);
  return true;
}

void RetryBudget::give_back(int price) noexcept {
  left_.store(std::min(capacity, left() + std::max(price, 1)), std::memory_order_relaxed);
}

}  // namespace bonin
