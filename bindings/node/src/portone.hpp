#pragma once
// What the two clients share. A handle of either holds a std::shared_ptr<const bonin::PortOne>.

#include <memory>

#include "bonin/bonin.hpp"
#include "convert.hpp"
#include "errors.hpp"
#include "options.hpp"

using PortOnePtr = std::shared_ptr<const bonin::PortOne>;

inline void read_connection(Options& options, bonin::ConnectionOptions& into) {
  options.text("baseUrl", into.base_url);
  options.duration("timeoutMs", into.timeout);
  options.duration("connectTimeoutMs", into.connect_timeout);
  options.integer("maxAttempts", into.max_attempts);
  options.text("caFile", into.ca_file);
  options.text("proxy", into.proxy);
}

/// The client behind the first argument, as the class that made it.
template <class Client>
const Client& client(const Napi::CallbackInfo& info) {
  return static_cast<const Client&>(*from_handle<PortOnePtr>(info.Env(), info[0]));
}

// The calls share the order of their first arguments: client, slot, id, timeoutMs.
inline std::uint32_t slot_of(const Napi::CallbackInfo& info) { return info[1].As<Napi::Number>().Uint32Value(); }
inline std::string id_of(const Napi::CallbackInfo& info) {
  return to_text(info.Env(), info[2], "id", bonin::ErrorKind::invalid_id);
}
inline bonin::CallOptions call_options(const Napi::CallbackInfo& info) {
  return {.timeout = to_timeout(info.Env(), info[3])};
}
