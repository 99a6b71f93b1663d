#pragma once
// The operations of a registry whose store is an application's own. Their arguments are checked by then.

#include "registry/impl.hpp"
#include "registry/rules.hpp"

namespace bonin::registry_detail {

/// A person, the id that they verified themselves by, and who asks.
struct Whose {
  PersonKeys keys;
  UsedId id;
  std::string subject;
};

/// Why the store does not hold together, if it does not.
std::optional<Error> check_own_store(const OwnStore&);

using ImplPtr = std::shared_ptr<Registry::Impl>;

Call find_in_own_store(const ImplPtr&, const PersonKeys&, Callback<std::optional<std::string>>, const CallOptions&);
Call match_in_own_store(const ImplPtr&, const PersonKeys&, std::string account, Callback<bool>, const CallOptions&);
Call standing_in_own_store(const ImplPtr&, const Whose&, Callback<Standing>, const CallOptions&);
Call claim_in_own_store(const ImplPtr&, const PersonKeys&, std::string account, Callback<Claim>, const CallOptions&);
Call admit_in_own_store(const ImplPtr&, const Whose&, const Registry::AdmitOptions&, Callback<Admission>,
                        const CallOptions&);
Call consume_in_own_store(const ImplPtr&, const std::string& id, const std::string& subject, Callback<Standing::Use>,
                          const CallOptions&);
Call reserve_in_own_store(const ImplPtr&, const Whose&, Callback<Reserved>, const CallOptions&);
Call commit_in_own_store(const ImplPtr&, std::string id, std::string account, Callback<Claim>, const CallOptions&);
Call cancel_in_own_store(const ImplPtr&, std::string id, Callback<bool>, const CallOptions&);
Call ban_in_own_store(const ImplPtr&, OwnWho, std::optional<Moment> until, std::string reason, Callback<Done>,
                      const CallOptions&);
Call unban_in_own_store(const ImplPtr&, OwnWho, Callback<bool>, const CallOptions&);
Call release_in_own_store(const ImplPtr&, std::string account, std::chrono::milliseconds rejoin_after, Callback<bool>,
                          const CallOptions&);
Call forget_in_own_store(const ImplPtr&, std::string account, Callback<bool>, const CallOptions&);

}  // namespace bonin::registry_detail
