#pragma once
// Where the place of a Reservation is kept.

#include "registry/impl.hpp"

namespace bonin::registry_detail {

/// The registry finds it by the reservation's id.
std::shared_ptr<Reservation::Keeper> keeper_in_store(std::shared_ptr<Registry::Impl> impl, std::string reservation_id);

/// Why there is no such call, if there is none: the registry is closed (or null), or its time limit is absurd.
std::optional<Error> refusal_of(const Registry::Impl* impl, const CallOptions& call);

}  // namespace bonin::registry_detail
