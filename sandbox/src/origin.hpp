#pragma once
// Who calls, and by which name.

#include <string>
#include <string_view>

namespace bonin::sandbox {

/// The host of `http://HOST` or `https://HOST`, each with a port or without; empty for anything else.
std::string_view host_in_url(std::string_view url) noexcept;

/// A Host header without its port.
std::string_view host_in_header(std::string_view header) noexcept;

/// Does it name a loopback host? A page with DNS rebinding sends its own name instead. No name at all is no browser's.
bool names_loopback(std::string_view host) noexcept;

/// Is it an IP address? A page with DNS rebinding has a name.
bool is_address(std::string_view host);

/// Looks at every character, whatever the first ones are.
bool same_secret(std::string_view a, std::string_view b) noexcept;

/// From the system's random numbers, in lower-case hex.
std::string secret_hex(std::size_t characters);

}  // namespace bonin::sandbox
