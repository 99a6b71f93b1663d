#pragma once
// What an application's own store says of a person, as a Standing.

#include <functional>

#include "registry/own_asking.hpp"

namespace bonin::registry_detail {

/// `then` hears what the store says of the person.
void ask_standing(const AskingPtr& asking, const Whose& whose, std::function<void(Standing)> then);

}  // namespace bonin::registry_detail
