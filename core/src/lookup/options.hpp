#pragma once
// Checking what a caller passes, and making sessions of it.

#include <chrono>
#include <memory>

#include "lookup/session.hpp"
#include "model/check_timeout.hpp"
#include "model/invalid_argument.hpp"
#include "model/per_process.hpp"

namespace bonin {

/// Fills in PortOne's own base URL and checks the rest. `insecure_url`, `invalid_timeout` or `invalid_argument`.
Result<std::shared_ptr<const ConnectionOptions>> check_connection(ConnectionOptions options, const char* base_url);

/// A key or secret: not empty, printable ASCII without spaces. `missing_credentials`.
Result<Done> check_credential(const Secret& secret, const char* parameter);

/// A client that reaches its server in the clear, on another machine, takes a sandbox's credential alone.
/// `insecure_url`.
Result<Done> check_sandbox_credential(const ConnectionOptions& connection, const Secret& secret, const char* parameter);

/// Nothing is allowed through that ends a header line or hides in one. `invalid_argument`.
Result<Done> check_token_text(std::string_view text, const char* parameter);

/// What a call ends with that comes while its client drains.
Error draining(std::string_view who);

/// What both clients are made of: checked options, and one session per process, made at first use.
class Sessions {
 public:
  using MakeCredential = std::function<std::shared_ptr<Credential>(Transport&, const Session&)>;
  Sessions(std::shared_ptr<const ConnectionOptions> connection, std::shared_ptr<const Clock> clock, Attests attests,
           MakeCredential make_credential);

  std::shared_ptr<Session> session();
  void close();
  bool closed() const noexcept { return *closed_; }
  bool drains() const noexcept { return gate_->drains(); }
  Call drain(std::chrono::milliseconds timeout, Callback<std::int64_t> done);
  /// Of this process: before its first call there is nothing to tell.
  Metrics metrics() const;
  Circuit circuit() const;
  void listen(LogLevel from) const noexcept { log_->from.store(from, std::memory_order_relaxed); }
  bool has_log_events() const noexcept { return log_->waiting.load(std::memory_order_relaxed); }
  std::vector<LogEvent> take_log_events() const;
  const ConnectionOptions& connection() const noexcept { return *connection_; }
  const std::shared_ptr<const Clock>& clock() const noexcept { return clock_; }
  const Attests& attests() const noexcept { return attests_; }

 private:
  std::shared_ptr<const ConnectionOptions> connection_;
  std::shared_ptr<const Clock> clock_;
  Attests attests_;
  MakeCredential make_credential_;
  const std::shared_ptr<std::atomic<bool>> closed_ = std::make_shared<std::atomic<bool>>(false);
  const std::shared_ptr<Gate> gate_ = std::make_shared<Gate>();
  std::shared_ptr<LogGate> log_ = std::make_shared<LogGate>();
  PerProcess<Session> sessions_;
};

}  // namespace bonin
