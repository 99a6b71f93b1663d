#pragma once
// What every call of both clients has in common: check, send, read.

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>
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

/// `done` waits for what `read` makes of the body, a Result<T>.
template <class T, class Read>
class TypedRecipient final : public Recipient {
 public:
  TypedRecipient(Read read, Callback<T> done) : read_(std::move(read)), done_(std::move(done)) {}

  std::optional<Error> read(Response response) override {
    Result<T> result = read_(std::move(response.body));
    value_.reset();  // of an answer that was asked again
    if (!result) return std::move(result.error());
    value_.emplace(std::move(result.value()));
    return std::nullopt;
  }
  const Verification* found() const override {
    if constexpr (std::is_same_v<T, VerificationPtr>) return value_ ? value_->get() : nullptr;
    return nullptr;
  }
  void deliver(std::optional<Error> error) override {
    if (error) return done_(std::move(*error));
    done_(std::move(*value_));
  }

 private:
  Read read_;
  Callback<T> done_;
  std::optional<T> value_;
};

/// Sends a plan; `read` makes a Result<T> of the body that answers it.
template <class T, class Read>
Call ask(Sessions& sessions, Plan plan, const CallOptions& options, Callback<T> done, Read read) {
  return Exchange::begin(sessions.session(), std::move(plan), options,
                         std::make_unique<TypedRecipient<T, Read>>(std::move(read), std::move(done)));
}

}  // namespace bonin
