#include "policy/place.hpp"

#include <algorithm>
#include <utility>

#include "bonin/words.hpp"
#include "policy/document.hpp"

namespace bonin::policy_detail {
namespace {

/// Milliseconds of `90s`, nullopt when it is no duration.
std::optional<std::int64_t> read_duration(std::string_view text) {
  constexpr std::int64_t longest = std::int64_t{36500} * 86'400'000;
  constexpr std::pair<char, std::int64_t> units[] = {{'s', 1000}, {'m', 60'000}, {'h', 3'600'000}, {'d', 86'400'000}};
  if (text.size() < 2 || text.size() > 11 || text.front() == '0') return std::nullopt;
  std::int64_t amount = 0;
  for (const char c : text.substr(0, text.size() - 1)) {
    if (c < '0' || c > '9') return std::nullopt;
    amount = amount * 10 + (c - '0');
  }
  for (const auto& [unit, ms] : units) {
    if (unit == text.back() && amount <= longest / ms) return amount * ms;
  }
  return std::nullopt;
}

}  // namespace

std::string listed(std::span<const std::string_view> words) {
  std::string text;
  for (const auto word : words) {
    if (!text.empty()) text += ", ";
    text.append("`").append(word).append("`");
  }
  return text;
}

void Place::refuse(std::string expected) const { refuse(make_error(refusal_->kind, std::move(expected), pointer_)); }

void Place::refuse(Error error) const {
  if (!refused()) refusal_->error = std::move(error);
}

bool Place::object(std::span<const std::string_view> keys) const {
  if (!json_->is_object()) {
    refuse("an object was expected" + (keys.size() <= 8 ? ": of " + listed(keys) : std::string()));
    return false;
  }
  for (const auto& item : json_->items()) {
    if (std::find(keys.begin(), keys.end(), item.key()) != keys.end()) continue;
    at(item.key()).refuse("unknown key: one of " + listed(keys) + " was expected" + did_you_mean(item.key(), keys));
    return false;
  }
  return true;
}

bool Place::array(std::size_t least, std::size_t most, const char* expected) const {
  if (json_->is_array() && json_->size() >= least && json_->size() <= most) return true;
  refuse(std::string(expected) + " was expected");
  return false;
}

bool Place::has(std::string_view key) const { return json_->is_object() && json_->contains(std::string(key)); }

Place Place::at(std::string_view key) const {
  static const Json null;
  return {has(key) ? (*json_)[std::string(key)] : null, *refusal_, pointer_to(pointer_, key)};
}

Place Place::at(std::size_t index) const {
  return {(*json_)[index], *refusal_, pointer_to(pointer_, std::to_string(index))};
}

bool Place::boolean() const {
  if (json_->is_boolean()) return json_->get<bool>();
  refuse("true or false was expected");
  return false;
}

void Place::only_true() const {
  if (!json_->is_boolean() || !json_->get<bool>()) refuse("true was expected");
}

int Place::age() const {
  // Both integer types are asked for: a negative number is not unsigned, 2^63 is not signed.
  if (json_->is_number_integer() && *json_ >= 0 && *json_ <= 150) return json_->get<int>();
  refuse("a whole number from 0 to 150 was expected");
  return 0;
}

std::string Place::text(std::size_t most) const {
  const auto* text = json_->get_ptr<const std::string*>();
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  if (text != nullptr && !text->empty() && text->size() <= most && std::none_of(text->begin(), text->end(), control)) {
    return *text;
  }
  refuse("a text of 1 to " + std::to_string(most) + " bytes without control characters was expected");
  return {};
}

std::string Place::any_text(std::size_t most) const {
  const auto* text = json_->get_ptr<const std::string*>();
  if (text != nullptr && text->size() <= most) return *text;
  refuse("a text of at most " + std::to_string(most) + " bytes was expected");
  return {};
}

std::size_t Place::word(std::span<const std::string_view> words) const {
  const auto* text = json_->get_ptr<const std::string*>();
  const auto found = text == nullptr ? words.end() : std::find(words.begin(), words.end(), *text);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  refuse("one of " + listed(words) + " was expected" + (text == nullptr ? "" : did_you_mean(*text, words)));
  return 0;
}

std::vector<std::string> Place::texts() const {
  std::vector<std::string> texts;
  if (!array(1, 100, "an array of 1 to 100 texts")) return texts;
  for (std::size_t i = 0; i < size() && !refused(); ++i) {
    std::string text = at(i).text(200);
    if (std::find(texts.begin(), texts.end(), text) != texts.end()) at(i).refuse("each text may be named only once");
    texts.push_back(std::move(text));
  }
  return texts;
}

unsigned Place::words(std::span<const std::string_view> words, const char* expected, const char* once) const {
  if (!array(1, words.size(), expected)) return 0;
  unsigned bits = 0;
  for (std::size_t i = 0; i < size() && !refused(); ++i) {
    const unsigned bit = 1U << at(i).word(words);
    if ((bits & bit) != 0) at(i).refuse(once);
    bits |= bit;
  }
  return bits;
}

std::int64_t Place::duration() const {
  const auto* text = json_->get_ptr<const std::string*>();
  const auto ms = text == nullptr ? std::nullopt : read_duration(*text);
  if (!ms) refuse("a duration was expected: a whole number and `s`, `m`, `h` or `d`, up to 36500d, such as `10m`");
  return ms.value_or(0);
}

Date Place::date() const {
  const auto* text = json_->get_ptr<const std::string*>();
  const auto date = text == nullptr ? std::nullopt : parse_date(*text);
  if (!date) refuse("a date `YYYY-MM-DD` from 1900-01-01 on was expected");
  return date.value_or(Date{});
}

Moment Place::moment() const {
  const auto* text = json_->get_ptr<const std::string*>();
  const auto moment = text == nullptr ? std::nullopt : parse_moment(*text);
  if (!moment) refuse("a time was expected, such as `2026-01-01T09:00:00+09:00`");
  return moment.value_or(Moment{});
}

}  // namespace bonin::policy_detail
