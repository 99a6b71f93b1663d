#pragma once
// The operations that make people and verifications.

#include "world.hpp"

namespace bonin::sandbox {

Result<Json> verify(World& world, const Json& arguments);
Result<Json> add_person(World& world, const Json& arguments);

/// The merchant id of the sandbox's shop at a provider: DI depends on it.
std::string merchant_of(std::string_view provider, const std::optional<std::string>& channel_type);

}  // namespace bonin::sandbox
