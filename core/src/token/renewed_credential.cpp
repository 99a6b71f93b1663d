#include "token/renewed_credential.hpp"

#include <utility>

namespace bonin {

using namespace std::chrono_literals;

RenewedCredential::RenewedCredential(std::shared_ptr<const Clock> clock, std::shared_ptr<Health> health,
                                     std::unique_ptr<TokenSource> source, std::vector<std::string> extra)
    : clock_(std::move(clock)), health_(std::move(health)), source_(std::move(source)), extra_(std::move(extra)) {}

bool RenewedCredential::usable() const { return current_.headers && clock_->lasting() < ends_; }

void RenewedCredential::grant(std::function<void(Result<Grant>)> done) {
  const Time now = clock_->lasting();
  if (current_.headers && now < ends_) {
    if (!renewing_ && now >= ends_ - source_->renew_ahead() && now >= renew_again_) renew();
    return done(current_);
  }
  waiting_.push_back(std::move(done));
  if (!renewing_) renew();
}

bool RenewedCredential::afford(bool throttled) {
  if (renewing_ || usable()) return true;
  if (!health_->budget.take(throttled)) return false;
  price_ = throttled ? RetryBudget::throttled_price : RetryBudget::retry_price;
  return true;
}

bool RenewedCredential::reject(std::uint64_t generation) {
  if (generation == current_.generation) current_.headers.reset();
  return true;
}

void RenewedCredential::forget() {
  forgotten_ = true;
  current_.headers.reset();
  source_->forget();
}

void RenewedCredential::renew() {
  renewing_ = true;
  source_->fetch([self = shared_from_this(), asked = clock_->lasting()](Result<Token> token) {
    self->renewed(asked, std::move(token));
  });
}

void RenewedCredential::renewed(Time asked, Result<Token> token) {
  renewing_ = false;
  const int price = std::exchange(price_, 0);
  const auto waiting = std::exchange(waiting_, {});
  bool probe = false;  // the call that waits for this may be one, and will speak for itself
  if (!token) {
    health_->renewal_failed(token.error());
    health_->heard(sign_of(token.error()), token.error(), probe);
    renew_again_ = clock_->lasting() + 1s;
    for (const auto& done : waiting) done(token.error());
    return;
  }
  health_->alive(probe);
  health_->renewed(token->life);
  health_->budget.give_back(price);
  if (forgotten_) source_->forget();  // those who wait have been settled: they ask for nothing any more
  const Secret line = header_line("Authorization: Bearer ", token->text);
  auto lines = common_headers();
  lines.push_back(line.reveal());
  for (const auto& extra : extra_) lines.push_back(extra);
  current_.headers = std::make_shared<const Headers>(lines);
  ++current_.generation;
  ends_ = asked + token->life;
  for (const auto& done : waiting) done(current_);
  if (forgotten_) current_.headers.reset();
}

}  // namespace bonin
