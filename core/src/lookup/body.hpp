#pragma once
// Request bodies.

#include <nlohmann/json.hpp>
#include <string>

#include "bonin/result.hpp"
#include "lookup/options.hpp"

namespace bonin {

using Body = nlohmann::ordered_json;

/// Adds a text unless it is empty.
inline void put(Body& body, const char* name, const std::string& text) {
  if (!text.empty()) body[name] = text;
}

/// A phone number as PortOne takes it: without separators.
inline std::string without_separators(std::string phone) {
  std::erase_if(phone, [](char c) { return c == '-' || c == ' '; });
  return phone;
}

/// The JSON text. What is not UTF-8 is refused: PortOne would not know the person.
inline Result<std::string> dump(const Body& body) {
  try {
    return body.dump();
  } catch (const nlohmann::json::exception&) {
    return invalid_argument("request", "a text of the request is not UTF-8");
  }
}

/// `bypass` as it came, an object of the provider's own parameters.
inline Result<Body> parse_bypass(const std::string& text) {
  auto bypass = Body::parse(text, nullptr, false);
  if (!bypass.is_object()) return invalid_argument("bypass", "bypass is not a JSON object");
  return bypass;
}

}  // namespace bonin
