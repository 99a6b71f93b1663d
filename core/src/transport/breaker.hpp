#pragma once
// The circuit breaker: it decides when no request is sent.

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
  none,    // nothing: cancelled, or failed for a lasting reason before there was an answer
  alive,   // it answered, whatever it said
  failing  // no connection, no answer in time, or a 5xx that is not the identity provider's own
};

Sign sign_of(const Error& error) noexcept;

/// Counts attempts and not calls, so that an outage is noticed while the first calls still retry. A failure that one id
/// may have caused counts once for that id, so that repeating it does not stop other calls.
/// Thread-safety: the transport's thread, except `state()`.
class Breaker {
 public:
  static constexpr int failures_to_open = 10;  // in a row
  static constexpr std::chrono::milliseconds first_pause{5'000};
  static constexpr std::chrono::milliseconds longest_pause{60'000};

  Breaker(std::shared_ptr<const Clock> clock, Random random);

  enum class Pass : std::uint8_t { free, probe, refused };
  /// May a request be sent? `probe`: it is the only one until it reports its result or gives up.
  Pass admit() noexcept;

  /// How an attempt ended; `about`: a hash of the id, where the server was reached and failed over that; 0: over none.
  /// `probe`: it was the probe. While the circuit is not closed, only the probe counts. Answers to earlier requests say
  /// nothing about the server now. True when this changed the state.
  bool failed(const std::string& cause, bool probe, std::size_t about = 0);
  bool answered(bool probe) noexcept;
  /// The probe ended without a result. The next call becomes the probe.
  void give_up() noexcept;

  /// Any thread.
  Circuit state() const noexcept { return state_.load(std::memory_order_relaxed); }
  /// The rest of the pause. Zero or less when a probe is due.
  std::chrono::milliseconds left() const noexcept;
  std::chrono::milliseconds pause() const noexcept { return pause_; }
  /// The message of the last failure before the circuit opened.
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
