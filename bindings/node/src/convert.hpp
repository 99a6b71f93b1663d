#pragma once
// Between JavaScript's values and the core's.

#include <napi.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "bonin/bonin.hpp"

// ---- to JavaScript
// ----------------------------------------------------------------------------------------------------
napi_value undefined(napi_env env);
napi_value to_js(napi_env env, std::string_view text);
inline napi_value to_js(napi_env env, const std::string& text) { return to_js(env, std::string_view(text)); }
napi_value to_js(napi_env env, bool value);
napi_value to_js(napi_env env, bonin::Moment moment);  // a JavaScript Date: a moment is one
napi_value to_js(napi_env env, bonin::Date date);      // text YYYY-MM-DD: a JavaScript Date would add a time zone
napi_value to_js(napi_env env, bonin::Gender gender);
napi_value to_js(napi_env env, bonin::Carrier carrier);
napi_value to_js(napi_env env, bonin::VerificationPtr verification);  // a handle
napi_value to_js(napi_env env, bonin::Decision decision);             // a handle
napi_value to_js(napi_env env, const bonin::PortOneV2::Page& page);   // {items: handles, number, size, totalCount}

/// Empty text is undefined.
inline napi_value text_or_undefined(napi_env env, std::string_view text) {
  return text.empty() ? undefined(env) : to_js(env, text);
}

template <class T>
napi_value value_or_undefined(napi_env env, const std::optional<T>& value) {
  return value ? to_js(env, *value) : undefined(env);
}

// ---- handles: what the classes of lib/*.js hold in a private field
// ------------------------------------------------------
template <class T>
napi_value to_handle(napi_env env, T value) {
  napi_value handle;
  auto held = std::make_unique<T>(std::move(value));
  const auto release = [](napi_env, void* data, void*) { delete static_cast<T*>(data); };
  NAPI_THROW_IF_FAILED_VOID(env, napi_create_external(env, held.get(), release, nullptr, &handle));
  held.release();
  return handle;
}

template <class T>
T& from_handle(napi_env env, napi_value handle) {
  void* data = nullptr;
  NAPI_THROW_IF_FAILED_VOID(env, napi_get_value_external(env, handle, &data));
  return *static_cast<T*>(data);
}

// ---- from JavaScript: a value of the wrong kind throws InvalidArgument (or `kind`) naming the parameter
// -----------------
bool is_given(napi_env env, napi_value value);  // neither undefined nor null
std::string to_text(napi_env env, napi_value value, const char* parameter,
                    bonin::ErrorKind kind = bonin::ErrorKind::invalid_argument);
std::int64_t to_integer(napi_env env, napi_value value, const char* parameter,
                        bonin::ErrorKind kind = bonin::ErrorKind::invalid_argument);
bool to_bool(napi_env env, napi_value value, const char* parameter);
bonin::Moment to_moment(napi_env env, napi_value value, const char* parameter);
bonin::Date to_date(napi_env env, napi_value value, const char* parameter);
std::optional<std::chrono::milliseconds> to_timeout(napi_env env, napi_value value);
