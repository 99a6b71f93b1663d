#include "policy/document.hpp"

#include <utility>
#include <vector>

namespace bonin::policy_detail {
namespace {

using nlohmann::json;

/// Builds the document and knows where it is, which nlohmann's own reader does not.
class DocumentReader final : public nlohmann::json_sax<json> {
 public:
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
    return refuse((utf8 ? "valid UTF-8 was expected at byte " : "valid JSON was expected at byte ") +
                  std::to_string(position));
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
  DocumentReader reader;
  if (!json::sax_parse(text.begin(), text.end(), &reader)) return invalid(reader.pointer, reader.problem);
  return std::move(reader.document);
}

}  // namespace bonin::policy_detail
