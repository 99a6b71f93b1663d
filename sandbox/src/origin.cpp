#include "origin.hpp"

#include <arpa/inet.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <new>

namespace bonin::sandbox {
namespace {

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

bool is_host_character(char c) noexcept {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.';
}

}  // namespace

std::string_view host_in_header(std::string_view header) noexcept {
  const auto colon = header.rfind(':');
  return colon != std::string_view::npos && header.back() != ']' ? header.substr(0, colon) : header;
}

std::string_view host_in_url(std::string_view url) noexcept {
  const std::string_view scheme = url.starts_with("https://") ? "https://" : "http://";
  if (!url.starts_with(scheme)) return {};
  const auto place = url.substr(scheme.size());
  const auto host = host_in_header(place);
  const auto port = place.substr(host.size());
  if (port.size() == 1 || port.size() > 6 || !std::all_of(port.begin() + !port.empty(), port.end(), is_digit))
    return {};
  if (host.starts_with('[')) return is_address(host) ? host : std::string_view{};
  return std::all_of(host.begin(), host.end(), is_host_character) ? host : std::string_view{};
}

bool names_loopback(std::string_view host) noexcept {
  const bool v4 = host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos;
  return host.empty() || host == "localhost" || host == "[::1]" || v4;
}

bool is_address(std::string_view host) {
  std::array<unsigned char, 16> bytes{};
  if (host.starts_with('[') && host.ends_with(']')) {
    return inet_pton(AF_INET6, std::string(host.substr(1, host.size() - 2)).c_str(), bytes.data()) == 1;
  }
  return inet_pton(AF_INET, std::string(host).c_str(), bytes.data()) == 1;
}

bool same_secret(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string secret_hex(std::size_t characters) {
  std::string out(characters, '0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(characters)) != 1)
    throw std::bad_alloc();
  for (char& c : out) c = "0123456789abcdef"[static_cast<unsigned char>(c) & 15];
  return out;
}

}  // namespace bonin::sandbox
