#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "bonin/claim.hpp"
#include "bonin/date.hpp"
#include "bonin/result.hpp"

namespace bonin {

/// A place kept for a person whose account does not exist yet. Copies speak of the same place.
struct Reservation {
  /// Where the place is kept: a registry.
  class Keeper {
   public:
    virtual ~Keeper() = default;
    virtual void try_commit(std::string_view account_id, Callback<Claim> done) = 0;
    virtual void cancel(Callback<bool> done) = 0;
  };

  std::string id;  // 32 hex characters: whoever knows it may commit it. Empty in an application's own store
  Moment expires_at{};
  std::shared_ptr<Keeper> keeper{};

  /// Turns it into an account; saying it again answers `existing`. ErrorKind::claim_refused when nothing was granted.
  void commit(std::string_view account_id, Callback<Claim> done) const;
  /// The same, and a refusal is an answer. In an application's own store: its `claim`.
  void try_commit(std::string_view account_id, Callback<Claim> done) const;
  /// False: it was not there any more.
  void cancel(Callback<bool> done) const;
};

}  // namespace bonin
