#pragma once
// Either a value or an Error. No exception crosses a room of bonin.

#include <functional>
#include <utility>
#include <variant>

#include "bonin/error.hpp"

namespace bonin {

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }

  /// The value. Undefined unless ok().
  T& value() & noexcept { return *std::get_if<0>(&state_); }
  const T& value() const& noexcept { return *std::get_if<0>(&state_); }
  T&& value() && noexcept { return std::move(*std::get_if<0>(&state_)); }
  T* operator->() noexcept { return std::get_if<0>(&state_); }
  const T* operator->() const noexcept { return std::get_if<0>(&state_); }

  /// The error. Undefined if ok().
  Error& error() & noexcept { return *std::get_if<1>(&state_); }
  const Error& error() const& noexcept { return *std::get_if<1>(&state_); }
  Error&& error() && noexcept { return std::move(*std::get_if<1>(&state_)); }

 private:
  std::variant<T, Error> state_;
};

/// "It was done" for calls that answer nothing else.
struct Done {};

/// Receives the end of an asynchronous call, exactly once: on bonin's I/O thread, or on the caller's own thread before
/// the call returns when no request was needed. Must not block and must not throw.
template <class T>
using Callback = std::function<void(Result<T>)>;

}  // namespace bonin
