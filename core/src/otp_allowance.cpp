#include "otp_allowance.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "model/crypto.hpp"
#include "model/invalid_argument.hpp"

namespace bonin {
namespace {

/// The part of an address that one person or household has for themselves; the text itself when it is no address.
std::string network_of(std::string_view address) {
  const std::string text(address);
  std::array<unsigned char, 16> bytes{};
  constexpr std::array<unsigned char, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  const auto bytes_of = [&](std::size_t from, std::size_t size) {
    return std::string(reinterpret_cast<const char*>(bytes.data()) + from, size);
  };
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) return bytes_of(0, 4);
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return text;
  return std::equal(mapped.begin(), mapped.end(), bytes.begin()) ? bytes_of(12, 4) : bytes_of(0, 8);
}

}  // namespace

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
  const auto network = network_of(address);
  return take({{"subject", subject, limits_.sends_per_subject},
               {"phone", digits, limits_.sends_per_phone},
               {"address", network, limits_.sends_per_address}},
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
  const auto now = clock_->lasting();
  std::vector<std::uint64_t> hashes;
  for (const Limit& limit : limits) hashes.push_back(limit.value.empty() ? 0 : hash_of(limit));

  const auto counts = counts_.get([] { return std::make_shared<Counts>(); });
  const std::lock_guard lock(counts->mutex);
  while (!counts->order.empty() && now - counts->order.front().second >= window) counts->forget_oldest();
  for (std::size_t i = 0; i < limits.size(); ++i) {
    const auto found = hashes[i] == 0 ? counts->events.end() : counts->events.find(hashes[i]);
    if (found == counts->events.end()) continue;
    const auto& times = found->second;
    if (times.size() < static_cast<std::size_t>(limits[i].most)) continue;
    auto error = make_error(ErrorKind::throttled, std::string(too_often) + " within an hour", limits[i].what);
    error.retry_after_ms = std::chrono::ceil<std::chrono::milliseconds>(times.front() + window - now).count();
    return error;
  }
  for (const auto hash : hashes) {
    if (hash == 0) continue;
    counts->events[hash].push_back(now);
    counts->order.emplace_back(hash, now);
  }
  while (counts->order.size() > capacity) counts->forget_oldest();
  return std::nullopt;
}

void OtpAllowance::Counts::forget_oldest() {
  const auto found = events.find(order.front().first);
  order.pop_front();
  found->second.pop_front();
  if (found->second.empty()) events.erase(found);
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
