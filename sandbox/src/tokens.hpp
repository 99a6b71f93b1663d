#pragma once
// The tokens of V1 and V2. Their lives follow the sandbox's clock.

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

namespace bonin::sandbox {

/// V1: one token a merchant. Life 1800 s; asked again it is the same one, extended by 300 s only inside its last 60 s.
class V1Token {
 public:
  struct Issued {
    const std::string& token;
    std::int64_t now_s;
    std::int64_t expired_at_s;
  };
  Issued issue(std::int64_t now_ms);
  bool accepts(std::string_view token, std::int64_t now_ms) const noexcept {
    return !token_.empty() && token == token_ && now_ms < expired_at_s_ * 1000;
  }
  void clear() noexcept { token_.clear(); }

 private:
  std::string token_;
  std::int64_t expired_at_s_ = 0;
};

/// V2: access tokens for 30 minutes, and one refresh token for a day that every login and refresh replaces.
class V2Tokens {
 public:
  struct Pair {
    std::string access;
    std::string refresh;
  };
  Pair login(std::int64_t now_ms);
  /// An access token alone, as the early `login/api-key` gives it.
  std::string access(std::int64_t now_ms);
  bool may_refresh(std::string_view token, std::int64_t now_ms) const noexcept {
    return !refresh_.empty() && token == refresh_ && now_ms < refresh_until_ms_;
  }
  bool accepts(std::string_view token, std::int64_t now_ms) const;
  void clear();

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
  };
  std::unordered_map<std::string, std::int64_t, Hash, std::equal_to<>> access_until_ms_;
  std::deque<std::string> oldest_first_;
  std::string refresh_;
  std::int64_t refresh_until_ms_ = 0;
};

}  // namespace bonin::sandbox
