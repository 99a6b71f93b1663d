#pragma once
// The circuit: when not to ask at all.

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>

#include "bonin/clock.hpp"
#include "bonin/error.hpp"
#include "bonin/health.hpp"
#include "transport/backoff.hpp"

namespace bonin {

/// What the end of an attempt says about the server.
enum class Sign : std::uint8_t {
  none,    // nothing: it was cancelled, or never got as far as an answer for a reason that does not pass
  alive,   // it answered, whatever it said
  failing  // no connection, no answer in time, or a 5xx that is not the identity provider's own
};

Sign sign_of(const Error& error) noexcept;

/// Counts attempts, not calls, so that an outage is noticed while the first calls still retry. What may be the fault of
/// one id counts once for that id: whoever sends it again and again stops nobody else. Belongs to the transport's
/// thread, but for `state()`.
class Breaker {
 public:
  static constexpr int failures_to_open = 10;  // in a row
  static constexpr std::chrono::milliseconds first_pause{5'000};
  static constexpr std::chrono::milliseconds longest_pause{60'000};

  Breaker(std::shared_ptr<const Clock> clock, Random random);

  enum class Pass : std::uint8_t { free, probe, refused };
  /// May a call go out? `probe`: the only one until it says what it found, or gives up its place.
  Pass admit() noexcept;

  /// How an attempt ended; `about`: a hash of the id, where the server was reached and failed over that; 0: over none.
  /// `probe`: it was the probe's. While the circuit is not closed, only the probe is listened to: what was sent before
  /// it opened is old news. True when this changed the state.
  bool failed(const std::string& cause, bool probe, std::size_t about = 0);
  bool answered(bool probe) noexcept;
  /// The probe ended without having learnt anything: the next call takes its place.
  void give_up() noexcept;

  /// Any thread.
  Circuit state() const noexcept { return state_.load(std::memory_order_relaxed); }
  /// Of the pause; not above zero when a probe is due.
  std::chrono::milliseconds left() const noexcept;
  std::chrono::milliseconds pause() const noexcept { return pause_; }
  /// What the last failure before it opened said.
  const std::string& cause() const noexcept { return cause_; }

 private:
  void open(const std::string& cause);

  std::shared_ptr<const Clock> clock_;
  Random random_;
  std::atomic<Circuit> state_{Circuit::closed};
  int failures_ = 0;                                   // in a row, while closed
  std::array<std::size_t, failures_to_open> about_{};  // what the first `failures_` of them were about
  int openings_ = 0;                                   // in a row: how often the pause has doubled, and once more
  std::chrono::milliseconds pause_{};
  std::chrono::steady_clock::time_point until_{};
  std::string cause_;
};

}  // namespace bonin
