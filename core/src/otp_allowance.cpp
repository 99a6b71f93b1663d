#include "otp_allowance.hpp"

#include <algorithm>
#include <cstring>

#include "model/crypto.hpp"
#include "model/invalid_argument.hpp"

namespace bonin {

Result<std::shared_ptr<OtpAllowance>> OtpAllowance::create(const OtpLimits& limits,
                                                           std::shared_ptr<const Clock> clock) {
  constexpr int most = 1'000'000;
  const std::pair<const char*, int> all[] = {{"sends_per_subject", limits.sends_per_subject},
                                             {"sends_per_phone", limits.sends_per_phone},
                                             {"sends_per_address", limits.sends_per_address},
                                             {"codes_per_id", limits.codes_per_id}};
  for (const auto& [name, value] : all) {
    if (value < 1 || value > most) return invalid_argument(name, std::string("`") + name + "` must be 1 to 1000000");
  }
  return std::shared_ptr<OtpAllowance>(new OtpAllowance(limits, std::move(clock)));
}

OtpAllowance::OtpAllowance(const OtpLimits& limits, std::shared_ptr<const Clock> clock)
    : limits_(limits), clock_(std::move(clock)), key_(crypto::random_hex()) {}

std::optional<Error> OtpAllowance::take_send(std::string_view subject, std::string_view phone,
                                             std::string_view address) {
  std::string digits(phone);
  std::erase_if(digits, [](char c) { return c < '0' || c > '9'; });
  return take({{"subject", subject, limits_.sends_per_subject},
               {"phone", digits, limits_.sends_per_phone},
               {"address", address, limits_.sends_per_address}},
              "codes were asked for too often");
}

std::optional<Error> OtpAllowance::take_resend(std::string_view subject, std::string_view id) {
  return take({{"subject", subject, limits_.sends_per_subject}, {"sent", id, limits_.sends_per_phone}},
              "codes were asked for too often");
}

std::optional<Error> OtpAllowance::take_code(std::string_view id) {
  return take({{"code", id, limits_.codes_per_id}}, "too many codes were tried");
}

std::optional<Error> OtpAllowance::take(const std::vector<Limit>& limits, const char* too_often) {
  const auto now = clock_->steady();
  std::vector<std::uint64_t> hashes;
  for (const Limit& limit : limits) hashes.push_back(limit.value.empty() ? 0 : hash_of(limit));

  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < limits.size(); ++i) {
    const auto found = hashes[i] == 0 ? events_.end() : events_.find(hashes[i]);
    if (found == events_.end()) continue;
    auto& times = found->second;
    while (!times.empty() && now - times.front() >= window) times.pop_front();
    if (times.size() < static_cast<std::size_t>(limits[i].most)) continue;
    auto error = make_error(ErrorKind::throttled, std::string(too_often) + " within an hour", limits[i].what);
    error.retry_after_ms = std::chrono::ceil<std::chrono::milliseconds>(times.front() + window - now).count();
    return error;
  }
  for (const auto hash : hashes) {
    if (hash == 0) continue;
    auto& times = events_[hash];
    if (times.empty()) order_.push_back(hash);
    times.push_back(now);
  }
  while (events_.size() > capacity || order_.size() > 2 * capacity) {
    events_.erase(order_.front());
    order_.pop_front();
  }
  return std::nullopt;
}

std::uint64_t OtpAllowance::hash_of(const Limit& limit) const {
  std::string text(limit.what);
  text.append(1, '\0').append(limit.value);
  const auto digest = crypto::hmac(key_.reveal(), text);
  std::uint64_t hash = 0;
  std::memcpy(&hash, digest.data(), sizeof hash);
  return hash | 1;  // 0 stands for nothing
}

}  // namespace bonin
