#include "request_log.hpp"

#include <algorithm>

#include "world.hpp"

namespace bonin::sandbox {
namespace {

const char* scheme_of(const Request& request) noexcept {
  if (!request.has_authorization) return nullptr;
  if (request.authorization.substr(0, 7) == "Bearer ") return "Bearer";
  if (request.authorization.substr(0, 8) == "PortOne ") return "PortOne";
  return "raw";
}

std::string route_name(std::size_t route) {
  if (route >= routes().size()) return "unknown";
  return std::string(routes()[route].method) + " " + std::string(routes()[route].pattern);
}

}  // namespace

void RequestLog::add(const Request& request, std::size_t route, std::string_view store_id, unsigned status,
                     std::int64_t at_ms) {
  if (entries_.size() < capacity) {
    entries_.emplace_back();
    next_ = entries_.size() - 1;
  }
  Entry& entry = entries_[next_];
  next_ = (next_ + 1) % capacity;
  entry.method.assign(request.method.substr(0, 16));
  entry.path.assign(request.path.substr(0, 512));
  entry.tier.assign(request.tier.substr(0, 64));
  entry.store_id.assign(store_id.substr(0, 128));
  entry.route = route;
  entry.status = status;
  entry.authorization = scheme_of(request);
  entry.connection = request.connection;
  entry.at_ms = at_ms;
  ++total_;
  if (by_route_.empty()) by_route_.resize(routes().size() + 1);
  ++by_route_[std::min(route, routes().size())];
  if (request.connection >= seen_.size()) seen_.resize(request.connection + 1024);
  if (!seen_[request.connection]) {
    seen_[request.connection] = true;
    ++connections_;
  }
}

Json RequestLog::json(std::size_t limit) const {
  Json by_route = Json::object();
  for (std::size_t i = 0; i < by_route_.size(); ++i) {
    if (by_route_[i] > 0) by_route[route_name(i)] = by_route_[i];
  }
  Json list = Json::array();
  const std::size_t count = std::min(limit, entries_.size());
  const auto text = [](const std::string& s) { return s.empty() ? Json(nullptr) : Json(s); };
  for (std::size_t i = entries_.size() - count; i < entries_.size(); ++i) {
    // A full ring starts at the entry that would be written over next.
    const Entry& e = entries_[entries_.size() < capacity ? i : (next_ + i) % capacity];
    list.push_back({{"method", e.method},
                    {"path", e.path},
                    {"route", route_name(e.route)},
                    {"status", e.status},
                    {"authorization", e.authorization ? Json(e.authorization) : Json(nullptr)},
                    {"tier", text(e.tier)},
                    {"store_id", text(e.store_id)},
                    {"connection", e.connection},
                    {"at_ms", e.at_ms}});
  }
  return {{"total", total_}, {"by_route", by_route}, {"connections", connections_}, {"requests", list}};
}

void RequestLog::clear() {
  entries_.clear();
  by_route_.clear();
  seen_.clear();
  next_ = 0;
  total_ = connections_ = 0;
}

}  // namespace bonin::sandbox
