#pragma once
// Digests, random bytes and wiping by OpenSSL. When OpenSSL fails, which happens when memory is short, each function
// throws std::bad_alloc. No function returns an empty hash or a guessable number. Thread-safe.

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace bonin::crypto {

using Digest = std::array<unsigned char, 32>;

/// SHA-256.
Digest sha256(std::string_view text);

/// SHA-256 as 64 hex characters.
std::string sha256_hex(std::string_view text);

/// HMAC-SHA256.
Digest hmac(std::string_view key, std::string_view text);

/// 128 random bits as 32 lower-case hex characters.
std::string random_hex();

/// Overwrites secrets in a way that no optimiser leaves out.
void wipe(void* data, std::size_t size) noexcept;

}  // namespace bonin::crypto
