#pragma once
// What went wrong, in one shape for the three languages.
//
// A denial is not an error: a Decision says "no" (decision.hpp). An Error says that the question could not be answered.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace bonin {

/// Every way a call can end without an answer. Each kind has one Python and one JavaScript class of the name that
/// `error_class()` gives; the table itself is `error_kinds()`, and tests/vectors/errors.json holds it in place.
enum class ErrorKind : std::uint8_t {
  // The caller's mistakes: nothing was sent.
  invalid_argument,     // a parameter has the wrong shape
  invalid_id,           // not an imp_uid / identity verification id
  insecure_url,         // http to a host that is not loopback, or no URL at all
  missing_credentials,  // an empty key or secret
  invalid_timeout,      // negative, zero or absurd
  invalid_policy,       // a policy document that cannot be understood; `parameter` is a JSON pointer
  closed,               // the client was closed, or the process is ending
  draining,             // the client finishes what is under way and takes nothing new

  // The way to PortOne.
  connection_failed,  // DNS, refused, reset: nothing is known to have arrived
  timed_out,          // the deadline of the call passed
  tls_failed,         // certificate or host name; never retried
  redirect_refused,   // PortOne's API never redirects
  cancelled,          // by the caller
  overloaded,         // the client has as many calls under way as it may
  outcome_unknown,    // a request that may have taken effect was cut off: look the id up

  // PortOne's answers.
  unauthorized,       // 401 after one renewal of the token
  forbidden,          // 403
  not_found,          // no such verification, channel, ...
  conflict,           // already sent, already verified
  rejected,           // any other refusal of the request as it was
  provider_failed,    // 502 PG_PROVIDER: the identity provider's own refusal; never retried
  throttled,          // 429
  unavailable,        // 5xx, or the circuit is open
  unreadable_answer,  // not the JSON that was promised
  mismatched_answer,  // the answer is about another id

  // The registry.
  invalid_pepper,  // the key of the registry is missing or too short
  store_busy,      // locked for longer than the time limit
  store_full,      // no space left
  store_read_only,
  store_corrupt,
  store_unavailable,  // cannot be opened or reached
  store_failed,       // any other failure of the store
  claim_refused,      // a claim or a commit that granted nothing; see `outcome`, `reason` and `until_ms`

  denied,    // only ever raised by `require`
  internal,  // a bug in bonin
};

/// One row of the table of kinds.
struct ErrorKindInfo {
  ErrorKind kind;
  std::string_view name;        // "not_found"
  std::string_view class_name;  // "NotFound"; its base class is BoninError, or `base`
  std::string_view base;        // "BoninError" or "InvalidArgument"
  bool retryable;               // the same call may well succeed a little later
  std::string_view hint;        // what to do next, one clause
};

/// Options and fields that the texts of errors speak of, beside the parameter that an error is about. A binding spells
/// them as its language does.
inline constexpr std::array<std::string_view, 12> names_in_texts{"allow_insecure_sandbox",
                                                                 "allow_remote",
                                                                 "api_key",
                                                                 "api_secret",
                                                                 "ca_file",
                                                                 "imp_key",
                                                                 "imp_secret",
                                                                 "max_calls",
                                                                 "own_store",
                                                                 "pg_code",
                                                                 "pg_message",
                                                                 "store_id"};

/// The row of a kind. Constant time.
const ErrorKindInfo& info(ErrorKind kind) noexcept;

/// The kind of a name, nullopt when there is none of that name.
std::optional<ErrorKind> error_kind(std::string_view name) noexcept;

/// Number of kinds; `info(static_cast<ErrorKind>(i))` is valid for 0 <= i < error_kind_count.
inline constexpr std::size_t error_kind_count = static_cast<std::size_t>(ErrorKind::internal) + 1;

/// An error. It holds no personal data and no secret, except `portone_message` and `pg_message`: these are PortOne's
/// own words and are in no printed text.
struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string message;    // lower case, no final period, never a value that could be personal
  std::string parameter;  // the parameter or JSON pointer at fault, else empty

  int http_status = 0;                         // of the last answer, 0 if there was none
  std::string portone_code;                    // V1 `code`, V2 `type`, else empty
  std::string portone_message;                 // V1/V2 `message`, else empty
  std::string pg_code;                         // V2 `pgCode`, else empty
  std::string pg_message;                      // V2 `pgMessage`, else empty
  int attempts = 0;                            // requests sent for this call, without token requests
  std::string request;                         // "GET /certifications/{imp_uid}": never an id, a query or a secret
  std::string cause;                           // what ended the attempt before the last, when several were made
  std::optional<std::int64_t> retry_after_ms;  // what the server asked for, or the circuit's pause
  // What a function of the application's own store threw, for the language that caught it; in no text.
  std::shared_ptr<const void> thrown;
  bool of_this_machine = false;  // it lacks descriptors, memory or certificates: nothing about PortOne

  // Of claim_refused alone, as Claim has them (registry.hpp).
  std::string outcome;                   // "taken" or "refused"
  std::string reason;                    // "other_account", "banned", ...
  std::optional<std::int64_t> until_ms;  // when it ends, if it does; milliseconds since 1970

  std::string_view name() const noexcept { return info(kind).name; }
  bool retryable() const noexcept { return info(kind).retryable; }

  /// The one text that is printed: message, request, status, code and what to do next.
  std::string what() const;
};

/// The one way to make an error. Further facts are set on what it answers.
Error make_error(ErrorKind kind, std::string message, std::string_view parameter = {});

}  // namespace bonin
