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
#include "bonin/clock.hpp"
#include "bonin/flow.hpp"
#include "bonin/health.hpp"
#include "bonin/result.hpp"
#include "bonin/secret.hpp"
#include "bonin/verification.hpp"

namespace bonin {

struct Trust;

/// How to reach PortOne.
struct ConnectionOptions {
  std::string base_url;                              // empty: PortOne's own
  std::chrono::milliseconds timeout{10'000};         // the whole call, retries and token included
  std::chrono::milliseconds connect_timeout{2'000};  // one connection, TLS included; the name's look-up is not
  int max_attempts = 3;                              // GETs and token calls only; 1 to 10
  int max_calls = 4'096;                             // under way at once; 1 to 100,000
  std::string ca_file;                               // PEM bundle in place of all others
  std::string proxy;                                 // never taken from the environment
  // PEM: the certificates that the language brings. Asked for when a client is made and nothing else is found, within.
  std::function<std::string()> brought_certificates;
  // Set by the client.
  bool proxy_in_environment = false;   // for its words when nothing can be reached
  std::shared_ptr<const Trust> trust;  // https alone needs it
};

/// What both APIs can do.
/// Thread-safety: every method, any thread. A forked child begins with a session of its own.
/// Lifetime: a call under way keeps what it needs; the client may be released before it ends.
class PortOne {
 public:
  virtual ~PortOne() = default;
  virtual Api api() const noexcept = 0;

  /// Looks one verification up: V1 imp_uid, V2 identity verification id. A malformed id sends nothing.
  virtual Call lookup(std::string_view id, const CallOptions& options, Callback<VerificationPtr> done) const = 0;

  /// A flow for a subject, under a key made of the credential. Sends nothing. Verifier::begin checks the subject.
  virtual Flow begin(std::string_view subject, const FlowOptions& options, Moment now) const = 0;

  /// Where did the flow of this verification begin, and was it for this subject?
  virtual Begun begun(const Verification& verification, std::string_view subject, Moment now) const = 0;

  /// How long a call may take that says nothing else.
  virtual std::chrono::milliseconds timeout() const noexcept = 0;

  /// Settles every call under way with ErrorKind::closed and refuses new ones. Idempotent.
  virtual void close() const = 0;

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
};

/// What PortOneV1 and PortOneV2 share: sessions, and the ids of flows.
class PortOneClient : public PortOne {
 public:
  std::chrono::milliseconds timeout() const noexcept final;
  void close() const final;
  std::string describe() const final;
  Metrics metrics() const final;
  Circuit circuit() const final;
  void listen(LogLevel from) const final;
  bool has_log_events() const final;
  std::vector<LogEvent> take_log_events() const final;

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
    std::string tier;  // `Tier` header of a sub-merchant: three letters or digits; empty: none
    ConnectionOptions connection;
    std::shared_ptr<const Clock> clock;  // null: the machine's
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
    std::string verification_method;  // optional: SMS, APP
    std::string bypass;               // optional: JSON text
  };

  Api api() const noexcept override { return Api::v1; }
  Call lookup(std::string_view imp_uid, const CallOptions&, Callback<VerificationPtr>) const override;
  /// Answers the imp_uid. Never resent.
  Call request_otp(const OtpRequest&, const CallOptions&, Callback<std::string> done) const;
  /// `otp`: six digits, or empty for the APP method. Never resent.
  Call confirm_otp(std::string_view imp_uid, std::string_view otp, const CallOptions&, Callback<VerificationPtr>) const;
  /// `DELETE /certifications/{imp_uid}`: PortOne forgets the person. Never resent.
  Call erase(std::string_view imp_uid, const CallOptions&, Callback<Done> done) const;
  Flow begin(std::string_view subject, const FlowOptions& options, Moment now) const override;
  Begun begun(const Verification& verification, std::string_view subject, Moment now) const override;

  /// `create` makes them.
  explicit PortOneV1(std::shared_ptr<Impl> impl) : PortOneClient(std::move(impl)) {}
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
    Secret api_secret;         // Auth::secret, Auth::login
    Secret api_key;            // Auth::api_key
    std::optional<Auth> auth;  // none: as the credential says, which must then be one alone
    std::string store_id;      // optional
    ConnectionOptions connection;
    std::shared_ptr<const Clock> clock;  // null: the machine's
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

  /// Which verifications `list` gives. Empty fields restrict nothing.
  struct ListQuery {
    std::optional<Moment> from;             // inclusive
    std::optional<Moment> until;            // exclusive
    std::string time_range_field;           // REQUESTED_AT, VERIFIED_AT, FAILED_AT, STATUS_UPDATED_AT
    std::vector<std::string> statuses;      // READY, VERIFIED, FAILED
    std::vector<std::string> pg_providers;  // DANAL, ...
    std::vector<std::string> carriers;      // SKT, ...
    std::optional<bool> is_test;
    std::string identity_verification_id;
    std::string pg_tx_id;
    std::string pg_merchant_id;
    std::string version;  // V1, V2
    std::string customer_name;
    std::string customer_phone_number;
    std::string sort_by;     // as time_range_field
    std::string sort_order;  // ASC, DESC
    int page = 0;            // from 0
    int page_size = 100;     // 1 to 1000
  };
  struct Page {
    std::vector<VerificationPtr> items;
    int number = 0;
    int size = 0;
    int total_count = 0;
  };

  Api api() const noexcept override { return Api::v2; }
  Call lookup(std::string_view id, const CallOptions&, Callback<VerificationPtr>) const override;
  Call list(const ListQuery&, const CallOptions&, Callback<Page>) const;
  /// Never resent. An `outcome_unknown` error means: look the id up.
  Call send(std::string_view id, const SendRequest&, const CallOptions&, Callback<Done>) const;
  Call resend(std::string_view id, const CallOptions&, Callback<Done>) const;
  /// `otp`: empty for the APP method.
  Call confirm(std::string_view id, std::string_view otp, const CallOptions&, Callback<VerificationPtr>) const;
  Flow begin(std::string_view subject, const FlowOptions& options, Moment now) const override;
  Begun begun(const Verification& verification, std::string_view subject, Moment now) const override;

  /// `create` makes them.
  PortOneV2(std::shared_ptr<Impl> impl, std::string store_id)
      : PortOneClient(std::move(impl)), store_id_(std::move(store_id)) {}

 private:
  /// Below `/identity-verifications/`; with `?storeId=` where a store is named.
  std::string path(std::string_view id, std::string_view step = {}) const;
  std::string path_with_store(std::string_view id, std::string_view step = {}) const;

  const std::string store_id_;
};

/// Is this an id that may be asked for? V1: `imp_` and digits. V2: letters, digits, `-`, `_`. 1 to 200 characters.
/// A V1 record may be read through V2, so an imp_uid is a V2 id as well.
Result<Done> check_id(Api api, std::string_view id);

/// A fresh identity verification id: 32 lower-case hex characters, which every provider takes.
std::string new_id();

}  // namespace bonin
