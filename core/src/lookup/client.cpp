// What PortOneV1 and PortOneV2 share.

#include "lookup/client.hpp"

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

std::string PortOneClient::describe() const {
  const std::string name = api() == Api::v1 ? "PortOneV1" : "PortOneV2";
  return name + "(host=" + host_of(impl_->sessions.connection().base_url) + ")";
}

Metrics PortOneClient::metrics() const { return impl_->sessions.metrics(); }
Circuit PortOneClient::circuit() const { return impl_->sessions.circuit(); }
void PortOneClient::listen(LogLevel from) const { impl_->sessions.listen(from); }
bool PortOneClient::has_log_events() const { return impl_->sessions.has_log_events(); }
std::vector<LogEvent> PortOneClient::take_log_events() const { return impl_->sessions.take_log_events(); }

}  // namespace bonin
