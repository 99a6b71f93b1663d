#pragma once
// What a client can tell of itself: see bonin/check.hpp.

#include "bonin/check.hpp"
#include "bonin/portone.hpp"
#include "lookup/client.hpp"

namespace bonin {

/// An id that no verification has: PortOne's answer to it tells whether the credentials are good, and of nobody.
std::string_view probe_id(Api api) noexcept;

Check check_calls(const PortOneClient::Impl& client);
Check check_certificates(const ConnectionOptions& connection);
/// `answer`: to a lookup of the probe's id.
Check check_credentials(Api api, const Result<VerificationPtr>& answer, std::chrono::milliseconds took);
/// `skew`: PortOne's clock minus this machine's; nothing: PortOne has not answered yet.
Check check_clock(std::optional<std::chrono::milliseconds> skew);

}  // namespace bonin
