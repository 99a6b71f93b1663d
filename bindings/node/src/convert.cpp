#include "convert.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "errors.hpp"

using bonin::ErrorKind;

const char HandleKind::mapped_at = 0;

napi_value undefined(napi_env env) {
  napi_value value;
  napi_get_undefined(env, &value);
  return value;
}

napi_value to_js(napi_env env, std::string_view text) {
  napi_value value;
  NAPI_THROW_IF_FAILED_VOID(env, napi_create_string_utf8(env, text.data(), text.size(), &value));
  return value;
}

napi_value to_js(napi_env env, bool value) { return Napi::Boolean::New(env, value); }

napi_value to_js(napi_env env, bonin::Moment moment) {
  return Napi::Date::New(env, static_cast<double>(moment.time_since_epoch().count()));
}

napi_value to_js(napi_env env, bonin::Date date) { return to_js(env, bonin::to_string(date)); }
napi_value to_js(napi_env env, bonin::Gender gender) { return to_js(env, bonin::to_string(gender)); }
napi_value to_js(napi_env env, bonin::Carrier carrier) { return to_js(env, bonin::to_string(carrier)); }
napi_value to_js(napi_env env, bonin::VerificationPtr verification) { return to_handle(env, std::move(verification)); }
napi_value to_js(napi_env env, bonin::Decision decision) { return to_handle(env, std::move(decision)); }

napi_value to_js(napi_env env, const bonin::OtpSent& sent) {
  auto out = Napi::Object::New(env);
  out.Set("api", to_js(env, to_string(sent.api)));
  out.Set("id", to_js(env, sent.id));
  out.Set("expiresAt", to_js(env, sent.expires_at));
  return out;
}

napi_value to_js(napi_env env, const bonin::PortOneV2::Page& page) {
  auto out = Napi::Object::New(env);
  out.Set("items", array_of(env, page.items));
  out.Set("number", page.number);
  out.Set("size", page.size);
  out.Set("totalCount", page.total_count);
  return out;
}

namespace {

napi_valuetype type_of(napi_env env, napi_value value) {
  napi_valuetype type = napi_undefined;
  napi_typeof(env, value, &type);
  return type;
}

std::string quoted(const char* parameter) { return "`" + std::string(parameter) + "`"; }

/// Refuses a lone surrogate. Node would write U+FFFD for it, so that two different texts could become equal.
void refuse_lone_surrogates(napi_env env, napi_value value, const std::string& text, const char* parameter,
                            ErrorKind kind) {
  if (text.find("\xEF\xBF\xBD") == std::string::npos) return;
  const auto units = Napi::String(env, value).Utf16Value();
  const auto is_within = [](char16_t unit, char16_t first, char16_t last) { return unit >= first && unit <= last; };
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (!is_within(units[i], 0xD800, 0xDFFF)) continue;
    const bool is_pair = units[i] <= 0xDBFF && i + 1 < units.size() && is_within(units[i + 1], 0xDC00, 0xDFFF);
    if (!is_pair) raise(env, kind, quoted(parameter) + " holds half a character (a lone surrogate)", parameter);
    ++i;
  }
}

}  // namespace

bool is_given(napi_env env, napi_value value) {
  const auto type = type_of(env, value);
  return type != napi_undefined && type != napi_null;
}

std::string to_text(napi_env env, napi_value value, const char* parameter, ErrorKind kind) {
  // Most texts are ids: one call is enough for them.
  std::array<char, 256> buffer;
  std::size_t size = 0;
  if (napi_get_value_string_utf8(env, value, buffer.data(), buffer.size(), &size) != napi_ok) {
    raise(env, kind, quoted(parameter) + " must be a string", parameter);
  }
  // Node ends a text that does not fit at the last whole character, up to three bytes before the end of the buffer.
  if (size + 4 < buffer.size()) {
    std::string text(buffer.data(), size);
    refuse_lone_surrogates(env, value, text, parameter, kind);
    return text;
  }
  napi_get_value_string_utf8(env, value, nullptr, 0, &size);
  std::string text(size, '\0');
  napi_get_value_string_utf8(env, value, text.data(), size + 1, &size);
  refuse_lone_surrogates(env, value, text, parameter, kind);
  return text;
}

