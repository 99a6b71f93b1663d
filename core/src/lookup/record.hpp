#pragma once
// PortOne's answers as Verifications.

#include <string>
#include <string_view>

#include "bonin/portone.hpp"

namespace bonin {

/// A V1 answer `{code, message, response: {imp_uid, ...}}` about `imp_uid`.
Result<VerificationPtr> read_v1(std::string body, std::string_view imp_uid);

/// The imp_uid that V1's `otp/request` answers.
Result<std::string> read_v1_imp_uid(std::string body);

/// A V1 answer whose `response` does not matter.
Result<Done> read_v1_done(std::string body);

/// A V2 answer about `id`: bare, as GET gives it.
Result<VerificationPtr> read_v2(std::string body, std::string_view id);

/// A V2 answer about `id`: inside `identityVerification`, as confirm gives it.
Result<VerificationPtr> read_v2_confirmed(std::string body, std::string_view id);

/// A V2 answer that says no more than that it is one: a JSON object.
Result<Done> read_v2_done(std::string body);

/// A V2 page `{items, page: {number, size, totalCount}}`.
Result<PortOneV2::Page> read_v2_page(std::string body);

}  // namespace bonin
