#pragma once
// Small checks of the shape of a document. Each throws an Error, which compile() catches.

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "bonin/date.hpp"

namespace bonin::policy_detail {

using Json = nlohmann::json;

[[noreturn]] void refuse(const std::string& pointer, const std::string& expected);

void want_object(const Json& value, const std::string& pointer, std::initializer_list<std::string_view> keys);
bool want_bool(const Json& value, const std::string& pointer);
void want_true(const Json& value, const std::string& pointer);
int want_age(const Json& value, const std::string& pointer);

/// 1 to `max` characters (bytes of UTF-8), no control characters.
std::string want_text(const Json& value, const std::string& pointer, std::size_t max);

/// One of `words`; its index.
std::size_t want_word(const Json& value, const std::string& pointer, std::initializer_list<std::string_view> words);

/// An array of 1 to 100 different texts.
std::vector<std::string> want_texts(const Json& value, const std::string& pointer);

/// `90s`, `10m`, `24h`, `7d`: a whole number without leading zero and a unit, up to 36500 days. In milliseconds.
std::int64_t want_duration(const Json& value, const std::string& pointer);

Date want_date(const Json& value, const std::string& pointer);

}  // namespace bonin::policy_detail
