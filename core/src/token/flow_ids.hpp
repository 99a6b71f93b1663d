#pragma once
// Ids that sign themselves (ADR 7).

#include <chrono>
#include <optional>
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

  struct Issued {
    FlowOwner owner;
    std::string_view channel_key;  // that the flow is bound to; empty: to none
  };
  /// `random`: eight lower-case hex characters. The flow has no request yet.
  Flow issue(const Issued& to, Moment now, std::string_view random) const;

  /// `channel_key`: of PortOne's answer; null before there is one.
  Begun judge(std::string_view id, const FlowOwner& owner, Moment now, const std::string* channel_key) const;

  /// An imp_uid for its owner's browser: `imp_uid.` and a signature over the hour, the owner and it.
  std::string seal(std::string_view imp_uid, const FlowOwner& owner, Moment now) const;
  std::optional<std::string> open(std::string_view sealed, const FlowOwner& owner, Moment now) const;

 private:
  std::string signature(std::string_view head, const FlowOwner& owner, bool bound) const;
  /// The part of a bound id that stands for its channel.
  std::string channel_tag(std::string_view time_and_random, std::string_view channel_key) const;

  Api api_;
  Secret key_;
};

}  // namespace bonin
