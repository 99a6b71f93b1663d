#pragma once
// A refusal of PortOne as an Error.

#include "bonin/error.hpp"
#include "transport/transport.hpp"

namespace bonin {

/// What a V1 answer other than 2xx means. V1's body is `{code, message, response: null}`.
Error v1_refusal(const Response& response);

/// What a V2 answer other than 2xx means. V2's body is `{type, message?, pgCode?, pgMessage?}`.
Error v2_refusal(const Response& response);

/// A V1 answer of status 200 whose `code` is not 0.
Error v1_failure(std::int64_t code, std::string_view message);

}  // namespace bonin
