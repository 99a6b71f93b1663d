#include "transport/url.hpp"

#include <arpa/inet.h>
#include <curl/curl.h>

#include <memory>

namespace bonin {
namespace {

struct Url {
  Url() : handle(curl_url(), &curl_url_cleanup) {}
  bool parse(std::string_view text) {
    return curl_url_set(handle.get(), CURLUPART_URL, std::string(text).c_str(), 0) == CURLUE_OK;
  }
  /// A part, empty if it is not there.
  std::string part(CURLUPart what) const {
    char* text = nullptr;
    if (curl_url_get(handle.get(), what, &text, 0) != CURLUE_OK) return {};
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

Error wrong(ErrorKind kind, std::string message) {
  Error error;
  error.kind = kind;
  error.parameter = "base_url";
  error.message = std::move(message);
  return error;
}

}  // namespace

Result<std::string> check_base_url(std::string_view text) {
  Url url;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) <= ' ' || c == 0x7f) return wrong(ErrorKind::insecure_url, "base_url is no URL");
  }
  if (!url.parse(text)) return wrong(ErrorKind::insecure_url, "base_url is no URL");
  const auto scheme = url.part(CURLUPART_SCHEME);
  const auto host = url.part(CURLUPART_HOST);
  if (scheme != "https" && scheme != "http")
    return wrong(ErrorKind::insecure_url, "base_url is neither https nor http");
  if (scheme == "http" && !is_loopback(host)) {
    return wrong(ErrorKind::insecure_url, "base_url is http to a host that is not loopback");
  }
  if (!url.part(CURLUPART_USER).empty() || !url.part(CURLUPART_PASSWORD).empty()) {
    return wrong(ErrorKind::insecure_url, "base_url holds a user or a password");
  }
  if (text.find_first_of("?#") != std::string_view::npos) {
    return wrong(ErrorKind::insecure_url, "base_url holds a query or a fragment");
  }
  std::string clean(text);
  while (!clean.empty() && clean.back() == '/') clean.pop_back();
  return clean;
}

std::string host_of(std::string_view text) {
  Url url;
  return url.parse(text) ? url.part(CURLUPART_HOST) : std::string{};
}

std::string percent_encode(std::string_view text) {
  if (text.empty()) return {};
  char* encoded = curl_easy_escape(nullptr, text.data(), static_cast<int>(text.size()));
  std::string copy = encoded;
  curl_free(encoded);
  return copy;
}

}  // namespace bonin
