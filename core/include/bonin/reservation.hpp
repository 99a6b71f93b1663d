#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "bonin/call.hpp"
#include "bonin/claim.hpp"
#include "bonin/date.hpp"
#include "bonin/result.hpp"

namespace bonin {

/// A place kept for a person whose account does not exist yet.
/// Thread-safety: every method, any thread.
/// Lifetime: keeps its registry open; copies are handles of the same place, which lapses at `expires_at`.
struct Reservation {
  /// Where the place is kept: a registry.
  class Keeper {
   public:
    virtual ~Keeper() = default;
    virtual Call try_commit(std::string_view account_id, Callback<Claim> done, const CallOptions&) = 0;
    virtual Call cancel(Callback<bool> done, const CallOptions&) = 0;
  };

  /// Whoever knows it may commit it. 32 hex characters; of an application's own store without `reserve` a longer text,
  /// which carries the hashed keys.
  std::string id;
  Moment expires_at{};
  std::shared_ptr<Keeper> keeper{};

  /// Turns it into an account; saying it again answers `existing`. ErrorKind::claim_refused when nothing was granted.
  Call commit(std::string_view account_id, Callback<Claim> done, const CallOptions& = {}) const;
  /// The same, and a refusal is an answer.
  Call try_commit(std::string_view account_id, Callback<Claim> done, const CallOptions& = {}) const;
  /// False: it was not there any more.
  Call cancel(Callback<bool> done, const CallOptions& = {}) const;
};

}  // namespace bonin
