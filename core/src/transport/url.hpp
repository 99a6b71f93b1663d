#pragma once
// Checking and building URLs.

#include <string>
#include <string_view>

#include "bonin/result.hpp"

namespace bonin {

/// A base URL without its final slash: https, or http to a loopback host; no user, query or fragment.
/// ErrorKind::insecure_url or invalid_argument, naming `base_url`.
Result<std::string> check_base_url(std::string_view url);

/// The host of a checked URL, for logs.
std::string host_of(std::string_view url);

/// Percent-encodes everything but letters, digits and `-._~`.
std::string percent_encode(std::string_view text);

}  // namespace bonin
