#include "tokens.hpp"

#include "origin.hpp"

namespace bonin::sandbox {
namespace {

constexpr std::int64_t v1_life_s = 1800, v1_last_s = 60, v1_extension_s = 300;
constexpr std::int64_t v2_access_ms = 30 * 60'000, v2_refresh_ms = 24 * 3'600'000;
constexpr std::size_t most_access_tokens = 10'000;  // a client that logs in again and again must not fill the memory

}  // namespace

V1Token::Issued V1Token::issue(std::int64_t now_ms) {
  const std::int64_t now_s = now_ms / 1000;
  if (!accepts(token_, now_ms)) {
    token_ = secret_hex(40);
    expired_at_s_ = now_s + v1_life_s;
  } else if (expired_at_s_ * 1000 - now_ms <= v1_last_s * 1000) {
    expired_at_s_ += v1_extension_s;
  }
  return {token_, now_s, expired_at_s_};
}

V2Tokens::Pair V2Tokens::login(std::int64_t now_ms) {
  refresh_ = "refresh-" + secret_hex(48);
  refresh_until_ms_ = now_ms + v2_refresh_ms;
  return {access(now_ms), refresh_};
}

std::string V2Tokens::access(std::int64_t now_ms) {
  std::string token = "access-" + secret_hex(48);
  access_until_ms_[token] = now_ms + v2_access_ms;
  oldest_first_.push_back(token);
  if (oldest_first_.size() > most_access_tokens) {
    access_until_ms_.erase(oldest_first_.front());
    oldest_first_.pop_front();
  }
  return token;
}

bool V2Tokens::accepts(std::string_view token, std::int64_t now_ms) const {
  const auto found = access_until_ms_.find(token);
  return found != access_until_ms_.end() && now_ms < found->second;
}

void V2Tokens::clear() {
  access_until_ms_.clear();
  oldest_first_.clear();
  refresh_.clear();
}

}  // namespace bonin::sandbox
