#pragma once
// Helpers for headers and forms. Only ASCII letters are case-insensitive.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace bonin::web {

inline std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return out;
}

/// Without the blanks and tabs around it.
inline std::string_view trim(std::string_view text) {
  const auto start = text.find_first_not_of(" \t");
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(" \t") - start + 1);
}

/// The parts between separators; none of an empty text.
inline std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const auto end = std::min(text.find(separator), text.size());
    if (end > 0) parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

/// Without its parameters, in lower case.
inline std::string kind_of(std::string_view content_type) {
  return lower(trim(content_type.substr(0, content_type.find(';'))));
}

inline constexpr std::string_view json_type = "application/json";
inline bool is_json(std::string_view content_type) { return kind_of(content_type) == json_type; }

}  // namespace bonin::web
