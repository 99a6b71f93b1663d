#pragma once
// JSON as the sandbox reads it: bounded, and never with an exception.

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "bonin/error.hpp"

namespace bonin::sandbox {

/// Keeps the order of the fields, as the documents show them.
using Json = nlohmann::ordered_json;

/// Parses, or gives nothing: not JSON, not UTF-8, nested deeper than 64 (copies and prints recurse) or of more than
/// 5,000 members (finding one in an ordered object is linear).
std::optional<Json> read_json(std::string_view text);

/// Prints. Text that is not UTF-8 is replaced and throws nothing.
std::string write_json(const Json& json);

/// The string at `name`; nothing when it is not there or no string.
std::optional<std::string> string_at(const Json& object, std::string_view name);

/// A refusal of a control operation that names the parameter.
Error bad_parameter(std::string_view parameter, std::string message);

}  // namespace bonin::sandbox
