#include "lookup/exchange.hpp"

#include <algorithm>
#include <utility>

#include "lookup/options.hpp"
#include "lookup/refusal.hpp"
#include "model/provider.hpp"
#include "transport/post_itself.hpp"

namespace bonin {
namespace {

/// The error of an attempt after which there is no other, though it might have been worth one.
Error too_many(Error error) {
  error.message += ", and too many calls have failed of late to try again";
  return error;
}

/// A body holds what a person typed.
void wipe(std::string& body) {
  Secret(std::move(body));
  body.clear();
}

/// Is the time too short to say anything about PortOne? A caller with a short limit must not open the circuit for
/// others.
bool too_short_to_count(std::chrono::steady_clock::duration allowed, const ConnectionOptions& connection) {
  return allowed < std::min(connection.timeout / 2, std::chrono::milliseconds(1'000));
}

}  // namespace

Call Exchange::begin(std::shared_ptr<Session> session, Plan plan, const CallOptions& options,
                     std::unique_ptr<Recipient> recipient) {
  const auto& connection = *session->connection;
  const auto timeout =
      options.timeout.value_or(plan.waits_for_provider ? connection.provider_timeout : connection.timeout);
  Transport& transport = *session->transport;
  const auto exchange =
      std::make_shared<Exchange>(std::move(session), std::move(plan), timeout, options.caller, std::move(recipient));
  Session& common = *exchange->session_;
  common.health->began();
  exchange->counted_ = true;
  if (++common.under_way > common.connection->max_calls) {
    common.health->full(common.connection->max_calls);
    exchange->refused_ = true;
    exchange->finish(make_error(ErrorKind::overloaded, "the client has as many calls under way as it may"));
  } else if (*common.closed) {
    exchange->finish(make_error(ErrorKind::closed, "the client is closed"));
  } else if (!options.is_step && !(exchange->place_ = Gate::enter(common.inside))) {
    exchange->finish(draining("the client"));
  } else if (!post_itself<&Exchange::itself_>(transport, exchange, [](const auto& self) { self->start(); })) {
    exchange->finish(make_error(ErrorKind::closed, "the process is ending"));
  }
  return Call(exchange);
}

Exchange::Exchange(std::shared_ptr<Session> session, Plan plan, std::chrono::milliseconds timeout, std::uint64_t caller,
                   std::unique_ptr<Recipient> recipient)
    : session_(std::move(session)),
      plan_(std::move(plan)),
      recipient_(std::move(recipient)),
      caller_(caller),
      began_(session_->clock->steady()),
      deadline_(began_ + timeout) {}

void Exchange::cancel() {
  session_->transport->post(
      [self = shared_from_this()] { self->settle(make_error(ErrorKind::cancelled, "the call was cancelled")); });
}

void Exchange::settle(Error error) {
  if (ended_) return;
  // A request that was cut off may have taken effect.
  const bool sent = session_->transport->abort(transfer_);
  const bool open = sent || open_ != nullptr;
  if (takes_effect() && open && error.kind == ErrorKind::closed) error.kind = ErrorKind::outcome_unknown;
  if (takes_effect() && open && error.kind == ErrorKind::cancelled) {
    error.message += "; it may have taken effect: look the id up before sending it again";
  }
  end(described(std::move(error)));
}

void Exchange::start() {
  if (ended_) return;
  if (*session_->closed) return finish(described(make_error(ErrorKind::closed, "the client is closed")));
  started_ = true;
  session_->active.insert(shared_from_this());
  if (may_go()) return authorise();
  refused_ = true;
  finish(described(session_->health->refusal()));
}

bool Exchange::may_go() {
  const auto pass = session_->health->admit();
  probe_ = pass == Breaker::Pass::probe;
  return pass != Breaker::Pass::refused;
}

void Exchange::authorise() {
  const auto remaining = left();
  if (remaining.count() <= 0) return finish(out_of_time());
  awaiting_grant_ = true;
  session_->credential->grant([self = shared_from_this()](Result<Grant> grant) {
    self->awaiting_grant_ = false;
    if (self->ended_) return;
    if (grant) return self->send(std::move(grant.value()));
    // Many calls may wait for one renewal, whose failure counts once, where it is made. Only the probe reports it here.
    if (self->probe_) self->learn(grant.error(), false);
    self->failed(std::move(grant.error()), true);
  });
  if (!awaiting_grant_) return;
  // A renewal has its own deadline; this call's may come first.
  session_->transport->after(remaining, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self || self->ended_ || !self->awaiting_grant_) return;
    const auto error = self->out_of_time();
    if (self->probe_ && !too_short_to_count(self->deadline_ - self->began_, *self->session_->connection)) {
      self->learn(error, false);
    }
    self->finish(error);
  });
}

void Exchange::send(Grant grant) {
  if (left().count() <= 0) return finish(out_of_time());
  generation_ = grant.generation;
  ++attempts_;
  session_->health->sent();
  Request request;
  request.method = plan_.method;
  request.url.reserve(session_->connection->base_url.size() + plan_.path.size());
  request.url += session_->connection->base_url;
  request.url += plan_.path;
  request.body = plan_.body;
  request.headers = std::move(grant.headers);
  if (!plan_.idempotency_key.empty()) {
    const std::string line = "Idempotency-Key: \"" + plan_.idempotency_key + "\"";
    request.headers = std::make_shared<const Headers>(*request.headers, line);
  }
  request.connection = session_->connection;
  request.timeout = left();
  request.may_repeat = safe_to_repeat();
  const bool counts = !plan_.waits_for_provider && !too_short_to_count(request.timeout, *session_->connection);
  transfer_ = session_->transport->send(std::move(request), [self = shared_from_this(), counts](AttemptEnd outcome) {
    self->answered(std::move(outcome), counts);
  });
}

void Exchange::answered(AttemptEnd outcome, bool counts) {
  if (ended_) return;
  transfer_ = {};
  Health& health = *session_->health;
  health.connected(outcome.connections);
  if (!outcome.result) {
    Error error = std::move(outcome.result.error());
    if (counts || error.kind != ErrorKind::timed_out) learn(error, outcome.sent);
    if (outcome.sent) open_ = "the connection ended before the answer came";
    return failed(std::move(error));
  }
  const Response& response = outcome.result.value();
  if (response.date) health.told_time(*response.date);
  if (response.status >= 200 && response.status < 300) {
    health.alive(probe_);
    health.budget.give_back(last_price_);
    outcome.result.value().attempts = attempts_;
    return finish(std::move(outcome.result.value()));
  }
  if (response.status == 401 && !replayed_ && session_->credential->reject(generation_)) {
    replayed_ = true;
    health.alive(probe_);
    return authorise();
  }
  Error error = plan_.refusal(response);
  error.http_status = response.status;
  error.retry_after_ms = response.retry_after_ms;
  learn(error, true);
  if (error.portone_code == idempotency_outstanding) return await_outcome(std::move(error));
  // A 5xx of a gateway does not say whether PortOne acted. A 5xx of PortOne does.
  if (response.status >= 500 && error.kind == ErrorKind::unavailable && error.portone_code.empty()) {
    open_ = "the answer does not say whether it took effect";
  }
  if (error.kind == ErrorKind::not_found && settles(nullptr)) return;
  failed(std::move(error));
}

void Exchange::learn(const Error& error, bool over_this) {
  session_->health->heard(sign_of(error), error, probe_, over_this ? plan_.about : 0);
}

void Exchange::failed(Error error, bool by_token) {
  Health& health = *session_->health;
  const bool throttled = error.kind == ErrorKind::throttled;
  if (error.kind == ErrorKind::timed_out && left().count() <= 0) return finish(out_of_time());
  // With an idempotency key PortOne repeats what it has answered.
  const bool answered = takes_effect() && error.http_status >= 500 && !error.portone_code.empty();
  const bool may_retry =
      !answered && safe_to_repeat() && error.retryable() && retries_ + 1 < session_->connection->max_attempts;
  if (!may_retry) return finish(described(std::move(error)));
  if (health.circuit() == Circuit::open) return finish(described(too_many(std::move(error))));

  auto delay = backoff(retries_ + 1, throttled, session_->random);
  if (error.retry_after_ms) delay = std::max(delay, std::chrono::milliseconds(*error.retry_after_ms));
  // The delay would end after the deadline, so the call ends now with the error it has.
  if (delay >= left()) return finish(described(std::move(error)));
  // The call that sends the token request pays for it.
  if (!by_token && !health.budget.take(throttled)) return finish(described(too_many(std::move(error))));
  last_price_ = by_token ? 0 : throttled ? RetryBudget::throttled_price : RetryBudget::retry_price;
  ++retries_;
  error.cause = std::exchange(cause_, error.message);
  health.will_retry(plan_.name, error, attempts_, delay, caller_);
  session_->transport->after(delay, [self = shared_from_this(), error = std::move(error), by_token]() mutable {
    if (!self->ended_) self->try_again(std::move(error), by_token);
  });
}

/// `error`: the error of the attempt before.
void Exchange::try_again(Error error, bool by_token) {
  const bool throttled = error.kind == ErrorKind::throttled;
  if (!(probe_ || may_go()) || (by_token && !session_->credential->afford(throttled))) {
    cause_ = error.cause;
    return finish(described(too_many(std::move(error))));
  }
  session_->health->retried();
  authorise();
}

void Exchange::await_outcome(Error error) {
  open_ = "PortOne was still carrying it out";
  const auto delay = std::chrono::milliseconds(500 + static_cast<std::int64_t>(500 * session_->random()));
  if (delay >= left()) return finish(described(std::move(error)));
  session_->transport->after(delay, [self = shared_from_this()] {
    if (!self->ended_) self->authorise();
  });
}

bool Exchange::settles(const Verification* found) {
  const Settle& settle = plan_.settle;
  if (settle.time.count() <= 0 || !settle.is_due || !settle.is_due(found)) return false;
  const auto now = session_->clock->steady();
  if (!settle_until_) settle_until_ = now + settle.time;
  const auto delay = std::chrono::milliseconds(250 * std::min(settled_ + 1, 4));
  if (now + delay > *settle_until_ || delay >= left()) return false;
  ++settled_;
  session_->transport->after(delay, [self = shared_from_this()] {
    if (self->ended_) return;
    if (self->may_go()) return self->authorise();
    self->refused_ = true;
    self->finish(self->described(self->session_->health->refusal()));
  });
  return true;
}

void Exchange::finish(Response response) {
  if (ended_) return;
  const int status = response.status;
  auto error = recipient_->read(std::move(response));
  const auto* const found = error ? nullptr : recipient_->found();
  const bool may_settle = error ? error->kind == ErrorKind::not_found : found != nullptr;
  if (may_settle && settles(found)) return;
  if (error) return end(unread(std::move(*error), status));
  if (found && found->status == Status::verified && is_unknown_provider(found->provider, session_->attests)) {
    session_->health->met_unknown_provider(found->provider);
  }
  end(std::nullopt);
}

void Exchange::finish(Error error) {
  if (leaves_open(error)) {
    error.cause = std::exchange(error.message, open_);
    error.kind = ErrorKind::outcome_unknown;
  }
  end(std::move(error));
}

bool Exchange::leaves_open(const Error& error) const noexcept {
  if (!takes_effect() || open_ == nullptr || error.kind == ErrorKind::cancelled) return false;
  if (error.portone_code == idempotency_outstanding) return true;
  const bool about_something_else = error.kind == ErrorKind::unauthorized || error.kind == ErrorKind::throttled;
  const bool told = error.http_status != 0 && !error.portone_code.empty() && !about_something_else;
  return !told;
}

void Exchange::end(std::optional<Error> error) {
  if (ended_) return;
  ended_ = true;
  const auto self = shared_from_this();  // `active` may hold the last other reference
  if (started_) session_->active.erase(self);
  session_->health->give_up(probe_);
  if (std::exchange(counted_, false) && --session_->under_way <= session_->connection->max_calls / 2) {
    session_->health->has_room();
  }
  wipe(plan_.body);
  session_->health->ended({plan_.name, error ? &*error : nullptr, attempts_, session_->clock->steady() - began_,
                           started_, refused_, caller_});
  const auto recipient = std::move(recipient_);
  recipient->deliver(std::move(error));
  place_ = {};  // whoever waits for the last call to end comes after its answer
}

/// The error of an answer that came and cannot be read.
Error Exchange::unread(Error error, int status) const {
  // PortOne took the request, and its result cannot be read.
  if (takes_effect() && error.kind == ErrorKind::unreadable_answer) {
    error.kind = ErrorKind::outcome_unknown;
    error.cause = std::exchange(error.message, "the answer cannot be read");
  }
  error.request = plan_.name;
  error.http_status = status;
  error.attempts = attempts_;
  return error;
}

std::chrono::milliseconds Exchange::left() const {
  return std::chrono::ceil<std::chrono::milliseconds>(deadline_ - session_->clock->steady());
}

Error Exchange::out_of_time() const {
  // Every earlier attempt was answered with a refusal. An attempt that was cut off has an error of its own.
  return described(make_error(ErrorKind::timed_out, "the time allowed for the call is over"));
}

Error Exchange::described(Error error) const {
  // A failed token request keeps its own name: that is where it went wrong.
  if (error.request.empty()) error.request = plan_.name;
  error.attempts = attempts_;
  if (error.cause.empty()) error.cause = cause_;
  return error;
}

}  // namespace bonin
