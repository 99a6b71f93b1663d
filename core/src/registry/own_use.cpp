#include "registry/own_use.hpp"

#include <algorithm>

namespace bonin::registry_detail {

std::vector<OwnUse> uses_of(const UsedId& id, const std::string& subject) {
  const auto hash = use_hashes(id).front();
  std::vector<OwnUse> uses{{hash, used_by(hash, subject)}};
  if (!id.flow.empty()) {
    const auto flow = flow_hash(id.flow);
    uses.push_back({flow, used_by(flow, id.id)});
  }
  return uses;
}

void ask_uses(const AskingPtr& asking, std::vector<OwnUse> left, std::function<void(Standing::Use)> then,
              Standing::Use so_far) {
  if (left.empty()) return then(so_far);
  auto next = std::move(left.front());
  left.erase(left.begin());
  const auto heard = [asking, left, then, so_far](Standing::Use told) {
    if (told == Standing::Use::unknown) {
      return asking->fail(make_error(ErrorKind::store_failed, "`consume` of the application's own store did not say"));
    }
    // `first` of all is first; the same subject's of one is the same subject's; another's of one ends it.
    const auto both = std::max(so_far, told);
    if (both == Standing::Use::other_subject) return then(both);
    ask_uses(asking, left, then, both);
  };
  asking->ask<Standing::Use>(asking->own.consume, heard, std::move(next.hash), std::move(next.subject_hash));
}

Call consume_in_own_store(const ImplPtr& impl, const std::string& id, const std::string& subject,
                          Callback<Standing::Use> done, const CallOptions& call) {
  const auto asking = begin_asking<Standing::Use>(impl, RegistryOperation::consume, call, std::move(done));
  // An id of no API is used up in both.
  std::vector<OwnUse> uses;
  for (const auto& hash : {use_hash(Api::v1, id), use_hash(Api::v2, id)})
    uses.push_back({hash, used_by(hash, subject)});
  ask_uses(asking, std::move(uses), [asking](Standing::Use use) { asking->give(use); });
  return asking->call();
}

}  // namespace bonin::registry_detail
