#include "policy/digest.hpp"

#include <openssl/evp.h>

#include "model/hex.hpp"

namespace bonin::policy_detail {

std::string sha256_hex(std::string_view text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha256(), nullptr) != 1) return {};
  return to_hex({digest, size});
}

}  // namespace bonin::policy_detail
