#include "options.hpp"

#include <algorithm>
#include <limits>

#include "convert.hpp"
#include "errors.hpp"

using bonin::ErrorKind;

namespace {

/// The same test as `isPlain` of lib/options.js. A Map or a Date has no own keys and would count as empty options.
bool is_plain(Napi::Env env, Napi::Value value) {
  if (!value.IsObject() || value.IsArray() || value.IsFunction()) return false;
  napi_value prototype;
  NAPI_THROW_IF_FAILED(env, napi_get_prototype(env, value, &prototype), false);
  const Napi::Value above(env, prototype);
  if (above.IsNull()) return true;
  NAPI_THROW_IF_FAILED(env, napi_get_prototype(env, above, &prototype), false);
  return Napi::Value(env, prototype).IsNull() && above.As<Napi::Object>().HasOwnProperty("isPrototypeOf");
}

}  // namespace

std::string camel_case(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool next_is_capital = name[i] == '_' && i + 1 < name.size();
    out += next_is_capital ? static_cast<char>(name[++i] & ~0x20) : name[i];
  }
  return out;
}

std::string in_camel_case(std::string text, std::span<const std::string_view> names) {
  for (const auto name : names) {
    const std::string quoted = "`" + std::string(name) + "`";
    for (std::size_t at = text.find(quoted); at != std::string::npos; at = text.find(quoted, at + 1)) {
      text.replace(at + 1, name.size(), camel_case(name));
    }
  }
  return text;
}

Options::Options(Napi::Env env, Napi::Value value, const char* name, const char* prefix) : env_(env), prefix_(prefix) {
  if (value.IsUndefined()) return;
  if (!is_plain(env, value)) {
    raise(env, ErrorKind::invalid_argument, "`" + std::string(name) + "` must be a plain object", name);
  }
  napi_value names;
  NAPI_THROW_IF_FAILED_VOID(env, napi_get_all_property_names(env, value, napi_key_own_only, napi_key_skip_symbols,
                                                             napi_key_numbers_to_strings, &names));
  const Napi::Array keys(env, names);
  const auto object = value.As<Napi::Object>();
  for (std::uint32_t i = 0; i < keys.Length(); ++i) {
    const Napi::Value key = keys.Get(i);
    own_.push_back({key.As<Napi::String>().Utf8Value(), object.Get(key)});
  }
}

std::optional<Napi::Value> Options::find(const char* key) {
  known_.emplace_back(key);
  const auto own = std::find_if(own_.begin(), own_.end(), [&](const Own& one) { return one.key == key; });
  if (own == own_.end()) return std::nullopt;
  own->asked = true;
  if (own->value.IsUndefined() || own->value.IsNull()) return std::nullopt;
  return own->value;
}

void Options::text(const char* key, std::string& into) {
  if (const auto value = find(key)) into = to_text(env_, *value, place(key).c_str());
}

bool Options::texts(const char* key, std::vector<std::string>& into) {
  const auto value = find(key);
  if (!value) return false;
  if (!value->IsArray()) {
    raise(env_, ErrorKind::invalid_argument, "`" + place(key) + "` must be an array of strings", place(key));
  }
  const auto array = value->As<Napi::Array>();
  for (std::uint32_t i = 0; i < array.Length(); ++i)
    into.push_back(to_text(env_, Napi::Value(array.Get(i)), place(key).c_str()));
  return true;
}

void Options::secret(const char* key, bonin::Secret& into) {
  if (const auto value = find(key))
    into = bonin::Secret(to_text(env_, *value, place(key).c_str(), ErrorKind::missing_credentials));
}

void Options::integer(const char* key, int& into) {
  const auto value = find(key);
  if (!value) return;
  const auto number = to_integer(env_, *value, place(key).c_str());
  if (number < std::numeric_limits<int>::min() || number > std::numeric_limits<int>::max()) {
    raise(env_, ErrorKind::invalid_argument, "`" + place(key) + "` is out of range", place(key));
  }
  into = static_cast<int>(number);
}

void Options::integer(const char* key, std::optional<int>& into) {
  if (!find(key)) return;
  integer(key, into.emplace());
}

void Options::boolean(const char* key, bool& into) {
  if (const auto value = find(key)) into = to_bool(env_, *value, place(key).c_str());
}

void Options::boolean(const char* key, std::optional<bool>& into) {
  if (const auto value = find(key)) into = to_bool(env_, *value, place(key).c_str());
}

void Options::date(const char* key, std::optional<bonin::Date>& into) {
  if (const auto value = find(key)) into = to_date(env_, *value, place(key).c_str());
}

void Options::day(const char* key, std::optional<bonin::Date>& into) {
  const auto value = find(key);
  if (!value) return;
  const auto name = place(key);
  into = value->IsDate() ? bonin::date_in_korea(to_moment(env_, *value, name.c_str()))
                         : to_date(env_, *value, name.c_str());
}

void Options::moment(const char* key, std::optional<bonin::Moment>& into) {
  if (const auto value = find(key)) into = to_moment(env_, *value, place(key).c_str());
}

void Options::moment_or_true(const char* key, std::optional<bonin::Moment>& into, bool& for_ever) {
  const auto value = find(key);
  if (!value) return;
  for_ever = value->IsBoolean() && value->As<Napi::Boolean>().Value();
  if (!for_ever) into = to_moment(env_, *value, place(key).c_str());
}

void Options::duration(const char* key, std::chrono::milliseconds& into) {
  if (const auto value = find(key)) {
    into = std::chrono::milliseconds{to_integer(env_, *value, place(key).c_str(), ErrorKind::invalid_timeout)};
  }
}

std::optional<std::size_t> Options::place_of_word(const char* key, std::span<const std::string_view> words) {
  const auto value = find(key);
  if (!value) return std::nullopt;
  return to_word_index(env_, *value, place(key).c_str(), words);
}

void Options::finish() const {
  const auto unknown = std::find_if(own_.begin(), own_.end(), [](const Own& own) { return !own.asked; });
  if (unknown == own_.end()) return;
  raise(env_, ErrorKind::invalid_argument,
        bonin::unknown_option(unknown->key, std::vector<std::string_view>(known_.begin(), known_.end())), unknown->key);
}
