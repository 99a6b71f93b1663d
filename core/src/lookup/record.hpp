#pragma once
// PortOne's answers as Verifications.

#include <string>
#include <string_view>

#include "bonin/portone.hpp"
#include "model/provider.hpp"

namespace bonin {

/// A V1 answer `{code, message, response: {imp_uid, ...}}` about `imp_uid`. `attests`: providers that the operator
/// vouches for, as for all that follow.
Result<VerificationPtr> read_v1(std::string body, std::string_view imp_uid, const Attests& attests);

/// The same as the answer to `otp/confirm`, where a code other than 0 is a refusal of the step.
Result<VerificationPtr> read_v1_confirmed(std::string body, std::string_view imp_uid, const Attests& attests);

/// The imp_uid that V1's `otp/request` answers.
Result<std::string> read_v1_imp_uid(std::string body);

/// A V1 answer to an erasure, whose `response` does not matter.
Result<Done> read_v1_done(std::string body);

/// A V2 answer about `id`: bare, as GET gives it.
Result<VerificationPtr> read_v2(std::string body, std::string_view id, const Attests& attests);

/// A V2 answer about `id`: inside `identityVerification`, as confirm gives it.
Result<VerificationPtr> read_v2_confirmed(std::string body, std::string_view id, const Attests& attests);

/// A V2 answer that says no more than that it is one: a JSON object.
Result<Done> read_v2_done(std::string body);

/// A V2 page `{items, page: {number, size, totalCount}}`.
Result<PortOneV2::Page> read_v2_page(std::string body, const Attests& attests);

}  // namespace bonin
