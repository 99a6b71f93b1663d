#pragma once
// Whose call it is: the contextvars that a call's log records and its questions to an own store run with.

#include <pybind11/pybind11.h>

#include <cstdint>

#include "arguments.hpp"
#include "bonin/bonin.hpp"

namespace py = pybind11;

/// While it lives, the calls whose options this thread reads have its number. Greenlets do not switch meanwhile.
class Caller {
 public:
  /// `blocks`: the thread will wait for the call, and runs what the call asks of the application.
  explicit Caller(bool blocks) noexcept;
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;
  ~Caller();
  std::uint64_t number() const noexcept { return number_; }

  /// Of the call whose options are read now; 0: none.
  static std::uint64_t current() noexcept;
  static bool current_blocks() noexcept;

 private:
  const std::uint64_t number_;
  const std::uint64_t outer_;
  const bool outer_blocks_;
};

/// Keeps the present context for a call, from its begin to its end. Begun with the GIL. Destroyed on any thread, which
/// leaves the context to the next one that comes by with the GIL.
class CallContext {
 public:
  CallContext() = default;
  explicit CallContext(std::uint64_t caller);
  CallContext(const CallContext&) = delete;
  CallContext& operator=(const CallContext&) = delete;
  CallContext(CallContext&& other) noexcept : caller_(std::exchange(other.caller_, 0)) {}
  CallContext& operator=(CallContext&& other) noexcept;
  ~CallContext();
  /// The call has ended. With the GIL.
  void end() noexcept;

  /// A copy to run something in, or None. With the GIL.
  static py::object of(std::uint64_t caller);

 private:
  /// Owned, or null.
  PyObject* take() noexcept;
  std::uint64_t caller_ = 0;
};

inline bonin::CallOptions read_call_options(Arguments& arguments) {
  bonin::CallOptions options;
  arguments.duration("timeout_ms", options.timeout);
  options.caller = Caller::current();
  return options;
}
