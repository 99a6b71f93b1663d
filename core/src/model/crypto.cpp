#include "model/crypto.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <new>

#include "model/hex.hpp"

namespace bonin::crypto {
namespace {

void expect(bool done) {
  if (!done) throw std::bad_alloc();
}

}  // namespace

Digest sha256(std::string_view text) {
  Digest digest;
  unsigned size = 0;
  expect(EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr) == 1 &&
         size == digest.size());
  return digest;
}

std::string sha256_hex(std::string_view text) { return to_hex(sha256(text)); }

Digest hmac(std::string_view key, std::string_view text) {
  Digest mac;
  unsigned size = 0;
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  expect(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes, text.size(), mac.data(), &size) !=
             nullptr &&
         size == mac.size());
  return mac;
}

std::string random_hex() {
  std::array<unsigned char, 16> bytes;
  expect(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
  return to_hex(bytes);
}

void wipe(void* data, std::size_t size) noexcept { OPENSSL_cleanse(data, size); }

}  // namespace bonin::crypto
