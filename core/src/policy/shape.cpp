#include "policy/shape.hpp"

#include <algorithm>

#include "policy/document.hpp"
#include "policy/program.hpp"

namespace bonin::policy_detail {
namespace {

std::string one_of(std::initializer_list<std::string_view> words) {
  std::string text;
  for (const auto word : words) {
    if (!text.empty()) text += ", ";
    text += '`';
    text += word;
    text += '`';
  }
  return text;
}

}  // namespace

void refuse(const std::string& pointer, const std::string& expected) { throw invalid(pointer, expected); }

void want_object(const Json& value, const std::string& pointer, std::initializer_list<std::string_view> keys) {
  if (!value.is_object()) refuse(pointer, "an object was expected");
  for (const auto& item : value.items()) {
    if (std::find(keys.begin(), keys.end(), item.key()) == keys.end()) {
      refuse(pointer_to(pointer, item.key()), "unknown key: one of " + one_of(keys) + " was expected");
    }
  }
}

bool want_bool(const Json& value, const std::string& pointer) {
  if (!value.is_boolean()) refuse(pointer, "true or false was expected");
  return value.get<bool>();
}

void want_true(const Json& value, const std::string& pointer) {
  if (!value.is_boolean() || !value.get<bool>()) refuse(pointer, "true was expected");
}

int want_age(const Json& value, const std::string& pointer) {
  // Both integer types are asked for: a negative number is not unsigned, 2^63 is not signed.
  if (!value.is_number_integer() || value < 0 || value > 150) {
    refuse(pointer, "a whole number from 0 to 150 was expected");
  }
  return value.get<int>();
}

std::string want_text(const Json& value, const std::string& pointer, std::size_t max) {
  const auto* text = value.get_ptr<const std::string*>();
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  if (text == nullptr || text->empty() || text->size() > max || std::any_of(text->begin(), text->end(), control)) {
    refuse(pointer, "a text of 1 to " + std::to_string(max) + " bytes without control characters was expected");
  }
  return *text;
}

std::size_t want_word(const Json& value, const std::string& pointer, std::initializer_list<std::string_view> words) {
  const auto* text = value.get_ptr<const std::string*>();
  const auto* found = text == nullptr ? words.end() : std::find(words.begin(), words.end(), *text);
  if (found == words.end()) refuse(pointer, "one of " + one_of(words) + " was expected");
  return static_cast<std::size_t>(found - words.begin());
}

std::vector<std::string> want_texts(const Json& value, const std::string& pointer) {
  if (!value.is_array() || value.empty() || value.size() > 100) {
    refuse(pointer, "an array of 1 to 100 texts was expected");
  }
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const std::string at = pointer_to(pointer, std::to_string(i));
    std::string text = want_text(value[i], at, 200);
    if (std::find(texts.begin(), texts.end(), text) != texts.end()) refuse(at, "each text may be named only once");
    texts.push_back(std::move(text));
  }
  return texts;
}

std::int64_t want_duration(const Json& value, const std::string& pointer) {
  constexpr std::int64_t longest = std::int64_t{36500} * 86'400'000;
  const auto* text = value.get_ptr<const std::string*>();
  std::int64_t amount = 0;
  bool good = text != nullptr && text->size() >= 2 && text->size() <= 11 && text->front() != '0';
  for (std::size_t i = 0; good && i + 1 < text->size(); ++i) {
    const char c = (*text)[i];
    good = c >= '0' && c <= '9';
    amount = amount * 10 + (c - '0');
  }
  if (good) {
    switch (text->back()) {
      case 's':
        amount *= 1000;
        break;
      case 'm':
        amount *= 60'000;
        break;
      case 'h':
        amount *= 3'600'000;
        break;
      case 'd':
        amount *= 86'400'000;
        break;
      default:
        good = false;
    }
  }
  if (!good || amount > longest) {
    refuse(pointer, "a duration was expected: a whole number and `s`, `m`, `h` or `d`, up to 36500d, such as `10m`");
  }
  return amount;
}

Date want_date(const Json& value, const std::string& pointer) {
  const auto* text = value.get_ptr<const std::string*>();
  const auto date = text == nullptr ? std::nullopt : parse_date(*text);
  if (!date) refuse(pointer, "a date `YYYY-MM-DD` from 1900-01-01 on was expected");
  return *date;
}

}  // namespace bonin::policy_detail
