#pragma once
// The one door through which an Error becomes a JavaScript error: the classes are those of lib/errors.js.

#include <napi.h>

#include <string>
#include <utility>

#include "bonin/bonin.hpp"

/// An instance of the class of the error's kind.
napi_value to_js_error(napi_env env, const bonin::Error& error);

[[noreturn]] void raise(napi_env env, const bonin::Error& error);
[[noreturn]] void raise(napi_env env, bonin::ErrorKind kind, std::string message, std::string parameter);

/// The value of a result, or its error thrown.
template <class T>
T take(napi_env env, bonin::Result<T> result) {
  if (!result) raise(env, result.error());
  return std::move(result).value();
}
