#include "bonin/error.hpp"

#include <utility>

#include "model/table.hpp"

namespace bonin {
namespace {

using K = ErrorKind;
constexpr std::string_view root = "BoninError";
constexpr std::string_view argument = "InvalidArgument";

constexpr std::array<ErrorKindInfo, error_kind_count> table{{
    {K::invalid_argument, "invalid_argument", "InvalidArgument", root, false, ""},
    {K::invalid_id, "invalid_id", "InvalidId", argument, false,
     "pass the id the browser received: `imp_` and digits in V1, at most 200 characters in V2"},
    {K::insecure_url, "insecure_url", "InsecureUrl", argument, false,
     "use an https URL; http is accepted for loopback hosts only"},
    {K::missing_credentials, "missing_credentials", "MissingCredentials", argument, false,
     "pass the credentials shown in PortOne's console"},
    {K::invalid_timeout, "invalid_timeout", "InvalidTimeout", argument, false,
     "pass a number of milliseconds from 1 to 600000"},
    {K::invalid_policy, "invalid_policy", "InvalidPolicy", argument, false, ""},
    {K::closed, "closed", "Closed", root, false, "make a new one"},
    {K::draining, "draining", "Draining", root, false, "send the request to another instance, or make a new client"},
    {K::connection_failed, "connection_failed", "ConnectionFailed", root, true,
     "check the network and the base URL, then try again"},
    {K::timed_out, "timed_out", "TimedOut", root, true, "try again, or allow more time"},
    {K::tls_failed, "tls_failed", "TlsFailed", root, false,
     "check the host name and the certificates this machine trusts"},
    {K::redirect_refused, "redirect_refused", "RedirectRefused", root, false, "check the base URL"},
    {K::cancelled, "cancelled", "Cancelled", root, false, ""},
    {K::overloaded, "overloaded", "Overloaded", root, true,
     "try again in a moment, or allow more calls at once with `max_calls`"},
    {K::outcome_unknown, "outcome_unknown", "OutcomeUnknown", root, false,
     "it may have taken effect: look the id up before sending it again"},
    {K::unauthorized, "unauthorized", "Unauthorized", root, false, "check the credentials"},
    {K::forbidden, "forbidden", "Forbidden", root, false, "check the store id and what the credentials may do"},
    {K::not_found, "not_found", "NotFound", root, false,
     "check the id; of a verification also the API version and the store id"},
    {K::conflict, "conflict", "Conflict", root, false, ""},
    {K::rejected, "rejected", "Rejected", root, false, "correct the request"},
    {K::provider_failed, "provider_failed", "ProviderFailed", root, false,
     "the identity provider refused: see `pg_code` and `pg_message`"},
    {K::throttled, "throttled", "Throttled", root, true, "try again later"},
    {K::unavailable, "unavailable", "Unavailable", root, true, "try again later"},
    {K::unreadable_answer, "unreadable_answer", "UnreadableAnswer", root, false,
     "check the base URL and anything between this machine and PortOne"},
    {K::mismatched_answer, "mismatched_answer", "MismatchedAnswer", root, false,
     "do not trust it: check the base URL and anything between this machine and PortOne"},
    {K::invalid_pepper, "invalid_pepper", "InvalidPepper", argument, false, ""},
    {K::store_busy, "store_busy", "StoreBusy", root, true, "try again"},
    {K::store_full, "store_full", "StoreFull", root, false, "make room for the store"},
    {K::store_read_only, "store_read_only", "StoreReadOnly", root, false, "make the store writable"},
    {K::store_corrupt, "store_corrupt", "StoreCorrupt", root, false, "restore the store from a backup"},
    {K::store_unavailable, "store_unavailable", "StoreUnavailable", root, true,
     "see that the store runs and can be reached"},
    {K::store_failed, "store_failed", "StoreFailed", root, false,
     "look into the store, or into the function that failed"},
    {K::claim_refused, "claim_refused", "ClaimRefused", root, false,
     "undo what was done for the account, and tell the person by the reason"},
    {K::denied, "denied", "Denied", root, false, "see the findings of the decision"},
    {K::internal, "internal", "InternalError", root, false, "please report this as a bug of bonin"},
}};

static_assert(in_order(table, &ErrorKindInfo::kind), "the table is indexed by kind");

}  // namespace

std::optional<ErrorKind> error_kind(std::string_view name) noexcept { return named(table, &ErrorKindInfo::kind, name); }

const ErrorKindInfo& info(ErrorKind kind) noexcept { return table[static_cast<std::size_t>(kind)]; }

std::string Error::what() const {
  // In a document the place comes first, because the message does not say which rule it is about.
  std::string text = parameter.starts_with('/') ? "at `" + parameter + "`: " + message : message;
  std::string facts;
  const auto add = [&facts](std::string_view fact) {
    if (!facts.empty()) facts += ", ";
    facts += fact;
  };
  if (!request.empty()) add(request);
  if (http_status != 0) add("HTTP " + std::to_string(http_status));
  if (!portone_code.empty()) add("code " + portone_code);
  if (!pg_code.empty()) add("pg code " + pg_code);
  if (attempts > 1) add(std::to_string(attempts) + " attempts");
  if (!cause.empty() && cause != message) add("before that: " + cause);
  if (!facts.empty()) text += " (" + facts + ")";
  const auto hint = info(kind).hint;
  if (!hint.empty()) {
    text += "; ";
    text += hint;
  }
  return text;
}

Error make_error(ErrorKind kind, std::string message, std::string_view parameter) {
  Error error;
  error.kind = kind;
  error.message = std::move(message);
  error.parameter = parameter;
  return error;
}

}  // namespace bonin
