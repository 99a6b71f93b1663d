#pragma once
// A policy document as JSON, read strictly.

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "bonin/result.hpp"

namespace bonin::policy_detail {

inline constexpr std::size_t max_policy_bytes = 64 * 1024;
inline constexpr std::size_t max_depth = 32;

/// An invalid_policy error at a JSON pointer.
Error invalid(std::string pointer, std::string expected);

/// `base` and one more token, escaped.
std::string pointer_to(const std::string& base, std::string_view token);

/// Reads JSON and refuses duplicate keys, more than `max_depth` levels, invalid UTF-8, more than `max_bytes`.
Result<nlohmann::json> read_json(std::string_view text, std::size_t max_bytes);

}  // namespace bonin::policy_detail
