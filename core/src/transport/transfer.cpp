#include "transport/transfer.hpp"

#include <curl/curl.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <utility>

namespace bonin {
namespace {

constexpr curl_off_t max_body = 1 << 20;
constexpr std::size_t parser_padding = 64;

std::size_t on_body(char* data, std::size_t, std::size_t size, void* target) {
  auto& transfer = *static_cast<Transfer*>(target);
  if (transfer.body.size() + size > static_cast<std::size_t>(max_body)) {
    transfer.too_large = true;
    return 0;
  }
  // Usually the one piece there is: with room for what the JSON parser reads past the end, it is parsed in place.
  if (transfer.body.empty()) transfer.body.reserve(size + parser_padding);
  transfer.body.append(data, size);
  return size;
}

struct DefaultCa {
  char* file = nullptr;
  char* path = nullptr;
};

/// Where libcurl was built to look; an option once changed can only be put back by value.
const DefaultCa& default_ca() {
  static const DefaultCa found = [] {
    DefaultCa ca;
    const auto* version = curl_version_info(CURLVERSION_NOW);
    if (version->age >= CURLVERSION_SEVENTH) {
      ca.file = const_cast<char*>(version->cainfo);
      ca.path = const_cast<char*>(version->capath);
    }
    return ca;
  }();
  return found;
}

}  // namespace

Transfer::Transfer(std::size_t own_slot, CURLSH* share) : slot(own_slot), share_(share) { make_handle(); }

Transfer::~Transfer() { curl_easy_cleanup(easy); }

void Transfer::make_handle() {
  curl_easy_cleanup(easy);
  easy = curl_easy_init();
  connection_.reset();
  curl_easy_setopt(easy, CURLOPT_PRIVATE, this);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, max_body);  // one that says so is not even begun
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT,
                   1L);  // never joins a resolver: a dead name server would stop all calls
  curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, 5L);  // a retry may find a new address
  curl_easy_setopt(easy, CURLOPT_NOPROXY, "");            // not the environment's either
  curl_easy_setopt(easy, CURLOPT_SHARE, share_);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, 30L);  // an idle connection older than this is not trusted
}

void Transfer::prepare_connection() {
  connection_ = request.connection;
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(connection_->connect_timeout.count()));
  curl_easy_setopt(easy, CURLOPT_PROXY, connection_->proxy.c_str());  // empty: none, not even the environment's
  if (!connection_->ca_file.empty()) {
    curl_easy_setopt(easy, CURLOPT_CAINFO, connection_->ca_file.c_str());
    curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
  } else {
    curl_easy_setopt(easy, CURLOPT_CAINFO, default_ca().file);
    curl_easy_setopt(easy, CURLOPT_CAPATH, default_ca().path);
  }
}

void Transfer::prepare(Request next, std::function<void(Outcome)> on_end) {
  request = std::move(next);
  done = std::move(on_end);
  body.clear();
  too_large = false;
  // A handle never forgets the system's last error, which tells how a TLS handshake failed.
  long system_error = 0;
  curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &system_error);
  if (system_error != 0) make_handle();
  if (connection_ != request.connection) prepare_connection();
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  // Waiting pays where TLS tells early whether the connection is shared. In plain HTTP the first answer tells, so
  // that a first request without one would hold all others back.
  curl_easy_setopt(easy, CURLOPT_PIPEWAIT, request.url.rfind("https:", 0) == 0 ? 1L : 0L);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, request.headers->list());
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(1, request.timeout.count())));
  switch (request.method) {
    case Method::get:
      curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, nullptr);
      curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
      break;
    case Method::post:
      curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, nullptr);
      curl_easy_setopt(easy, CURLOPT_POST, 1L);
      curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.data());
      curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
      break;
    case Method::erase:
      curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
      curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, "DELETE");
      break;
  }
  // libcurl sends a request again by itself when a kept connection turns out dead, a POST too. A fresh connection
  // takes that chance away from requests that must not be sent twice.
  curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, request.may_repeat ? 0L : 1L);
}

void Transfer::clear() {
  sequence = 0;
  done = nullptr;
  // A body holds credentials or what a person typed.
  OPENSSL_cleanse(request.body.data(), request.body.size());
  request.body.clear();
  request.headers.reset();
  request.connection.reset();
  if (body.capacity() > 64 * 1024) body = {};
}

}  // namespace bonin
