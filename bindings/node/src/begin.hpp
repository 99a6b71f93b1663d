#pragma once
// The start of a call: its slot is the second argument.

#include <napi.h>

#include <cstdint>
#include <utility>

#include "bonin/bonin.hpp"
#include "convert.hpp"
#include "environment.hpp"

inline std::uint32_t slot_of(const Napi::CallbackInfo& info) { return info[1].As<Napi::Number>().Uint32Value(); }

/// `start(done, options)` answers the Call. Its time limit, or undefined, is the last argument.
template <class T, class Start>
Napi::Value begin(const Napi::CallbackInfo& info, Start start) {
  const auto env = info.Env();
  const bonin::CallOptions call{.timeout = to_timeout(env, info[info.Length() - 1]),
                                .caller = Environment::of(env).caller()};
  Environment::of(env).begin<T>(slot_of(info), [&](auto done) { return start(std::move(done), call); });
  return env.Undefined();
}
