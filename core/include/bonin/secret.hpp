#pragma once
// Text that must not leave by accident.

#include <string>
#include <string_view>

namespace bonin {

/// An API key, a secret, a token, a pepper. It cannot be printed or compared.
/// Thread-safety: as a std::string.
/// Lifetime: the text is overwritten when the object is destroyed or moved from.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) noexcept : text_(std::move(text)) {}
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept : text_(std::move(other.text_)) { other.wipe(); }
  Secret& operator=(const Secret& other);
  Secret& operator=(Secret&& other) noexcept;
  ~Secret() { wipe(); }

  bool empty() const noexcept { return text_.empty(); }

  /// The raw text, valid as long as this object. The one way out.
  std::string_view reveal() const noexcept { return text_; }

 private:
  void wipe() noexcept;
  std::string text_;
};

/// Compares in a time that depends on the lengths alone.
bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept;

}  // namespace bonin
