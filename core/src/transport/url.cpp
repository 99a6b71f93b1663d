#include "transport/url.hpp"

#include <arpa/inet.h>
#include <curl/curl.h>

#include <memory>
#include <new>
#include <utility>

namespace bonin {
namespace {

struct Url {
  Url() : handle(curl_url(), &curl_url_cleanup) {
    if (!handle) throw std::bad_alloc();
  }
  bool parse(std::string_view text, unsigned flags = 0) {
    return curl_url_set(handle.get(), CURLUPART_URL, std::string(text).c_str(), flags) == CURLUE_OK;
  }
  /// A part, empty if it is not there.
  std::string part(CURLUPart what, unsigned flags = 0) const {
    char* text = nullptr;
    if (curl_url_get(handle.get(), what, &text, flags) != CURLUE_OK) return {};
    std::string copy = text;
    curl_free(text);
    return copy;
  }
  std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> handle;
};

bool is_loopback(const std::string& host) {
  if (host == "localhost" || host == "[::1]") return true;
  in_addr address{};  // what is no address, such as `127.0.0.1.`, is a name that somebody's DNS answers
  return inet_pton(AF_INET, host.c_str(), &address) == 1 && ntohl(address.s_addr) >> 24 == 127;
}

Error wrong(ErrorKind kind, std::string message) { return make_error(kind, std::move(message), "base_url"); }

}  // namespace

Result<std::string> check_base_url(std::string_view text, bool any_host) {
  Url url;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) <= ' ' || c == 0x7f) return wrong(ErrorKind::insecure_url, "base_url is no URL");
  }
  if (!url.parse(text)) return wrong(ErrorKind::insecure_url, "base_url is no URL");
  const auto scheme = url.part(CURLUPART_SCHEME);
  const auto host = url.part(CURLUPART_HOST);
  if (scheme != "https" && scheme != "http")
    return wrong(ErrorKind::insecure_url, "base_url is neither https nor http");
  if (scheme == "http" && !is_loopback(host) && !any_host) {
    return wrong(ErrorKind::insecure_url,
                 "base_url is http to a host that is not loopback (a sandbox there needs `allow_insecure_sandbox`)");
  }
  if (!url.part(CURLUPART_USER).empty() || !url.part(CURLUPART_PASSWORD).empty()) {
    return wrong(ErrorKind::insecure_url, "base_url holds a user or a password");
  }
  if (text.find_first_of("?#") != std::string_view::npos) {
    return wrong(ErrorKind::insecure_url, "base_url holds a query or a fragment");
  }
  // Whoever looks at the scheme from here on may compare it.
  std::string clean(text);
  clean.replace(0, scheme.size(), scheme);
  while (!clean.empty() && clean.back() == '/') clean.pop_back();
  return clean;
}

bool leaves_the_machine_in_the_clear(std::string_view text) {
  Url url;
  return !url.parse(text) || (url.part(CURLUPART_SCHEME) == "http" && !is_loopback(url.part(CURLUPART_HOST)));
}

std::string host_of(std::string_view text) {
  Url url;
  return url.parse(text) ? url.part(CURLUPART_HOST) : std::string{};
}

Place place_of(std::string_view text) {
  Url url;
  if (!url.parse(text)) return {};
  return {url.part(CURLUPART_HOST), url.part(CURLUPART_PORT, CURLU_DEFAULT_PORT)};
}

Place place_of_proxy(std::string_view proxy) {
  Url url;
  const bool bare = proxy.find("://") == std::string_view::npos;
  if (!url.parse(bare ? "http://" + std::string(proxy) : std::string(proxy), CURLU_NON_SUPPORT_SCHEME)) return {};
  const auto scheme = url.part(CURLUPART_SCHEME);
  if (scheme == "socks4" || scheme == "socks5") return {};  // the target's name is asked for here as well
  auto port = url.part(CURLUPART_PORT);
  if (port.empty()) port = scheme == "https" ? "443" : "1080";
  return {url.part(CURLUPART_HOST), std::move(port)};
}

std::string percent_encode(std::string_view text) {
  if (text.empty()) return {};
  char* encoded = curl_easy_escape(nullptr, text.data(), static_cast<int>(text.size()));
  if (encoded == nullptr) throw std::bad_alloc();
  std::string copy = encoded;
  curl_free(encoded);
  return copy;
}

}  // namespace bonin
