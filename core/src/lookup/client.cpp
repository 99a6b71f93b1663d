// What PortOneV1 and PortOneV2 share.

#include "lookup/client.hpp"

#include "lookup/ask.hpp"
#include "lookup/check.hpp"
#include "transport/url.hpp"

namespace bonin {

const std::shared_ptr<const Clock>& PortOneClient::clock() const noexcept { return impl_->sessions.clock(); }

std::chrono::milliseconds PortOneClient::timeout() const noexcept { return impl_->sessions.connection().timeout; }

std::chrono::milliseconds PortOneClient::provider_timeout() const noexcept {
  return impl_->sessions.connection().provider_timeout;
}

Flow PortOneClient::new_flow(const FlowOwner& owner, Moment now) const {
  return impl_->flow_ids.issue({owner, {}}, now, new_id().substr(0, 8));
}

bool PortOneClient::issued(std::string_view flow_id, const FlowOwner& owner, Moment now) const {
  return impl_->flow_ids.judge(flow_id, owner, now, nullptr) == Begun::here;
}

void PortOneClient::close() const { impl_->sessions.close(); }

Call PortOneClient::drain(std::chrono::milliseconds timeout, Callback<std::int64_t> done) const {
  if (refused(CallOptions{timeout}, done)) return {};
  return impl_->sessions.drain(timeout, std::move(done));
}

Result<Entry> PortOneClient::enter() const {
  auto place = Gate::enter(impl_->sessions.session()->inside);
  if (!place) return draining("the client");
  return Entry(std::make_shared<const Gate::Place>(std::move(place)));
}

Call PortOneClient::check(const CallOptions& options, Callback<CheckReport> done) const {
  if (refused(options, done)) return {};
  const auto session = impl_->sessions.session();
  CheckReport report{{check_calls(*impl_), check_certificates(impl_->sessions.connection())}};
  auto answered = [session, api = api(), began = session->clock->steady(), report = std::move(report),
                   done = std::move(done)](const Result<VerificationPtr>& answer) mutable {
    if (!answer && answer.error().kind == ErrorKind::cancelled) return done(answer.error());
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(session->clock->steady() - began);
    report.checks.push_back(check_credentials(api, answer, took));
    report.checks.push_back(check_clock(session->health->skew()));
    done(std::move(report));
  };
  // A client that drains is asked all the same: it is a step of nothing that would keep it from ending.
  return lookup(probe_id(api()), {options.timeout, options.caller, true}, std::move(answered));
}

std::string PortOneClient::describe() const {
  const std::string name = api() == Api::v1 ? "PortOneV1" : "PortOneV2";
  return name + "(host=" + host_of(impl_->sessions.connection().base_url) + ")";
}

Metrics PortOneClient::metrics() const { return impl_->sessions.metrics(); }
Circuit PortOneClient::circuit() const { return impl_->sessions.circuit(); }
void PortOneClient::listen(LogLevel from) const { impl_->sessions.listen(from); }
bool PortOneClient::has_log_events() const { return impl_->sessions.has_log_events(); }
std::vector<LogEvent> PortOneClient::take_log_events() const { return impl_->sessions.take_log_events(); }
void PortOneClient::tell(LogEvent event) const {
  const auto session = impl_->sessions.session();
  if (!session->health->log.wants(event.level)) return;
  event.at = session->clock->now();
  session->health->log.push(std::move(event));
}

}  // namespace bonin
