#include "policy/text.hpp"

#include <utf8proc.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <string>

#include "bonin/policy.hpp"
#include "bonin/secret.hpp"

namespace bonin::policy_detail {
namespace {

std::string_view trimmed(std::string_view text) noexcept {
  // The spaces Korean input methods and web forms leave behind: ASCII, no-break and ideographic.
  constexpr std::array<std::string_view, 8> spaces{" ", "\t", "\n", "\r", "\v", "\f", "\xC2\xA0", "\xE3\x80\x80"};
  for (bool again = true; again;) {
    again = false;
    for (const auto space : spaces) {
      while (text.starts_with(space)) text.remove_prefix(space.size()), again = true;
      while (text.ends_with(space)) text.remove_suffix(space.size()), again = true;
    }
  }
  return text;
}

/// Empty when the text is not UTF-8.
std::string normal_form(std::string_view text) {
  utf8proc_uint8_t* out = nullptr;
  const auto size =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()),
                   &out, static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(out, &std::free);
  return size < 0 ? std::string() : std::string(reinterpret_cast<const char*>(out), static_cast<std::size_t>(size));
}

struct Digits {
  std::array<char, 32> text{};
  std::size_t size = 0;  // 0: no phone number

  std::string_view view() const noexcept { return {text.data(), size}; }
};

Digits digits_of(std::string_view text) noexcept {
  constexpr std::string_view separators = " -.()";
  if (text.size() > Expect::max_text) return {};
  text = trimmed(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  Digits digits;
  for (const char c : text) {
    const bool digit = c >= '0' && c <= '9';
    const bool room = digits.size < digits.text.size();
    if (digit ? !room : separators.find(c) == std::string_view::npos) return {};
    if (digit) digits.text[digits.size++] = c;
  }
  return digits;
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
  if (a.size() > Expect::max_name || b.size() > Expect::max_name) return false;
  a = trimmed(a);
  b = trimmed(b);
  if (a.empty() || b.empty()) return false;
  if (equal_in_constant_time(a, b)) return true;
  const std::string x = normal_form(a), y = normal_form(b);
  return !x.empty() && equal_in_constant_time(x, y);
}

bool same_phone(std::string_view a, std::string_view b) noexcept {
  const Digits x = digits_of(a), y = digits_of(b);
  return x.size != 0 && equal_in_constant_time(x.view(), y.view());
}

}  // namespace bonin::policy_detail
