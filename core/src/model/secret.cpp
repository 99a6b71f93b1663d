#include "bonin/secret.hpp"

#include <openssl/crypto.h>

#include "model/crypto.hpp"

namespace bonin {

Secret& Secret::operator=(const Secret& other) {
  if (this != &other) {
    wipe();
    text_ = other.text_;
  }
  return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    wipe();
    text_ = std::move(other.text_);
    other.wipe();  // a short text is copied, not moved
  }
  return *this;
}

void Secret::wipe() noexcept {
  text_.resize(text_.capacity());
  crypto::wipe(text_.data(), text_.size());
  text_.clear();
}

bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace bonin
