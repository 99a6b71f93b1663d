#pragma once
// Where the place of a Reservation is kept.

#include "registry/impl.hpp"

namespace bonin::registry_detail {

/// Its row is in the store, under the reservation's id.
std::shared_ptr<Reservation::Keeper> keeper_in_store(std::shared_ptr<Registry::Impl> impl, std::string reservation_id);

/// The application's own store hears of it at its commit only, as a claim of these keys.
std::shared_ptr<Reservation::Keeper> keeper_in_own_store(std::shared_ptr<Registry::Impl> impl,
                                                         std::vector<PersonKey> keys, Moment expires_at);

/// Asks the application's own store for an account, where nothing refuses the call.
Call claim_in_own_store(Registry::Impl& impl, std::vector<PersonKey> keys, std::string account, Callback<Claim> done,
                        const CallOptions& call, RegistryOperation operation);

/// Why there is no such call, if there is none: the registry is closed (or null), or its time limit is absurd.
std::optional<Error> refusal_of(const Registry::Impl* impl, const CallOptions& call);

/// What is wrong with the name of an account, if anything.
std::optional<Error> check_account(std::string_view account_id);

}  // namespace bonin::registry_detail
