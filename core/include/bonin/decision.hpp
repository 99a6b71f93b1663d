#pragma once
// What we conclude from a verification.

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bonin/finding.hpp"
#include "bonin/reservation.hpp"
#include "bonin/verification.hpp"

namespace bonin {

namespace policy_detail {
class Program;
}

/// The answer to "may this person?". Not a boolean on purpose: ask `allowed()`.
/// It holds what explains it; the explanation is built when read.
/// Thread-safety: immutable.
/// Lifetime: keeps the verification and the policy's program; copying costs three reference counts.
class Decision {
 public:
  /// Denies; `verify`, `evaluate` and, by hand, `Made` make the others.
  Decision() noexcept {}

  /// At most this many rules in a policy: the baseline, combined rules, their parts and the expectations included.
  static constexpr std::size_t max_rules = 64;

  bool allowed() const noexcept { return allowed_; }

  /// Null in a default-constructed decision only.
  const VerificationPtr& verification() const noexcept { return verification_; }

  /// Every rule of the policy in the order of the document, the baseline first (after documents that it extends), then
  /// what the application expected beyond the policy. Built on each call: allocates.
  std::vector<Finding> findings() const;

  /// The findings that did not pass, for programs. Of a flow that was not begun here, that alone: the rest is not this
  /// person's, or was never asked for.
  std::vector<Finding> denials() const;

  /// The denials as the person should read them: a verification that is not finished or failed alone, for the other
  /// rules then judge what is missing; nothing twice that says the same; and for whatever the application did not
  /// supply (`not_supplied`, a standing that nobody asked for) one sentence that the service could not check.
  std::vector<Finding> shown() const;

  /// Denied, and a guardian's consent alone is missing: with one that is accepted every rule would pass. True as well
  /// where the guardian that was given cannot be the one. False where nothing tells this person from a guardian.
  bool needs_guardian() const;

  /// Bit i is rule i of `findings()`.
  std::uint64_t failed() const noexcept { return failed_; }
  std::uint64_t unknown() const noexcept { return unknown_; }

  /// Calls visit(i, reason) for each rule i of `findings()` that did not pass, unless it is a combined one, which has
  /// no reason of its own.
  void each_reason(const std::function<void(std::size_t rule, std::string_view reason)>& visit) const;

  /// Name and content hash (SHA-256, 64 hex characters) of the policy that decided.
  std::string_view policy_name() const noexcept;
  std::string_view policy_hash() const noexcept;

  /// When it was decided.
  Moment at() const noexcept { return at_; }

  /// The place kept for this person. There whenever a verifier's policy asks for a new account and lets the person in
  /// as one; null otherwise. It lapses by itself.
  const std::shared_ptr<const Reservation>& reservation() const noexcept { return reservation_; }

  /// Turns the reservation into an account: ErrorKind::claim_refused when nothing was granted, invalid_argument when
  /// there is no reservation.
  Call commit(std::string_view account_id, Callback<Claim> done, const CallOptions& = {}) const;

  /// An audit line for a decision log: JSON without personal data, the id hashed (SHA-256), the keys in the order of
  /// the alphabet. The same inputs give the same bytes.
  std::string record() const;

 private:
  struct Told;
  friend class Made;
  friend class Policy;
  friend class Verifier;
  bool allowed_ = false;
  std::uint64_t failed_ = 0;
  std::uint64_t unknown_ = 0;
  std::uint8_t expected_ = 0;  // bit i: expectation i was given beyond the policy's own rules
  Moment at_{};
  std::shared_ptr<const policy_detail::Program> program_;
  VerificationPtr verification_;
  std::shared_ptr<const Reservation> reservation_;
  // Why step i of the program did not pass: written for each step that was judged, and read for no other. Clearing it
  // first would cost as much as two rules.
  std::array<std::uint8_t, max_rules> reasons_;
  // Of the standing, for the sentences.
  bool had_standing_ = true;
  bool banned_for_ever_ = false;
  std::optional<Moment> banned_until_{};
  std::optional<Moment> rejoin_at_{};
};

}  // namespace bonin
