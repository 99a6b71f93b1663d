#pragma once
// The place that is kept for a person: in an application's own store, or carried by the reservation itself.

#include <functional>
#include <optional>
#include <string>

#include "registry/own_asking.hpp"

namespace bonin::registry_detail {

/// Did the account come of this very reservation, as the store tells it?
bool signed_up_by(const Keyring& ring, const std::string& reservation, const Whose& whose);

/// `then` hears why there is none, or gets the reservation.
void ask_place(const AskingPtr& asking, const Whose& whose,
               std::function<void(std::optional<Reservation>, Standing::Place)> then);

}  // namespace bonin::registry_detail
