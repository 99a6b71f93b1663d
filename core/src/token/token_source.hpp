#pragma once
// Where tokens come from: one class for each of PortOne's ways.

#include <chrono>
#include <memory>
#include <string>

#include "bonin/portone.hpp"
#include "transport/health.hpp"
#include "transport/transport.hpp"

namespace bonin {

struct Token {
  Secret text;
  std::chrono::milliseconds life{};  // counted from the moment it was asked for, on the monotonic clock
};

/// Asks PortOne for a token. One request at a time, on the transport's thread.
class TokenSource {
 public:
  virtual ~TokenSource() = default;
  virtual void fetch(std::function<void(Result<Token>)> done) = 0;
  /// Wipes what renews a token.
  virtual void forget() {}
  /// How long before its end a token is worth renewing.
  virtual std::chrono::milliseconds renew_ahead() const noexcept = 0;
};

/// What a source needs to send its requests. `transport` outlives every request.
struct TokenRoute {
  Transport& transport;
  std::shared_ptr<const ConnectionOptions> connection;
  std::shared_ptr<Health> health;
};

/// V1 `POST /users/getToken`. Asked again before its end it gives the same token, extended only in its last 60 s: so it
/// is renewed in the last 50.
std::unique_ptr<TokenSource> v1_token_source(TokenRoute route, Secret imp_key, Secret imp_secret);

/// V2 `POST /login/api-secret`, then `POST /token/refresh`. A login or refresh anywhere kills the earlier refresh
/// token, so a refused refresh falls back to the login.
std::unique_ptr<TokenSource> v2_login_source(TokenRoute route, Secret api_secret);

/// The early V2 `POST /login/api-key` of old documents, retired by PortOne after March 2024.
std::unique_ptr<TokenSource> v2_api_key_source(TokenRoute route, Secret api_key);

}  // namespace bonin
