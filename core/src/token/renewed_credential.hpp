#pragma once
// A token that is kept, shared and renewed in time.

#include <vector>

#include "bonin/clock.hpp"
#include "token/credential.hpp"
#include "token/token_source.hpp"
#include "transport/health.hpp"

namespace bonin {

/// One renewal at a time, whatever the number of callers. While the token is valid nobody waits for its renewal; when
/// it is not, all wait for the same one. A renewal that fails fails its waiters, and their own retries ask again:
/// the one that comes first pays for the request.
class RenewedCredential final : public Credential, public std::enable_shared_from_this<RenewedCredential> {
 public:
  /// `extra`: header lines that every request carries besides.
  RenewedCredential(std::shared_ptr<const Clock> clock, std::shared_ptr<Health> health,
                    std::unique_ptr<TokenSource> source, std::vector<std::string> extra = {});

  void grant(std::function<void(Result<Grant>)> done) override;
  bool afford(bool throttled) override;
  bool reject(std::uint64_t generation) override;
  void forget() override;

 private:
  using Time = std::chrono::steady_clock::time_point;

  bool usable() const;
  void renew();
  void renewed(Time asked, Result<Token> token);

  std::shared_ptr<const Clock> clock_;
  std::shared_ptr<Health> health_;
  std::unique_ptr<TokenSource> source_;
  std::vector<std::string> extra_;

  Grant current_;
  Time ends_{};         // current_ is good before this
  Time renew_again_{};  // no renewal ahead of time before this: the last one failed
  bool renewing_ = false;
  bool forgotten_ = false;  // nothing is kept any more
  int price_ = 0;           // paid for the renewal under way, given back when it succeeds
  std::vector<std::function<void(Result<Grant>)>> waiting_;
};

}  // namespace bonin
