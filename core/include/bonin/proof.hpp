#pragma once
// A yes that lasts: a signed text that tells who met which policy, and when. The application keeps it, and nothing of
// it is personal.
//
//   auto proofs = bonin::Proofs::create({.keys = {bonin::Secret("env:BONIN_PROOF_KEY")}}).value();
//   std::string proof = proofs.issue(decision, "user-7", 365).value();  // into the user's row
//   if (proofs.check(proof, "user-7", policy).state != bonin::ProofState::valid) ask_again();

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bonin/clock.hpp"
#include "bonin/decision.hpp"
#include "bonin/policy.hpp"
#include "bonin/result.hpp"
#include "bonin/secret.hpp"

namespace bonin {

/// What a proof is worth now.
enum class ProofState : std::uint8_t {
  valid,
  expired,       // its days are over
  other_policy,  // by a policy with another hash
  foreign,       // no key of these signed it for this subject
  unreadable,    // no proof at all
};

/// What `check` answers. All but `state`, `ko` and `en` is of a proof that was signed here for the subject, and empty
/// otherwise.
struct Proof {
  ProofState state = ProofState::unreadable;
  std::optional<Moment> at;     // when the policy was met
  std::optional<Moment> until;  // the first moment at which it counts no more
  std::string policy_name;
  std::string policy_hash;
  std::string id_sha256;  // SHA-256 of the verification's id, as Decision::record() has it
  std::string_view ko;    // for an end user, Korean
  std::string_view en;    // for an end user, English
};

/// Signs proofs and checks them, by HMAC-SHA-256 under the operator's key. Sends nothing, stores nothing.
/// Thread-safety: immutable; every method, any thread.
/// Lifetime: copies share the keys.
class Proofs {
 public:
  /// A proof lives for 1 day to this many days. Whether an adult is one needs asking each year (docs/policy.md).
  static constexpr int most_days = 366;

  struct Options {
    // The newest first: it signs, all are tried. Each is the text itself, `env:NAME` or `file:PATH`; 32 to 4,096 bytes.
    std::vector<Secret> keys;
    std::shared_ptr<const Clock> clock{};  // null: the machine's
  };
  /// Reads the keys. ErrorKind::invalid_pepper names the one that is missing or too short.
  static Result<Proofs> create(Options options);

  /// A proof of a decision that allowed, for `days` from the moment of the decision. `subject`: whom the application
  /// knows the person as, 1 to 1,000 bytes; it is in the signature alone. About 300 printable ASCII characters.
  Result<std::string> issue(const Decision& decision, std::string_view subject, int days) const;

  /// What a proof is worth for this subject and this policy. Never an error: whatever is not valid is not.
  Proof check(std::string_view proof, std::string_view subject, const Policy& policy) const;

 private:
  struct Impl;
  explicit Proofs(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

}  // namespace bonin
