#pragma once
// The two PortOne APIs. Every call is asynchronous; see `Callback` in result.hpp for where it ends.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bonin/call.hpp"
#include "bonin/check.hpp"
#include "bonin/clock.hpp"
#include "bonin/flow.hpp"
#include "bonin/health.hpp"
#include "bonin/otp.hpp"
#include "bonin/result.hpp"
#include "bonin/secret.hpp"
#include "bonin/verification.hpp"

namespace bonin {

struct Trust;

/// How to reach PortOne.
struct ConnectionOptions {
  std::string base_url;                                // empty: PortOne's own
  std::chrono::milliseconds timeout{10'000};           // the whole call, retries and token included
  std::chrono::milliseconds provider_timeout{60'000};  // the same of a call that waits for an identity provider (OTP)
  std::chrono::milliseconds connect_timeout{2'000};    // one connection, TLS included; the name's look-up is not
  int max_attempts = 3;                                // GETs and token calls only; 1 to 10
  int max_calls = 4'096;                               // under way at once; 1 to 100,000
  std::string ca_file;                                 // PEM bundle in place of all others
  std::string proxy;                                   // never taken from the environment
  // Plain http to a host that is not loopback, where a sandbox answers alone, and with a sandbox's credentials alone.
  bool allow_insecure_sandbox = false;
  // PEM: the certificates that the language brings. Asked for when a client is made and nothing else is found, within.
  std::function<std::string()> brought_certificates;
  // Set by the client.
  bool proxy_in_environment = false;   // for its words when nothing can be reached
  bool sandbox_alone = false;          // `base_url` is plain http to a host that is not loopback
  std::shared_ptr<const Trust> trust;  // https alone needs it
};

/// How a lookup of somebody's flow goes on after its first answer: it may ask again, right after the window closed,
/// about a result that PortOne does not have yet.
struct Settle {
  std::chrono::milliseconds time{0};  // how long after the first answer; 0: not at all
  /// Is this answer one that a moment may change? Null: PortOne knows nothing of the id. Asked on the I/O thread.
  std::function<bool(const Verification*)> is_due{};
  /// V1 with `v2`: is this one whose channel is to be asked for? A stranger's is not, so that a failure of V2 does not
  /// tell that its id exists. Null: every one's is.
  std::function<bool(const Verification&)> wants_channel{};
};

/// Kept while a call is under way: drain() waits until all are gone.
using Entry = std::shared_ptr<const void>;

/// What both APIs can do.
/// Thread-safety: every method, any thread. A forked child begins with a session of its own.
/// Lifetime: a call under way keeps what it needs; the client may be released before it ends.
class PortOne {
 public:
  virtual ~PortOne() = default;
  virtual Api api() const noexcept = 0;

  /// The clock that it was made with. A verifier that was given none follows it. Never null.
  virtual const std::shared_ptr<const Clock>& clock() const noexcept { return Clock::system(); }

  /// Looks one verification up: V1 imp_uid, V2 identity verification id. A malformed id sends nothing. `settle`: a 404,
  /// or an answer that is not finished, is asked again a few times, 250 ms to 1 s apart.
  virtual Call lookup(std::string_view id, const CallOptions& options, const Settle& settle,
                      Callback<VerificationPtr> done) const = 0;
  Call lookup(std::string_view id, const CallOptions& options, Callback<VerificationPtr> done) const {
    return lookup(id, options, {}, std::move(done));
  }

  /// A flow for a subject, under a key made of the credential. Sends nothing. Verifier::begin checks the subject.
  virtual Result<Flow> begin(std::string_view subject, const FlowOptions& options, Moment now) const = 0;

  /// Where did the flow of this verification begin, and was it for this subject? `looked_up`: PortOne has answered, so
  /// its channel is known.
  virtual Begun begun(const Verification& verification, const FlowOwner& owner, Moment now,
                      bool looked_up = true) const = 0;

  /// Was this V1 merchant_uid, or V2 id, begun here for this owner? Says nothing of the channel.
  virtual bool issued(std::string_view flow_id, const FlowOwner& owner, Moment now) const = 0;

  /// A flow without a request: for an OTP.
  virtual Flow new_flow(const FlowOwner& owner, Moment now) const = 0;

  // An OTP, step by step; Verifier adds the limits, the owner and the decision. Each step waits for the provider.
  /// Sends a code for a flow. Answers the id to confirm: V1 imp_uid, V2 identity verification id.
  virtual Call send_otp(const Flow& flow, const OtpPerson& person, const CallOptions& options,
                        Callback<std::string> done) const = 0;
  /// Sends it again. V1 cannot: ErrorKind::invalid_argument.
  virtual Call resend_otp(std::string_view id, const CallOptions& options, Callback<Done> done) const = 0;
  /// `otp`: the code, or empty for the APP method.
  virtual Call confirm_otp(std::string_view id, std::string_view otp, const CallOptions& options,
                           Callback<VerificationPtr> done) const = 0;
  /// The id for its owner's browser, which `open` gives back to that owner alone, within the hour.
  virtual std::string seal(std::string_view id, const FlowOwner& owner, Moment now) const = 0;
  virtual std::optional<std::string> open(std::string_view sealed, const FlowOwner& owner, Moment now) const = 0;

  /// How long a call may take that says nothing else.
  virtual std::chrono::milliseconds timeout() const noexcept = 0;
  /// The same of a call that waits for an identity provider.
  virtual std::chrono::milliseconds provider_timeout() const noexcept = 0;

  /// Settles every call under way with ErrorKind::closed and refuses new ones. Idempotent.
  virtual void close() const = 0;

  /// Takes no new calls: they end with ErrorKind::draining. Those under way go on, verifications with their steps at
  /// the registry included. `done` is told how many are left: 0 once all have ended, or those that still go on after
  /// `timeout`, which close() then ends. Cancelling ends the wait; nothing makes the client take calls again.
  virtual Call drain(std::chrono::milliseconds timeout, Callback<std::int64_t> done) const = 0;
  /// The place of a call that has several steps, kept until it ends; or ErrorKind::draining.
  virtual Result<Entry> enter() const = 0;

  /// Looks at what a verification needs: `calls`, `certificates`, `credentials`, `clock`. Asks PortOne for an id that
  /// nobody has. A bad state is an answer; an error says that the question was refused or cancelled.
  virtual Call check(const CallOptions& options, Callback<CheckReport> done) const = 0;

  /// For logs: class, host, never a credential.
  virtual std::string describe() const = 0;

  // How it fares in this process. A forked child begins anew, with a closed circuit.
  virtual Metrics metrics() const = 0;
  virtual Circuit circuit() const = 0;

  /// Keeps events of this level and above, at most 256, until they are taken. Off at first.
  virtual void listen(LogLevel from) const = 0;
  /// Cheap: to be asked after every call.
  virtual bool has_log_events() const = 0;
  virtual std::vector<LogEvent> take_log_events() const = 0;
  /// Adds an event, for what stands beside the client and has no log of its own.
  virtual void tell(LogEvent) const {}
};

/// What PortOneV1 and PortOneV2 share: sessions, and the ids of flows.
class PortOneClient : public PortOne {
 public:
  const std::shared_ptr<const Clock>& clock() const noexcept final;
  std::chrono::milliseconds timeout() const noexcept final;
  std::chrono::milliseconds provider_timeout() const noexcept final;
  Flow new_flow(const FlowOwner& owner, Moment now) const final;
  bool issued(std::string_view flow_id, const FlowOwner& owner, Moment now) const final;
  void close() const final;
  Call drain(std::chrono::milliseconds timeout, Callback<std::int64_t> done) const final;
  Result<Entry> enter() const final;
  Call check(const CallOptions& options, Callback<CheckReport> done) const override;
  std::string describe() const final;
  Metrics metrics() const final;
  Circuit circuit() const final;
  void listen(LogLevel from) const final;
  bool has_log_events() const final;
  std::vector<LogEvent> take_log_events() const final;
  void tell(LogEvent event) const final;

  struct Impl;

 protected:
  explicit PortOneClient(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
  const std::shared_ptr<Impl> impl_;
};

/// V1 (api.iamport.kr).
class PortOneV1 final : public PortOneClient {
 public:
  struct Options {
    Secret imp_key;
    Secret imp_secret;
    std::string tier{};                  // `Tier` header of a sub-merchant: three letters or digits; empty: none
    std::vector<std::string> attests{};  // providers that bonin does not know and that you know to check what they give
    // Reads each verification through V2 as well, for the mark that V1 lacks: LIVE or TEST, channel, merchant id.
    std::shared_ptr<const PortOne> v2{};
    ConnectionOptions connection{};
    std::shared_ptr<const Clock> clock{};  // null: the machine's
  };
  /// Checks the options; sends nothing, starts nothing.
  static Result<std::shared_ptr<PortOneV1>> create(Options options);

  /// `POST /certifications/otp/request`: asks the carrier to send a code by SMS (or to open its app).
  struct OtpRequest {
    std::string name;
    std::string phone;
    std::string birth;         // YYMMDD
    std::string gender_digit;  // seventh digit of the resident registration number
    std::string carrier;       // SKT, KT, LGU (sent as LGT)
    bool is_mvno = false;
    std::string channel_key;
    std::string company;              // optional
    std::string merchant_uid;         // optional
    std::string pg;                   // optional, deprecated by PortOne
    std::string verification_method;  // optional: SMS, APP (KCP_V2 alone)
    std::string ip_address;           // optional: the end user's
    std::string bypass;               // optional: JSON text
  };

  using PortOne::lookup;
  Api api() const noexcept override { return Api::v1; }
  /// With `v2`, its credentials as well: `credentials_v2`.
  Call check(const CallOptions& options, Callback<CheckReport> done) const override;
  Call lookup(std::string_view imp_uid, const CallOptions&, const Settle&, Callback<VerificationPtr>) const override;
  /// Answers the imp_uid. Never resent. Waits for the provider, `provider_timeout` unless the call says otherwise.
  Call request_otp(const OtpRequest&, const CallOptions&, Callback<std::string> done) const;
  /// `otp`: six digits, or empty for the APP method. Never resent.
  Call confirm_otp(std::string_view imp_uid, std::string_view otp, const CallOptions&,
                   Callback<VerificationPtr>) const override;
  Call send_otp(const Flow&, const OtpPerson&, const CallOptions&, Callback<std::string>) const override;
  Call resend_otp(std::string_view, const CallOptions&, Callback<Done>) const override;
  std::string seal(std::string_view id, const FlowOwner& owner, Moment now) const override;
  std::optional<std::string> open(std::string_view sealed, const FlowOwner& owner, Moment now) const override;
  /// `DELETE /certifications/{imp_uid}`: PortOne forgets the person. Never resent.
  Call erase(std::string_view imp_uid, const CallOptions&, Callback<Done> done) const;
  Result<Flow> begin(std::string_view subject, const FlowOptions& options, Moment now) const override;
  Begun begun(const Verification& verification, const FlowOwner& owner, Moment now, bool looked_up) const override;

  /// `create` makes them.
  PortOneV1(std::shared_ptr<Impl> impl, std::shared_ptr<const PortOne> v2)
      : PortOneClient(std::move(impl)), v2_(std::move(v2)) {}

 private:
  /// `ask` starts the call to V1. Its answer, when it is verified, is read through V2 as well.
  template <class Ask>
  Call marked(const CallOptions& options, std::chrono::milliseconds timeout,
              std::function<bool(const Verification&)> wanted, Callback<VerificationPtr> done, const Ask& ask) const;

  const std::shared_ptr<const PortOne> v2_;
};

/// V2 (api.portone.io).
class PortOneV2 final : public PortOneClient {
 public:
  /// How calls are authorised.
  enum class Auth : std::uint8_t {
    secret,   // `PortOne <API secret>`: no token at all; right for several machines
    login,    // `POST /login/api-secret`, then `/token/refresh`
    api_key,  // `POST /login/api-key`: the early V2 of old documents
  };
  struct Options {
    Secret api_secret{};                 // Auth::secret, Auth::login
    Secret api_key{};                    // Auth::api_key
    std::optional<Auth> auth{};          // none: as the credential says, which must then be one alone
    std::string store_id{};              // optional for lookups; `begin` needs it, for the page's script does
    std::vector<std::string> attests{};  // as of V1
    ConnectionOptions connection{};
    std::shared_ptr<const Clock> clock{};  // null: the machine's
  };
  static Result<std::shared_ptr<PortOneV2>> create(Options options);

  /// Body of `POST /identity-verifications/{id}/send`.
  struct SendRequest {
    std::string channel_key;
    std::string carrier;  // SKT, KT, LGU, SKT_MVNO, ...
    std::string method;   // SMS, APP
    std::string name;
    std::string phone_number;
    std::string ip_address;
    std::string identity_number;  // optional: first seven digits of the resident registration number
    std::string customer_id;      // optional
    std::string custom_data;      // optional
    std::string bypass;           // optional: JSON text
  };

  /// Which verifications `list` gives. Empty fields restrict nothing. The client's store id is sent as a filter; with
  /// the secret of a merchant and no store id the list is of all its stores.
  struct ListQuery {
    std::optional<Moment> from;             // inclusive; none: 90 days before `until`
    std::optional<Moment> until;            // exclusive; none: now
    std::string time_range_field;           // REQUESTED_AT, VERIFIED_AT, FAILED_AT, STATUS_UPDATED_AT
    std::vector<std::string> statuses;      // READY, VERIFIED, FAILED
    std::vector<std::string> pg_providers;  // DANAL, ...
    std::vector<std::string> pg_companies;  // DANAL, ...
    std::vector<std::string> carriers;      // SKT, ...
    std::optional<bool> is_test;
    std::string identity_verification_id;
    std::string identity_verification_tx_id;
    std::string pg_tx_id;
    std::string pg_merchant_id;
    std::string version;  // V1, V2
    std::string customer_name;
    std::string customer_phone_number;
    std::string customer_birth_year;   // YYYY
    std::string customer_birth_month;  // MM
    std::string customer_birth_day;    // DD
    std::string customer_gender;       // MALE, FEMALE, OTHER
    std::string sort_by;               // as time_range_field
    std::string sort_order;            // ASC, DESC
    int page = 0;                      // from 0
    int page_size = 100;               // 1 to 1000
  };
  struct Page {
    std::vector<VerificationPtr> items;
    int number = 0;
    int size = 0;
    int total_count = 0;
  };

  using PortOne::lookup;
  Api api() const noexcept override { return Api::v2; }
  Call lookup(std::string_view id, const CallOptions&, const Settle&, Callback<VerificationPtr>) const override;
  Call list(const ListQuery&, const CallOptions&, Callback<Page>) const;
  // The next three wait for the provider, `provider_timeout` unless the call says otherwise. Each carries an
  // idempotency key, so that it can be resent as a lookup is, and takes effect once. `outcome_unknown` means that
  // nothing answered to the end: look the id up.
  Call send(std::string_view id, const SendRequest&, const CallOptions&, Callback<Done>) const;
  Call resend(std::string_view id, const CallOptions&, Callback<Done>) const;
  /// `otp`: empty for the APP method.
  Call confirm(std::string_view id, std::string_view otp, const CallOptions&, Callback<VerificationPtr>) const;
  Call send_otp(const Flow&, const OtpPerson&, const CallOptions&, Callback<std::string>) const override;
  Call resend_otp(std::string_view id, const CallOptions&, Callback<Done>) const override;
  Call confirm_otp(std::string_view id, std::string_view otp, const CallOptions&,
                   Callback<VerificationPtr>) const override;
  std::string seal(std::string_view id, const FlowOwner& owner, Moment now) const override;
  std::optional<std::string> open(std::string_view sealed, const FlowOwner& owner, Moment now) const override;
  Result<Flow> begin(std::string_view subject, const FlowOptions& options, Moment now) const override;
  Begun begun(const Verification& verification, const FlowOwner& owner, Moment now, bool looked_up) const override;

  /// `create` makes them.
  PortOneV2(std::shared_ptr<Impl> impl, std::string store_id)
      : PortOneClient(std::move(impl)), store_id_(std::move(store_id)) {}

 private:
  /// Below `/identity-verifications/`; with `?storeId=` where a store is named.
  std::string path(std::string_view id, std::string_view step = {}) const;
  std::string path_with_store(std::string_view id, std::string_view step = {}) const;

  const std::string store_id_;
};

/// Is this an id that may be asked for? V1: `imp_` or `imps_` and digits. V2: anything that prints, but for `.` and
/// `..`. 1 to 200 characters. A V1 record may be read through V2, so an imp_uid is a V2 id as well.
Result<Done> check_id(Api api, std::string_view id);

/// A fresh identity verification id: 32 lower-case hex characters, which every provider takes.
std::string new_id();

}  // namespace bonin
