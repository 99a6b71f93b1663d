#pragma once
// Checking and building URLs.

#include <string>
#include <string_view>

#include "bonin/result.hpp"

namespace bonin {

/// A base URL without its final slash, its scheme in small letters: https, or http to a loopback host; no user, query
/// or fragment. `any_host`: http to any host passes. ErrorKind::insecure_url, naming `base_url`.
Result<std::string> check_base_url(std::string_view url, bool any_host = false);

/// Is a checked URL plain http to a host that is not loopback?
bool leaves_the_machine_in_the_clear(std::string_view url);

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
