#pragma once
// What every call of both clients has in common: check, send, read.

#include <functional>
#include <string_view>
#include <utility>

#include "lookup/exchange.hpp"
#include "lookup/options.hpp"

namespace bonin {

/// What a failure may be about, for the circuit; never 0.
inline std::size_t hash_of(std::string_view id) { return std::hash<std::string_view>{}(id) | 1; }

/// Checks the options of a call; true when `done` was told of a mistake.
template <class T>
bool refused(const CallOptions& options, const Callback<T>& done) {
  if (!options.timeout) return false;
  auto ok = check_timeout(*options.timeout, "timeout_ms");
  if (ok) return false;
  done(std::move(ok.error()));
  return true;
}

/// The same for a call about an id.
template <class T>
bool refused(Api api, std::string_view id, const CallOptions& options, const Callback<T>& done) {
  auto ok = check_id(api, id);
  if (ok) return refused(options, done);
  done(std::move(ok.error()));
  return true;
}

/// Sends a plan; `read` makes a Result<T> of the body that answers it.
template <class T, class Read>
Call ask(Sessions& sessions, Plan plan, const CallOptions& options, Callback<T> done, Read read) {
  const char* name = plan.name;
  const bool once = plan.method != Method::get;  // never sent twice
  return Exchange::begin(
      sessions.session(), std::move(plan), options,
      [name, once, done = std::move(done), read = std::move(read)](Exchange& exchange, Result<Response> answer) {
        if (!answer) {
          exchange.count(&answer.error());
          return done(std::move(answer.error()));
        }
        Response& response = answer.value();
        Result<T> result = read(std::move(response.body));
        if (!result) {
          Error& error = result.error();
          // The request was taken: what became of it cannot be read.
          if (once && error.kind == ErrorKind::unreadable_answer) {
            error.kind = ErrorKind::outcome_unknown;
            error.cause = std::exchange(error.message, "the answer cannot be read");
          }
          error.request = name;
          error.http_status = response.status;
          error.attempts = response.attempts;
        }
        exchange.count(result ? nullptr : &result.error());
        done(std::move(result));
      });
}

}  // namespace bonin
