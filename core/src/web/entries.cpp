#include "web/entries.hpp"

#include <simdjson.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "web/text.hpp"

namespace bonin::web {
namespace {

using Kind = Entry::Kind;

std::string decoded(std::string_view text) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; };
  const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f'); };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && is_hex(text[i + 1]) && is_hex(text[i + 2])) {
      out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

/// Reads the events of the parser. A parsed document would keep only the last of two equal names.
class JsonReader final : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return value(Kind::nothing); }
  bool boolean(bool yes) override { return value(yes ? Kind::other : Kind::no); }
  bool number_integer(number_integer_t) override { return value(Kind::other); }
  bool number_unsigned(number_unsigned_t) override { return value(Kind::other); }
  bool number_float(number_float_t, const string_t&) override { return value(Kind::other); }
  bool string(string_t& text) override { return value(Kind::text, text); }
  bool binary(binary_t&) override { return false; }
  bool key(string_t& name) override {
    if (depth_ == 1) name_ = name;
    return true;
  }
  bool start_object(std::size_t) override {
    if (depth_ > 0) value(Kind::other);
    return enter();
  }
  bool start_array(std::size_t) override {
    if (depth_ == 0) return false;  // an array at the top has no names
    value(Kind::other);
    if (depth_ == 1) entries.back().is_array = in_array_ = true;
    return enter();
  }
  bool end_object() override { return leave(); }
  bool end_array() override { return leave(); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) override { return false; }

  Entries entries;

 private:
  bool value(Kind kind, std::string text = {}) {
    const bool element = depth_ == 2 && in_array_;
    if (depth_ == 1 || element) entries.push_back({name_, kind, std::move(text), element});
    return depth_ > 0;  // a single value at the top has no names
  }
  bool enter() {
    ++depth_;
    return true;
  }
  bool leave() {
    if (--depth_ == 1) in_array_ = false;
    return true;
  }

  std::string name_;
  int depth_ = 0;
  bool in_array_ = false;
};

/// A form begins with a name and holds a `=`; no JSON does.
bool looks_like_form(std::string_view body) {
  const char first = body.empty() ? '\0' : static_cast<char>(body[0] | 0x20);
  return first >= 'a' && first <= 'z' && body.find('=') != std::string_view::npos;
}

}  // namespace

Entries entries_of_form(std::string_view form) {
  Entries entries;
  for (const auto pair : split(form, '&')) {
    const auto equals = pair.find('=');
    const auto value = equals == std::string_view::npos ? std::string() : decoded(pair.substr(equals + 1));
    entries.push_back({decoded(pair.substr(0, equals)), Kind::text, value});
  }
  return entries;
}

std::variant<Entries, RefusalCode> entries_of_body(std::string_view content_type, std::string_view body) {
  if (body.size() > max_body) return RefusalCode::body_too_large;
  if (is_json(content_type) && !looks_like_form(body)) {
    JsonReader reader;
    const bool marked = body.substr(0, 3) == "\xEF\xBB\xBF";  // a byte order mark, which the parser would pass over
    if (marked || !nlohmann::json::sax_parse(body.begin(), body.end(), &reader)) return RefusalCode::invalid_body;
    return std::move(reader.entries);
  }
  if (!simdjson::validate_utf8(body.data(), body.size())) return RefusalCode::invalid_body;
  return entries_of_form(body);
}

const std::string* only_text(const Entries& entries, std::string_view name) {
  const std::string* found = nullptr;
  for (const Entry& entry : entries) {
    if (entry.name != name || entry.in_array) continue;
    if (found != nullptr || entry.kind != Kind::text) return nullptr;
    found = &entry.text;
  }
  return found;
}

bool is_given(const Entries& entries, std::string_view name) {
  return std::any_of(entries.begin(), entries.end(), [&](const Entry& entry) {
    return entry.name == name && entry.kind != Kind::nothing && (entry.kind != Kind::text || !entry.text.empty());
  });
}

}  // namespace bonin::web
