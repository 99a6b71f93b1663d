// Which page sends a request. A page of another site could begin a flow in somebody's browser, and the cookie of the
// answer would replace the cookie that ties the person's own flow to that browser.

#include <algorithm>

#include "bonin/web.hpp"
#include "web/text.hpp"

namespace bonin::web {
namespace {

struct Origin {
  std::string scheme;
  std::string host;  // with its port, unless it is the scheme's own
};

std::string without_default_port(std::string_view scheme, std::string host) {
  const std::string_view port = scheme == "http" ? ":80" : scheme == "https" ? ":443" : "";
  if (!port.empty() && host.size() > port.size() && host.compare(host.size() - port.size(), port.size(), port) == 0) {
    host.resize(host.size() - port.size());
  }
  return host;
}

/// A request that no page sent.
bool is_of_no_page(std::string_view scheme) { return scheme == "ftp" || scheme == "ws" || scheme == "wss"; }

std::optional<Origin> parse(std::string_view text) {
  const auto end = text.find("://");
  if (end == std::string_view::npos || end == 0) return std::nullopt;
  const auto scheme = text.substr(0, end);
  const auto host = text.substr(end + 3);
  const auto of_scheme = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
  };
  if (scheme[0] < 'a' || scheme[0] > 'z' || !std::all_of(scheme.begin(), scheme.end(), of_scheme) ||
      is_of_no_page(scheme)) {
    return std::nullopt;
  }
  const auto of_host = [](char c) {
    return c > ' ' && c < 0x7F && std::string_view("/?#@,*\\").find(c) == std::string_view::npos;
  };
  if (host.empty() || host[0] == ':' || !std::all_of(host.begin(), host.end(), of_host)) return std::nullopt;
  return Origin{std::string(scheme), std::string(host)};
}

}  // namespace

bool is_origin(std::string_view text) {
  const auto origin = parse(lower(text));
  return origin && without_default_port(origin->scheme, origin->host) == origin->host;
}

bool is_cross_site(const Origins& said, const std::vector<std::string>& allowed) {
  const auto origin = said.origins.size() == 1 ? lower(said.origins[0]) : std::string();
  const auto is_it = [&](const std::string& one) { return lower(one) == origin; };
  if (!origin.empty() && std::any_of(allowed.begin(), allowed.end(), is_it)) return false;
  if (!said.sites.empty()) {
    const auto& site = said.sites[0];
    return said.sites.size() != 1 || (site != "same-origin" && site != "same-site" && site != "none");
  }
  if (said.origins.empty()) return false;
  const auto page = parse(origin);
  return !page ||
         without_default_port(page->scheme, page->host) != without_default_port(page->scheme, lower(said.host));
}

}  // namespace bonin::web
