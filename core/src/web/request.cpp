// The fields of a request, read strictly. PortOne's V1 script tells `imp_uid` and `success`, its V2 script
// `identityVerificationId` and `code`.

#include <simdjson.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "bonin/web.hpp"
#include "web/text.hpp"

namespace bonin::web {
namespace {

std::string_view id_field(Api api) { return api == Api::v1 ? "imp_uid" : "identityVerificationId"; }

/// The field by which the script says that the verification was not finished. A claim of success does not count.
std::string_view failure_field(Api api) { return api == Api::v1 ? "success" : "code"; }

/// What matters of a value.
struct Value {
  enum class Kind { text, no, nothing, other };
  Kind kind = Kind::other;
  std::string text{};
};

/// Gathers what a request says under the two names that matter.
class Fields {
 public:
  explicit Fields(Api api) : api_(api) {}

  bool asks_for(std::string_view name) const { return name == id_field(api_) || name == failure_field(api_); }

  void add(std::string_view name, const Value& value) {
    if (name == id_field(api_)) ids_.push_back(value);
    if (name == failure_field(api_)) add_to_failure(value);
  }

  /// A value that holds others: it is one value of an id, and of the other field as many as it holds.
  void add_array(std::string_view name) {
    if (name == id_field(api_)) ids_.push_back({});
  }
  void add_element(std::string_view name, const Value& value) {
    if (name == failure_field(api_)) add_to_failure(value);
  }

  Said said() const {
    if (failed_) return RefusalCode::not_finished;
    if (ids_.size() != 1 || ids_[0].kind != Value::Kind::text) return RefusalCode::invalid_id;
    // No id of PortOne's has another character, and what is not ASCII may be no text.
    const auto& id = ids_[0].text;
    const bool ascii = std::all_of(id.begin(), id.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    return ascii ? Said(id) : Said(RefusalCode::invalid_id);
  }

 private:
  void add_to_failure(const Value& value) {
    const bool is_empty = value.kind == Value::Kind::nothing || (value.kind == Value::Kind::text && value.text.empty());
    const bool is_false = value.kind == Value::Kind::no || (value.kind == Value::Kind::text && value.text == "false");
    // jQuery sends a field without a value as an empty one.
    failed_ = failed_ || (api_ == Api::v1 ? is_false : !is_empty);
  }

  Api api_;
  std::vector<Value> ids_;
  bool failed_ = false;
};

// ---- a form -------------------------------------------------------------------------------------

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

Said read_form(Api api, std::string_view form) {
  Fields fields(api);
  for (const auto pair : split(form, '&')) {
    const auto equals = pair.find('=');
    const auto name = decoded(pair.substr(0, equals));
    if (!fields.asks_for(name)) continue;
    const auto value = equals == std::string_view::npos ? std::string() : decoded(pair.substr(equals + 1));
    fields.add(name, {Value::Kind::text, value});
  }
  return fields.said();
}

// ---- JSON ---------------------------------------------------------------------------------------

/// Reads the events of the parser. A parsed document would keep only the last of two equal names.
class JsonFields final : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit JsonFields(Api api) : fields(api) {}

  bool null() override { return value({Value::Kind::nothing}); }
  bool boolean(bool yes) override { return value({yes ? Value::Kind::other : Value::Kind::no}); }
  bool number_integer(number_integer_t) override { return value({}); }
  bool number_unsigned(number_unsigned_t) override { return value({}); }
  bool number_float(number_float_t, const string_t&) override { return value({}); }
  bool string(string_t& text) override { return value({Value::Kind::text, text}); }
  bool binary(binary_t&) override { return false; }
  bool key(string_t& name) override {
    if (depth_ == 1) name_ = name;
    return true;
  }
  bool start_object(std::size_t) override {
    if (depth_ > 0) value({});
    return enter();
  }
  bool start_array(std::size_t) override {
    if (depth_ == 1) {
      fields.add_array(name_);
      in_array_ = true;
      return enter();
    }
    return depth_ > 0 && value({}) && enter();  // an array at the top has no names
  }
  bool end_object() override { return leave(); }
  bool end_array() override { return leave(); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) override { return false; }

  Fields fields;

 private:
  bool value(const Value& value) {
    if (depth_ == 1) fields.add(name_, value);
    if (depth_ == 2 && in_array_) fields.add_element(name_, value);
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

Said read_json(Api api, std::string_view json) {
  JsonFields reader(api);
  const bool marked = json.substr(0, 3) == "\xEF\xBB\xBF";  // a byte order mark, which the parser would pass over
  if (marked || !nlohmann::json::sax_parse(json.begin(), json.end(), &reader)) return RefusalCode::invalid_body;
  return reader.fields.said();
}

// ---- the body -----------------------------------------------------------------------------------

constexpr std::string_view json_type = "application/json";
constexpr std::string_view form_type = "application/x-www-form-urlencoded";

std::string kind_of(std::string_view content_type) {
  return lower(trim(content_type.substr(0, content_type.find(';'))));
}

/// Without a charset it is UTF-8. The first charset counts, and may stand in quotes.
bool is_utf8(std::string_view content_type) {
  for (const auto part : split(content_type.substr(std::min(content_type.size(), content_type.find(';'))), ';')) {
    auto parameter = lower(trim(part));
    if (parameter.rfind("charset=", 0) != 0) continue;
    parameter.erase(0, 8);
    return parameter == "utf-8" || parameter == "\"utf-8\"";
  }
  return true;
}

}  // namespace

Said read_query(Api api, std::string_view query) { return read_form(api, query); }

Said read_body(Api api, std::string_view content_type, std::string_view body) {
  if (body.size() > max_body) return RefusalCode::body_too_large;
  if (kind_of(content_type) == json_type) return read_json(api, body);
  if (!simdjson::validate_utf8(body.data(), body.size())) return RefusalCode::invalid_body;
  return read_form(api, body);
}

std::optional<RefusalCode> check_body(const BodyHeaders& headers) {
  const auto kind = kind_of(headers.content_type);
  if (kind != json_type && kind != form_type) return RefusalCode::unsupported_body;
  const bool plain = headers.content_encoding.empty() || lower(trim(headers.content_encoding)) == "identity";
  if (!headers.decoded && (!is_utf8(headers.content_type) || !plain)) return RefusalCode::unsupported_body;
  if (headers.content_lengths.empty()) return std::nullopt;
  const auto& length = headers.content_lengths[0];
  if (headers.content_lengths.size() != 1 || length.empty() ||
      length.find_first_not_of("0123456789") != std::string::npos) {
    return RefusalCode::invalid_body;
  }
  const auto digits = length.substr(std::min(length.find_first_not_of('0'), length.size() - 1));
  constexpr std::size_t most_digits = 9;  // a length of hundreds of digits is no number that can be compared
  if (digits.size() > most_digits || std::stoul(digits) > max_body) return RefusalCode::body_too_large;
  return std::nullopt;
}

std::string_view path(Api api) noexcept { return api == Api::v1 ? "/certifications" : "/identity-verifications"; }

}  // namespace bonin::web