std::string to_own_id(napi_env env, napi_value value, const char* parameter) {
  napi_valuetype type = napi_undefined;
  napi_typeof(env, value, &type);
  double number = 0;
  if (type == napi_number) napi_get_value_double(env, value, &number);
  const bool safe = type == napi_number && std::trunc(number) == number && std::abs(number) <= 9007199254740991.0;
  if (safe) return std::to_string(static_cast<std::int64_t>(number));
  if (type == napi_bigint) napi_coerce_to_string(env, value, &value);
  if (type == napi_bigint || type == napi_string) return to_text(env, value, parameter);
  raise(env, ErrorKind::invalid_argument,
        quoted(parameter) + " must be a string, a safe integer or a BigInt: use `String(id)` for anything else",
        parameter);
}

std::int64_t to_integer(napi_env env, napi_value value, const char* parameter, ErrorKind kind) {
  double number = 0;
  if (napi_get_value_double(env, value, &number) != napi_ok || !std::isfinite(number) || std::trunc(number) != number) {
    raise(env, kind, quoted(parameter) + " must be a whole number", parameter);
  }
  if (std::abs(number) > 9007199254740991.0) raise(env, kind, quoted(parameter) + " is out of range", parameter);
  return static_cast<std::int64_t>(number);
}

double to_number(napi_env env, napi_value value, const char* parameter) {
  double number = 0;
  if (napi_get_value_double(env, value, &number) != napi_ok) {
    raise(env, ErrorKind::invalid_argument, quoted(parameter) + " must be a number", parameter);
  }
  return number;
}

bool to_bool(napi_env env, napi_value value, const char* parameter) {
  bool answer = false;
  if (napi_get_value_bool(env, value, &answer) != napi_ok) {
    raise(env, ErrorKind::invalid_argument, quoted(parameter) + " must be true or false", parameter);
  }
  return answer;
}

bonin::Moment to_moment(napi_env env, napi_value value, const char* parameter) {
  double milliseconds = NAN;
  if (napi_get_date_value(env, value, &milliseconds) != napi_ok || !std::isfinite(milliseconds)) {
    raise(env, ErrorKind::invalid_argument, quoted(parameter) + " must be a valid Date", parameter);
  }
  return bonin::Moment{std::chrono::milliseconds{static_cast<std::int64_t>(milliseconds)}};
}

bonin::Date to_date(napi_env env, napi_value value, const char* parameter) {
  std::optional<bonin::Date> date;
  if (type_of(env, value) == napi_string) date = bonin::parse_date(to_text(env, value, parameter));
  if (!date) {
    raise(env, ErrorKind::invalid_argument,
          quoted(parameter) + " must be a string `YYYY-MM-DD` (a Date would depend on a time zone)", parameter);
  }
  return *date;
}

std::size_t to_word_index(napi_env env, napi_value value, const char* parameter,
                          std::span<const std::string_view> words) {
  const auto text = to_text(env, value, parameter);
  const auto found = std::find(words.begin(), words.end(), text);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  std::string all;
  for (const auto word : words) all.append(all.empty() ? "`" : ", `").append(word).append("`");
  raise(env, bonin::ErrorKind::invalid_argument,
        "`" + std::string(parameter) + "` must be one of " + all + bonin::did_you_mean(text, words), parameter);
}

std::shared_ptr<const bonin::Clock> to_clock(napi_env env, napi_value value) {
  if (!is_given(env, value)) return nullptr;
  return from_handle<std::shared_ptr<const bonin::Clock>>(env, value);
}

std::optional<std::chrono::milliseconds> to_timeout(napi_env env, napi_value value) {
  if (!is_given(env, value)) return std::nullopt;
  return std::chrono::milliseconds{to_integer(env, value, "timeoutMs", ErrorKind::invalid_timeout)};
}
