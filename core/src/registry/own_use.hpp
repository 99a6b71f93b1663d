#pragma once
// What is used up once: an id of a verification, in an application's own store.

#include <functional>
#include <string>
#include <vector>

#include "registry/own_asking.hpp"

namespace bonin::registry_detail {

/// What is to be used up, and by whom.
struct OwnUse {
  std::string hash;
  std::string subject_hash;
};

/// The id first, then the V1 flow that it ended, which belongs to its first id.
std::vector<OwnUse> uses_of(const UsedId& id, const std::string& subject);

/// Uses up everything, one after the other. `then` hears of it as of one: what belongs to somebody else outweighs.
void ask_uses(const AskingPtr& asking, std::vector<OwnUse> left, std::function<void(Standing::Use)> then,
              Standing::Use so_far = Standing::Use::unknown);

}  // namespace bonin::registry_detail
