#pragma once
// The main job: an id in, a decision out.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bonin/check.hpp"
#include "bonin/clock.hpp"
#include "bonin/flow.hpp"
#include "bonin/otp.hpp"
#include "bonin/policy.hpp"
#include "bonin/portone.hpp"
#include "bonin/registry.hpp"
#include "bonin/verifier_metrics.hpp"

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
    std::shared_ptr<const Clock> clock{};    // null: the client's; judges freshness and age
    OtpLimits otp_limits{};
    /// A file that gets the record() of each decision as a line, before the decision is answered. It is made by the
    /// first decision, and again after it was moved. A line that cannot be written is no reason to answer otherwise or
    /// later than by a second: it waits, and then it is lost and counted. Empty: none.
    std::string records{};
  };
  struct VerifyOptions {
    Expect expect{};
    std::string subject{};  // who asks: a session or user id of the application; required with such a policy
    bool begun = false;     // only a flow that `begin` started for the subject, within the hour
    // With `begun`: how long a 404, or a verification that is not finished, is asked again before it counts, for
    // PortOne may not have the result yet at the moment the window closes. Within the call's time.
    std::chrono::milliseconds settle{0};
    // V1: the merchant_uid that the browser brought with the imp_uid. It proves nothing; but an imp_uid that PortOne
    // does not know yet is asked again only where this was begun here.
    std::string flow_id{};
    std::string guardian{};  // the id of the guardian's verification, for the rule `guardian`
    std::optional<std::chrono::milliseconds> timeout{};
    std::uint64_t caller = 0;  // as CallOptions has it
  };

  /// Refuses a policy that needs a registry when there is none, one with rules that the registry's own store cannot
  /// answer, and a registry that follows another clock.
  static Result<Verifier> create(Options options);

  /// Ends with a Decision, allowed or not, or with an Error when nothing could be decided. With a registry the id is
  /// used up and a place is reserved in the same step, and only for a person who passes. `account: new` passes with a
  /// reservation alone.
  /// With `begun`, a V2 id that was not begun here is denied by its signature: PortOne and the registry are not
  /// asked, and the decision's verification says nothing but the id. So it is with a V1 id that PortOne does not know.
  /// A guardian's verification must be begun with `guardian_of` this id; one that was not is no guardian's.
  Call verify(std::string_view id, const VerifyOptions& options, Callback<Decision> done) const;

  /// Starts an identity verification that is to happen in a browser. `subject`: who asks, 1 to 1,000 bytes. Sends
  /// nothing and stores nothing: the id signs itself under a key made of the credential, so every machine that has the
  /// same one knows it again.
  Result<Flow> begin(std::string_view subject, const FlowOptions& options = {}) const;

  /// Sends a code to a person, without a browser's script. `subject`: who asks. ErrorKind::throttled, without a
  /// `http_status`, when the subject, the phone number or the address has asked too often (docs/otp.md).
  Call send_otp(std::string_view subject, const OtpPerson& person, Callback<OtpSent> done,
                const CallOptions& options = {}) const;
  /// Sends the code again (V2). `id`: of OtpSent. ErrorKind::not_found for an id that was not sent for this subject.
  Call resend_otp(std::string_view subject, std::string_view id, Callback<Done> done,
                  const CallOptions& options = {}) const;
  /// Finishes it with the code, or with an empty one for the APP method, and judges as `verify` does with `begun`.
  /// ErrorKind::provider_failed when the provider refuses, as it does for a wrong code; throttled after too many tries.
  Call confirm_otp(std::string_view id, std::string_view otp, const VerifyOptions& options,
                   Callback<Decision> done) const;

  /// Looks at what a verification needs, all at once: what the client checks, and `store` where there is a registry.
  /// For boot and readiness. A bad state is an answer; an error says that the question was refused or cancelled.
  Call check(Callback<CheckReport> done, const CallOptions& options = {}) const;

  /// Takes no new verifications and codes: they end with ErrorKind::draining. `done` as of PortOne::drain. The client
  /// goes on for others, and so does `begin`, which has nothing to finish.
  Call drain(std::chrono::milliseconds timeout, Callback<std::int64_t> done) const;

  /// What it has concluded in this process.
  VerifierMetrics metrics() const;
  /// Counts a record that the application takes itself; `taken`: it did.
  void count_record(bool taken) const;

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
