#include "token/flow_ids.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>

#include "model/crypto.hpp"
#include "model/hex.hpp"

namespace bonin {
namespace {

// An id: 8 hex of time, 8 of randomness, 16 of signature. Of an id that is bound to a channel the last five of the
// randomness are the channel's tag.
constexpr std::size_t head_size = 16;
constexpr std::size_t signature_size = 16;
constexpr std::size_t tag_size = 5;

std::chrono::seconds seconds_of(Moment now) { return std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()); }

constexpr std::size_t time_size = 8;

/// The second in hex. Wraps in 2106: such an id expires at once.
std::string time_text(Moment now) {
  std::array<char, time_size + 1> text;
  std::snprintf(text.data(), text.size(), "%08x",
                static_cast<unsigned>(static_cast<std::uint32_t>(seconds_of(now).count())));
  return {text.data(), time_size};
}

/// Where a flow of that second began, as seen now; `foreign` when the text is no time.
Begun begun_at(std::string_view text, Moment now) {
  std::uint32_t time = 0;
  const auto* const end = text.data() + text.size();
  if (std::from_chars(text.data(), end, time, 16).ptr != end) return Begun::foreign;
  const Moment at{std::chrono::seconds(time)};
  return now > at + FlowIds::life || now < at - FlowIds::tolerated_future ? Begun::expired : Begun::here;
}

}  // namespace

FlowIds::FlowIds(Api api, const Secret& credential)
    : api_(api), key_(to_hex(crypto::hmac(credential.reveal(), "bonin flow id 1"))) {}

Flow FlowIds::issue(const Issued& to, Moment now, std::string_view random) const {
  Flow flow;
  flow.api = api_;
  flow.id = time_text(now).append(random);
  const bool bound = !to.channel_key.empty();
  if (bound) {
    flow.id.resize(head_size - tag_size);
    flow.id += channel_tag(flow.id, to.channel_key);
  }
  flow.id += signature(flow.id, to.owner, bound);
  flow.expires_at = Moment(seconds_of(now) + life);
  return flow;
}

Begun FlowIds::judge(std::string_view id, const FlowOwner& owner, Moment now, const std::string* channel_key) const {
  if (id.size() != head_size + signature_size) return Begun::foreign;
  const auto head = id.substr(0, head_size);
  const auto signed_by = id.substr(head_size);
  const bool bound = !equal_in_constant_time(signed_by, signature(head, owner, false));
  if (bound && !equal_in_constant_time(signed_by, signature(head, owner, true))) return Begun::foreign;
  const Begun begun = begun_at(head.substr(0, time_size), now);
  if (begun != Begun::here || !bound || channel_key == nullptr) return begun;
  const auto tag = channel_tag(head.substr(0, head_size - tag_size), *channel_key);
  const bool same = !channel_key->empty() && equal_in_constant_time(head.substr(head_size - tag_size), tag);
  return same ? Begun::here : Begun::other_channel;
}

std::string FlowIds::seal(std::string_view imp_uid, const FlowOwner& owner, Moment now) const {
  std::string sealed(imp_uid);
  sealed.append(".").append(time_text(now));
  return sealed + signature("+seal" + sealed, owner, false);
}

std::optional<std::string> FlowIds::open(std::string_view sealed, const FlowOwner& owner, Moment now) const {
  constexpr std::size_t tail = time_size + signature_size;
  if (sealed.size() < tail + 2 || sealed[sealed.size() - tail - 1] != '.') return std::nullopt;
  const auto signed_part = sealed.substr(0, sealed.size() - signature_size);
  const auto expected = signature("+seal" + std::string(signed_part), owner, false);
  if (!equal_in_constant_time(sealed.substr(signed_part.size()), expected)) return std::nullopt;
  if (begun_at(signed_part.substr(signed_part.size() - time_size), now) != Begun::here) return std::nullopt;
  return std::string(sealed.substr(0, sealed.size() - tail - 1));
}

std::string FlowIds::signature(std::string_view head, const FlowOwner& owner, bool bound) const {
  // All but the subject, which ends it, has a fixed length and a mark that is no hex digit.
  std::string text(to_string(api_));
  if (bound) text += "+bound";
  if (owner.by_code) text += "+code";
  if (!owner.guardian_of.empty()) text.append("+guardian").append(crypto::sha256_hex(owner.guardian_of));
  text.append(head).append(owner.subject);
  return to_hex(crypto::hmac(key_.reveal(), text)).substr(0, signature_size);
}

std::string FlowIds::channel_tag(std::string_view time_and_random, std::string_view channel_key) const {
  std::string text(to_string(api_));
  text.append("+channel").append(time_and_random).append(channel_key);
  return to_hex(crypto::hmac(key_.reveal(), text)).substr(0, tag_size);
}

}  // namespace bonin
