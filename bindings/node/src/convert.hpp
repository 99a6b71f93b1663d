#pragma once
// Between JavaScript's values and the core's.

#include <napi.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "bonin/bonin.hpp"
#include "errors.hpp"

// ---- to JavaScript ------------------------------------------------------------------------------
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
napi_value to_js(napi_env env, const bonin::JudgedPtr& judged);       // a handle
napi_value to_js(napi_env env, const bonin::PortOneV2::Page& page);   // {items: handles, number, size, totalCount}
napi_value to_js(napi_env env, const bonin::OtpSent& sent);           // {api, id, expiresAt}
napi_value to_js(napi_env env, const bonin::CheckReport& report);     // {ok, checks: [{name, ok, reason, …}]}

/// Empty text is undefined.
inline napi_value text_or_undefined(napi_env env, std::string_view text) {
  return text.empty() ? undefined(env) : to_js(env, text);
}

/// An array of what `convert` makes of each.
template <class Items, class Convert>
Napi::Array array_of(napi_env env, const Items& items, const Convert& convert) {
  auto out = Napi::Array::New(env, items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    out.Set(static_cast<std::uint32_t>(i), Napi::Value(env, convert(items[i])));
  }
  return out;
}

/// An array of what to_js() makes of each.
template <class Items>
Napi::Array array_of(napi_env env, const Items& items) {
  return array_of(env, items, [env](const auto& item) { return to_js(env, item); });
}

template <class T>
napi_value value_or_undefined(napi_env env, const std::optional<T>& value) {
  return value ? to_js(env, *value) : undefined(env);
}

// ---- handles: what the classes of lib/*.js hold in a private field ------------------------------
/// The type tag of a handle. Each type has a `number` of its own, so that no handle is taken for one of another type.
struct HandleKind {
  std::uint64_t number;
  const char* name;

  /// The first half is an address of this addon. A second addon in the process, perhaps of another version, has another
  /// one.
  napi_type_tag tag() const { return {reinterpret_cast<std::uintptr_t>(&mapped_at), number}; }

  static const char mapped_at;
};

/// The kind of a type that only one file knows is defined in that file.
template <class T>
inline constexpr HandleKind handle_kind{};
template <>
inline constexpr HandleKind handle_kind<bonin::VerificationPtr>{1, "Verification"};
template <>
inline constexpr HandleKind handle_kind<bonin::Decision>{2, "Decision"};
template <>
inline constexpr HandleKind handle_kind<bonin::Policy>{3, "Policy"};
template <>
inline constexpr HandleKind handle_kind<std::shared_ptr<bonin::PolicyFile>>{4, "PolicyFile"};
template <>
inline constexpr HandleKind handle_kind<std::shared_ptr<const bonin::PortOne>>{5, "PortOne"};
template <>
inline constexpr HandleKind handle_kind<bonin::Registry>{6, "Registry"};
template <>
inline constexpr HandleKind handle_kind<bonin::Verifier>{7, "Verifier"};
template <>
inline constexpr HandleKind handle_kind<bonin::JudgedPtr>{16, "Judged"};
template <>
inline constexpr HandleKind handle_kind<bonin::Reservation>{11, "Reservation"};
template <>
inline constexpr HandleKind handle_kind<bonin::Proofs>{12, "Proofs"};
template <>
inline constexpr HandleKind handle_kind<std::shared_ptr<const bonin::Clock>>{13, "Clock"};

template <class T>
napi_value to_handle(napi_env env, T value) {
  static_assert(handle_kind<T>.number != 0, "a handle needs a kind");
  napi_value handle;
  auto held = std::make_unique<T>(std::move(value));
  const auto release = [](napi_env, void* data, void*) { delete static_cast<T*>(data); };
  NAPI_THROW_IF_FAILED_VOID(env, napi_create_external(env, held.get(), release, nullptr, &handle));
  held.release();
  const auto tag = handle_kind<T>.tag();
  NAPI_THROW_IF_FAILED_VOID(env, napi_type_tag_object(env, handle, &tag));
  return handle;
}

/// Throws InvalidArgument for anything but a handle of this type.
template <class T>
T& from_handle(napi_env env, napi_value handle) {
  const auto tag = handle_kind<T>.tag();
  bool is_ours = false;
  void* data = nullptr;
  napi_valuetype type = napi_undefined;
  if (napi_typeof(env, handle, &type) != napi_ok || type != napi_external ||
      napi_check_object_type_tag(env, handle, &tag, &is_ours) != napi_ok || !is_ours ||
      napi_get_value_external(env, handle, &data) != napi_ok) {
    raise(env, bonin::ErrorKind::invalid_argument,
          std::string("the handle of a ") + handle_kind<T>.name + " was expected", handle_kind<T>.name);
  }
  return *static_cast<T*>(data);
}

/// What the first argument is a handle of.
template <class T>
T& self(const Napi::CallbackInfo& info) {
  return from_handle<T>(info.Env(), info[0]);
}

// ---- from JavaScript: a value of the wrong kind throws InvalidArgument (or `kind`) naming the parameter
bool is_given(napi_env env, napi_value value);  // neither undefined nor null
std::string to_text(napi_env env, napi_value value, const char* parameter,
                    bonin::ErrorKind kind = bonin::ErrorKind::invalid_argument);
/// An id of the application's as text: a string, a safe integer or a BigInt in decimal digits.
std::string to_own_id(napi_env env, napi_value value, const char* parameter);
std::int64_t to_integer(napi_env env, napi_value value, const char* parameter,
                        bonin::ErrorKind kind = bonin::ErrorKind::invalid_argument);
double to_number(napi_env env, napi_value value, const char* parameter);
bool to_bool(napi_env env, napi_value value, const char* parameter);
bonin::Moment to_moment(napi_env env, napi_value value, const char* parameter);
bonin::Date to_date(napi_env env, napi_value value, const char* parameter);
std::size_t to_word_index(napi_env env, napi_value value, const char* parameter,
                          std::span<const std::string_view> words);
/// The value of an enumeration, by its word.
template <class Enum>
Enum to_word(napi_env env, napi_value value, const char* parameter) {
  return static_cast<Enum>(to_word_index(env, value, parameter, bonin::words<Enum>));
}
std::optional<std::chrono::milliseconds> to_timeout(napi_env env, napi_value value);
/// The handle of a clock; null where none is given.
std::shared_ptr<const bonin::Clock> to_clock(napi_env env, napi_value value);
