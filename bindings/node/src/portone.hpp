#pragma once
// What the two clients share. A handle of either holds a std::shared_ptr<const bonin::PortOne>.

#include <memory>
#include <string>
#include <type_traits>

#include "begin.hpp"
#include "bonin/bonin.hpp"
#include "convert.hpp"
#include "environment.hpp"
#include "errors.hpp"
#include "options.hpp"

using PortOnePtr = std::shared_ptr<const bonin::PortOne>;

/// Where the client finds Node's own certificates, if it needs them.
inline void bring_certificates(Napi::Env env, bonin::ConnectionOptions& into) {
  into.brought_certificates = [env] {
    return Environment::of(env).bring_certificates().Call({}).ToString().Utf8Value();
  };
}

/// The client behind the first argument, whichever it is.
inline const bonin::PortOne& client(const Napi::CallbackInfo& info) { return *self<PortOnePtr>(info); }

/// The client behind the first argument, as the class that made it. A method can be called on a client of the other
/// API.
template <class Client>
const Client& client(const Napi::CallbackInfo& info) {
  constexpr bool is_v1 = std::is_same_v<Client, bonin::PortOneV1>;
  const auto& either = client(info);
  if (either.api() != (is_v1 ? bonin::Api::v1 : bonin::Api::v2)) {
    raise(info.Env(), bonin::ErrorKind::invalid_argument,
          std::string("`this` must be a ") + (is_v1 ? "PortOneV1" : "PortOneV2"), "this");
  }
  return static_cast<const Client&>(either);
}

// The calls share the order of their first arguments: client, slot, id, timeoutMs.
inline std::string id_of(const Napi::CallbackInfo& info, const char* parameter) {
  return to_text(info.Env(), info[2], parameter, bonin::ErrorKind::invalid_id);
}
/// As the core names it.
inline const char* id_name(bonin::Api api) { return api == bonin::Api::v1 ? "impUid" : "id"; }
inline bonin::CallOptions call_options(const Napi::CallbackInfo& info) {
  return {.timeout = to_timeout(info.Env(), info[3]), .caller = Environment::of(info.Env()).caller()};
}
