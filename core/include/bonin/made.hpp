#pragma once
// Verifications and decisions made by hand, for an application's own tests: nothing was looked up and nothing judged.

#include <string_view>

#include "bonin/decision.hpp"
#include "bonin/policy.hpp"
#include "bonin/result.hpp"

namespace bonin {

/// Thread-safety: every function, any thread. What it makes is as any other.
class Made {
 public:
  /// `facts`: JSON, as a cases file writes a verification (docs/policy.md). What the provider does not check is
  /// self-declared, unless `person.self_declared` lists what is. ErrorKind::invalid_argument with the JSON pointer.
  static Result<VerificationPtr> verification(std::string_view facts);

  /// A decision in which every rule passed. `policy`: whose; null: one that asks for a verification alone.
  /// ErrorKind::invalid_argument for a policy with `account: new`: whoever it allows holds a reservation, which nothing
  /// but a registry can give.
  static Result<Decision> allowed(VerificationPtr verification, Moment at, const Policy* policy = nullptr);

  /// A decision in which the first rule with this code did not pass, for this reason, and every other passed. `policy`:
  /// whose; null: one with this rule. ErrorKind::invalid_argument for a code that the policy does not have, or that is
  /// of rules made of others, and for a reason that there is not.
  static Result<Decision> denied(VerificationPtr verification, Moment at, std::string_view code,
                                 std::string_view reason, const Policy* policy = nullptr);

 private:
  static Decision passed(VerificationPtr verification, Moment at, const Policy& policy);
};

}  // namespace bonin
