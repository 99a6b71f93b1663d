#pragma once

#include <algorithm>
#include <string_view>

namespace bonin {

/// Does a text hold a control character of ASCII?
inline bool has_control(std::string_view text) noexcept {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

}  // namespace bonin
