#pragma once
// The shared cases of tests/vectors.

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

namespace bonin::test {

using Json = nlohmann::json;

/// A file of tests/vectors. An unreadable one throws, which fails the test.
inline Json vectors(const std::string& file) {
  std::ifstream in(std::string(BONIN_VECTORS) + "/" + file);
  return Json::parse(in);
}

inline std::string decode_base64(const std::string& text) {
  std::string out;
  unsigned bits = 0;
  int held = 0;
  for (const char c : text) {
    const auto at = std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/").find(c);
    if (at == std::string_view::npos) continue;
    bits = (bits << 6 | static_cast<unsigned>(at)) & 0xffffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      out += static_cast<char>(bits >> held & 0xff);
    }
  }
  return out;
}

/// The body of a case: `body` (JSON), `body_text`, `body_base64` or `body_repeat` ([piece, count, piece, count, ...]).
inline std::string body_of(const Json& test) {
  if (test.contains("body")) return test["body"].dump();
  if (test.contains("body_text")) return test["body_text"];
  if (test.contains("body_base64")) return decode_base64(test["body_base64"]);
  std::string text;
  const auto& parts = test.at("body_repeat");
  for (std::size_t i = 0; i + 1 < parts.size(); i += 2) {
    for (int n = parts[i + 1]; n > 0; --n) text += parts[i].get<std::string>();
  }
  return text;
}

}  // namespace bonin::test
