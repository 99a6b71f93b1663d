#include "transport/hosts.hpp"

#include "transport/names.hpp"
#include "transport/url.hpp"

namespace bonin {

Host& Hosts::of(const std::shared_ptr<const ConnectionOptions>& connection) {
  if (const auto found = hosts_.find(connection); found != hosts_.end()) return found->second;
  if (hosts_.size() >= kept) {
    std::erase_if(hosts_, [](const auto& one) { return one.second.under_way == 0 && one.second.waiting.empty(); });
  }
  Host& host = hosts_[connection];
  host.connection = connection;
  const auto place = connection->proxy.empty() ? place_of(connection->base_url) : place_of_proxy(connection->proxy);
  if (needs_no_look_up(place.host)) return host;
  host.name = place.host;
  host.port = place.port;
  return host;
}

}  // namespace bonin
