#include "policy/document.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "policy/presets.hpp"

namespace bonin::policy_detail {
namespace {

using nlohmann::json;

/// "line 2, column 5" of a place in a text; the column counts bytes.
std::string line_and_column(std::string_view text, std::size_t byte) {
  const auto before = text.substr(0, std::min(byte, text.size()));
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const auto start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return "line " + std::to_string(line) + ", column " + std::to_string(before.size() - start + 1);
}

/// A hint about a common mistake: a comment, a comma too many, the path of a file. Empty when there is none.
std::string common_mistake(std::string_view text, std::size_t byte) {
  const auto rest = text.substr(std::min(byte, text.size()));
  const auto first = text.find_first_not_of(" \t\r\n");
  const bool is_document = first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
  if (!is_document && text.size() < 1000 && text.find('\n') == std::string_view::npos &&
      (text.ends_with(".json") || text.find('/') != std::string_view::npos)) {
    return "; a text was expected and no path: a policy's file is read with `Policy.load`";
  }
  if (find_preset(text) != nullptr) return "; a preset is made with `Policy.preset`";
  if (rest.starts_with("//") || rest.starts_with("/*") || rest.starts_with("#")) return "; JSON has no comments";
  if (rest.starts_with("}") || rest.starts_with("]")) return "; JSON has no comma before a closing bracket";
  if (rest.starts_with("'")) return "; JSON's texts stand in double quotes";
  return {};
}

/// Builds the document and knows the JSON pointer, which nlohmann's own reader does not.
class DocumentReader final : public nlohmann::json_sax<json> {
 public:
  explicit DocumentReader(std::string_view text) : text_(text) {}

  json document;
  std::string pointer;  // of the error
  std::string problem;

  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(value); }
  bool number_unsigned(number_unsigned_t value) override { return add(value); }
  bool number_float(number_float_t value, const string_t&) override { return add(value); }
  bool string(string_t& value) override { return add(std::move(value)); }
  bool binary(binary_t&) override { return refuse("text was expected"); }
  bool start_object(std::size_t) override { return open(json::object()); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(json::array()); }
  bool end_array() override { return close(); }
  bool key(string_t& value) override {
    key_ = std::move(value);
    if (!open_.back()->contains(key_)) return true;
    return refuse("a key may stand only once in an object", &key_);
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& error) override {
    // The library's own text quotes the document, which a message must not.
    const bool utf8 = std::string_view(error.what()).find("UTF-8") != std::string_view::npos;
    const std::size_t byte = position == 0 ? 0 : position - 1;  // the library counts from 1
    if (utf8) return refuse("valid UTF-8 was expected at " + line_and_column(text_, byte));
    return refuse("valid JSON was expected at " + line_and_column(text_, byte) + common_mistake(text_, byte));
  }

 private:
  bool add(json value) {
    place(std::move(value));
    return true;
  }

  json* place(json value) {
    if (open_.empty()) return &(document = std::move(value));
    json& parent = *open_.back();
    if (parent.is_array()) {
      parent.push_back(std::move(value));
      return &parent.back();
    }
    return &(parent[key_] = std::move(value));
  }

  bool open(json value) {
    if (open_.size() == max_depth) {
      return refuse("at most " + std::to_string(max_depth) + " levels of nesting were expected");
    }
    if (!open_.empty()) tokens_.push_back(open_.back()->is_array() ? std::to_string(open_.back()->size()) : key_);
    open_.push_back(place(std::move(value)));
    return true;
  }

  bool close() {
    open_.pop_back();
    if (!tokens_.empty()) tokens_.pop_back();
    return true;
  }

  bool refuse(std::string why, const std::string* token = nullptr) {
    problem = std::move(why);
    for (const auto& t : tokens_) pointer = pointer_to(pointer, t);
    if (token != nullptr) pointer = pointer_to(pointer, *token);
    return false;
  }

  const std::string_view text_;
  std::vector<json*> open_;  // valid: only the last element of an array grows while it is open
  std::vector<std::string> tokens_;
  std::string key_;
};

}  // namespace

Error invalid(std::string pointer, std::string expected) {
  return make_error(ErrorKind::invalid_policy, std::move(expected), pointer);
}

std::string pointer_to(const std::string& base, std::string_view token) {
  std::string pointer = base + '/';
  for (const char c : token) {
    if (c == '~')
      pointer += "~0";
    else if (c == '/')
      pointer += "~1";
    else
      pointer += c;
  }
  return pointer;
}

Result<json> read_json(std::string_view text, std::size_t max_bytes) {
  if (text.size() > max_bytes) return invalid("", "at most " + std::to_string(max_bytes) + " bytes were expected");
  DocumentReader reader(text);
  if (!json::sax_parse(text.begin(), text.end(), &reader)) return invalid(reader.pointer, reader.problem);
  return std::move(reader.document);
}

}  // namespace bonin::policy_detail
