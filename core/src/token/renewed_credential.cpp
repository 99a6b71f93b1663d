#include "token/renewed_credential.hpp"

#include <utility>

namespace bonin {

using namespace std::chrono_literals;

RenewedCredential::RenewedCredential(std::shared_ptr<const Clock> clock, std::unique_ptr<TokenSource> source,
                                     std::vector<std::string> extra)
    : clock_(std::move(clock)), source_(std::move(source)), extra_(std::move(extra)) {}

void RenewedCredential::grant(std::function<void(Result<Grant>)> done) {
  const Time now = clock_->steady();
  if (current_.headers && now < ends_) {
    if (!renewing_ && now >= ends_ - source_->renew_ahead() && now >= renew_again_) renew();
    return done(current_);
  }
  waiting_.push_back(std::move(done));
  if (!renewing_) renew();
}

bool RenewedCredential::reject(std::uint64_t generation) {
  if (generation == current_.generation) current_.headers.reset();
  return true;
}

void RenewedCredential::renew() {
  renewing_ = true;
  source_->fetch([self = shared_from_this(), asked = clock_->steady()](Result<Token> token) {
    self->renewed(asked, std::move(token));
  });
}

void RenewedCredential::renewed(Time asked, Result<Token> token) {
  renewing_ = false;
  const auto waiting = std::exchange(waiting_, {});
  if (!token) {
    renew_again_ = clock_->steady() + 1s;
    for (const auto& done : waiting) done(token.error());
    return;
  }
  const Secret line("Authorization: Bearer " + std::string(token->text.reveal()));
  auto lines = common_headers();
  lines.push_back(line.reveal());
  for (const auto& extra : extra_) lines.push_back(extra);
  current_.headers = std::make_shared<const Headers>(lines);
  ++current_.generation;
  ends_ = asked + token->life;
  for (const auto& done : waiting) done(current_);
}

}  // namespace bonin
