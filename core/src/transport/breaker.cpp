#include "transport/breaker.hpp"

#include <algorithm>

namespace bonin {

Sign sign_of(const Error& error) noexcept {
  if (error.of_this_machine) return Sign::none;
  switch (error.kind) {
    case ErrorKind::connection_failed:
    case ErrorKind::timed_out:
      return Sign::failing;
    case ErrorKind::unavailable:
      return error.http_status >= 500 ? Sign::failing : Sign::alive;  // 408 counts as an answer
    default:
      return error.http_status != 0 ? Sign::alive : Sign::none;
  }
}

Breaker::Breaker(std::shared_ptr<const Clock> clock, Random random)
    : clock_(std::move(clock)), random_(std::move(random)) {}

Breaker::Pass Breaker::admit() noexcept {
  if (state() == Circuit::closed) return Pass::free;
  if (state() == Circuit::half_open || left().count() > 0) return Pass::refused;
  state_ = Circuit::half_open;
  return Pass::probe;
}

bool Breaker::failed(const std::string& cause, bool probe, std::size_t about) {
  if (!probe) {
    if (state() != Circuit::closed) return false;
    const auto known = about_.begin() + failures_;
    if (about != 0 && std::find(about_.begin(), known, about) != known) return false;
    *known = about;
    if (++failures_ < failures_to_open) return false;
  }
  open(cause);
  return true;
}

bool Breaker::answered(bool probe) noexcept {
  if (probe) {
    state_ = Circuit::closed;
    openings_ = 0;
  }
  if (state() == Circuit::closed) failures_ = 0;
  return probe;
}

void Breaker::give_up() noexcept { state_ = Circuit::open; }

std::chrono::milliseconds Breaker::left() const noexcept {
  return std::chrono::ceil<std::chrono::milliseconds>(until_ - clock_->steady());
}

void Breaker::open(const std::string& cause) {
  const auto longest = std::min(longest_pause, first_pause * (1 << std::min(openings_, 10)));
  ++openings_;
  // Up to a fifth less, so that many machines do not try again at the same moment.
  pause_ = std::chrono::milliseconds(
      static_cast<std::int64_t>(static_cast<double>(longest.count()) * (1 - 0.2 * random_())));
  until_ = clock_->steady() + pause_;
  cause_ = cause;
  failures_ = 0;
  state_ = Circuit::open;
}

}  // namespace bonin
