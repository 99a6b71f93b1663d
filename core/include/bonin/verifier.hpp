#pragma once
// The main job: an id in, a decision out.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bonin/clock.hpp"
#include "bonin/flow.hpp"
#include "bonin/policy.hpp"
#include "bonin/portone.hpp"
#include "bonin/registry.hpp"

namespace bonin {

/// Looks an id up and judges it.
/// Thread-safety: immutable; every method, any thread.
/// Lifetime: copies share client, policy and registry; a call under way keeps them.
class Verifier {
 public:
  struct Options {
    std::shared_ptr<const PortOne> portone;  // required
    Policy policy;                           // required
    std::optional<Registry> registry{};      // required by a policy that asks about accounts, bans or single use
    std::shared_ptr<const Clock> clock{};    // null: the machine's; judges freshness and age
  };
  struct VerifyOptions {
    Expect expect{};
    std::string subject{};  // who asks: a session or user id of the application; required with such a policy
    bool begun = false;     // only a flow that `begin` started for the subject, within the hour
    std::optional<std::chrono::milliseconds> timeout{};
  };

  /// Refuses a policy that needs a registry when there is none, and one with rules that the registry's own store cannot
  /// answer.
  static Result<Verifier> create(Options options);

  /// Ends with a Decision, allowed or not, or with an Error when nothing could be decided. With a registry the id is
  /// used up and a place is reserved in the same step, and only for a person who passes. `account: new` passes with a
  /// reservation alone.
  /// With `begun`, a V2 id that was not begun here is denied by its signature: PortOne and the registry are not
  /// asked, and the decision's verification says nothing but the id. So it is with a V1 id that PortOne does not know.
  Call verify(std::string_view id, const VerifyOptions& options, Callback<Decision> done) const;

  /// Starts an identity verification that is to happen in a browser. `subject`: who asks, 1 to 1,000 bytes. Sends
  /// nothing and stores nothing: the id signs itself under a key made of the credential, so every machine that has the
  /// same one knows it again.
  Result<Flow> begin(std::string_view subject, const FlowOptions& options = {}) const;

  /// The policy's warnings, and what it asks that the registry's keys cannot tell; in English; empty if there is
  /// nothing to say.
  const std::vector<std::string>& warnings() const noexcept;

  const std::shared_ptr<const PortOne>& portone() const noexcept;
  const Policy& policy() const noexcept;
  const std::optional<Registry>& registry() const noexcept;

 private:
  struct Impl;
  explicit Verifier(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

}  // namespace bonin
