#pragma once
// Who is granted an account in an application's own store.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "registry/own_asking.hpp"

namespace bonin::registry_detail {

/// `then` hears the account of somebody who may be granted one. Whoever may not has been answered.
void ask_account_to_grant(const AskingPtrFor<Claim>& asking, std::vector<PersonKey> keys,
                          std::function<void(std::optional<std::string>)> then);

/// Has the store's `claim` decide, of somebody whom its standing does not keep out.
void ask_claim(const AskingPtrFor<Claim>& asking, std::vector<PersonKey> keys, std::string account);

}  // namespace bonin::registry_detail
