#pragma once
// Ids that sign themselves (ADR 7).

#include <chrono>
#include <string>
#include <string_view>

#include "bonin/flow.hpp"
#include "bonin/secret.hpp"

namespace bonin {

/// Issues the ids of flows and knows them again, here and wherever the same credential is. Keeps a key made of the
/// credential, not the credential. Immutable, thread-safe, good on both sides of a fork.
class FlowIds {
 public:
  static constexpr std::chrono::seconds life{3600};
  static constexpr std::chrono::seconds tolerated_future{60};  // the clocks of two machines differ

  FlowIds(Api api, const Secret& credential);

  /// `random`: eight lower-case hex characters. The flow has no request yet.
  Flow issue(std::string_view subject, Moment now, std::string_view random) const;

  Begun judge(std::string_view id, std::string_view subject, Moment now) const;

 private:
  std::string signature(std::string_view time_and_random, std::string_view subject) const;

  Api api_;
  Secret key_;
};

}  // namespace bonin
