#pragma once
// A refusal of PortOne as an Error.

#include "bonin/error.hpp"
#include "transport/transport.hpp"

namespace bonin {

/// What a V1 answer other than 2xx means. V1's body is `{code, message, response: null}`. `{code: -1, response: null}`
/// means that there is no such verification, under whatever status it comes.
Error v1_refusal(const Response& response);

/// The same for a step of an OTP, where a 5xx with V1's body is the identity provider's own refusal.
Error v1_otp_refusal(const Response& response);

/// What a V2 answer other than 2xx means. V2's body is `{type, message?, pgCode?, pgMessage?}`.
Error v2_refusal(const Response& response);

/// The `type` of a 409 that says: the first request with this idempotency key is still under way.
inline constexpr std::string_view idempotency_outstanding = "IDEMPOTENCY_OUTSTANDING_REQUEST";

/// A V1 answer of status 200 whose `code` is not 0. `nothing`: it answers nothing about an id.
Error v1_failure(std::int64_t code, std::string_view message, bool nothing);

}  // namespace bonin
