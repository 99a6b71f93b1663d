#include "token/flow_ids.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>

#include "model/crypto.hpp"
#include "model/hex.hpp"

namespace bonin {
namespace {

// An id: 8 hex of time, 8 of randomness, 16 of signature.
constexpr std::size_t signed_size = 16;
constexpr std::size_t signature_size = 16;

std::chrono::seconds seconds_of(Moment now) { return std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()); }

}  // namespace

FlowIds::FlowIds(Api api, const Secret& credential)
    : api_(api), key_(to_hex(crypto::hmac(credential.reveal(), "bonin flow id 1"))) {}

Flow FlowIds::issue(std::string_view subject, Moment now, std::string_view random) const {
  const auto at = seconds_of(now);
  // Wraps in 2106: such an id expires at once.
  std::array<char, 9> time;
  std::snprintf(time.data(), time.size(), "%08x", static_cast<unsigned>(static_cast<std::uint32_t>(at.count())));
  Flow flow;
  flow.api = api_;
  flow.id.append(time.data(), 8).append(random);
  flow.id += signature(flow.id, subject);
  flow.expires_at = Moment(at + life);
  return flow;
}

Begun FlowIds::judge(std::string_view id, std::string_view subject, Moment now) const {
  if (id.size() != signed_size + signature_size) return Begun::foreign;
  const auto head = id.substr(0, signed_size);
  if (!equal_in_constant_time(id.substr(signed_size), signature(head, subject))) return Begun::foreign;
  std::uint32_t time = 0;
  if (std::from_chars(head.data(), head.data() + 8, time, 16).ptr != head.data() + 8) return Begun::foreign;
  const Moment at{std::chrono::seconds(time)};
  return now > at + life || now < at - tolerated_future ? Begun::expired : Begun::here;
}

std::string FlowIds::signature(std::string_view time_and_random, std::string_view subject) const {
  // All but the subject, which ends it, has a fixed length.
  std::string text(to_string(api_));
  text.append(time_and_random).append(subject);
  return to_hex(crypto::hmac(key_.reveal(), text)).substr(0, signature_size);
}

}  // namespace bonin
