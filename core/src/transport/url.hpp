#pragma once
// Checking and building URLs.

#include <string>
#include <string_view>

#include "bonin/result.hpp"

namespace bonin {

/// A base URL without its final slash, its scheme in small letters: https, or http to a loopback host; no user, query
/// or fragment. ErrorKind::insecure_url or invalid_argument, naming `base_url`.
Result<std::string> check_base_url(std::string_view url);

/// The host of a checked URL, for logs.
std::string host_of(std::string_view url);

/// What is connected to.
struct Place {
  std::string host;
  std::string port;
};
Place place_of(std::string_view url);
/// As libcurl reads it: a scheme may be missing. Empty where it resolves names by itself.
Place place_of_proxy(std::string_view proxy);

/// Percent-encodes everything but letters, digits and `-._~`.
std::string percent_encode(std::string_view text);

}  // namespace bonin
