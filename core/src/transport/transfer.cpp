#include "transport/transfer.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <cerrno>
#include <new>
#include <utility>

#include "platform/socket.hpp"
#include "transport/authorities.hpp"
#include "transport/places.hpp"
#include "transport/trust.hpp"

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

/// Opens a socket as libcurl does, and remembers the error.
curl_socket_t on_open(void* target, curlsocktype, curl_sockaddr* address) {
  const int made = platform::open_socket(address->family, address->socktype, address->protocol);
  if (made >= 0) return made;
  const bool lacks = errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
  if (lacks) static_cast<Transfer*>(target)->system_error = errno;
  return CURL_SOCKET_BAD;
}

/// libcurl has made a context of TLS, whose file of certificates is read here.
CURLcode on_context(CURL*, void* made, void* file) {
  auto* const context = static_cast<SSL_CTX*>(made);
  const auto* const path = static_cast<const char*>(file);
  if (const auto authorities = Authorities::in(path)) {
    return authorities->serve(context) ? CURLE_OK : CURLE_OUT_OF_MEMORY;
  }
  // The file has changed since.
  return SSL_CTX_load_verify_locations(context, path, nullptr) == 1 ? CURLE_OK : CURLE_SSL_CACERT_BADFILE;
}

}  // namespace

Transfer::Transfer(std::size_t own_slot, CURLSH* share) : slot(own_slot), share_(share) { make_handle(); }

Transfer::~Transfer() {
  curl_easy_cleanup(easy);
  curl_slist_free_all(resolved_);
}

void Transfer::make_handle() {
  curl_easy_cleanup(easy);
  easy = curl_easy_init();
  connection_.reset();
  bool ready = easy != nullptr;
  const auto set = [&](CURLoption option, auto value) {
    ready = ready && curl_easy_setopt(easy, option, value) == CURLE_OK;
  };
  set(CURLOPT_PRIVATE, this);
  set(CURLOPT_WRITEFUNCTION, &on_body);
  set(CURLOPT_WRITEDATA, this);
  set(CURLOPT_OPENSOCKETFUNCTION, &on_open);
  set(CURLOPT_OPENSOCKETDATA, this);
  set(CURLOPT_MAXFILESIZE_LARGE, max_body);  // an answer that announces more is not read
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_QUICK_EXIT, 1L);  // does not join a resolver thread: a dead name server would stop all calls
  set(CURLOPT_NOPROXY, "");     // not the environment's either
  set(CURLOPT_SHARE, share_);
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  set(CURLOPT_MAXAGE_CONN, 30L);         // an idle connection older than this is not trusted
  set(CURLOPT_CA_CACHE_TIMEOUT, 3600L);  // a file of certificates is read again after that
  if (!ready) throw std::bad_alloc();
}

bool Transfer::prepare_connection() {
  connection_ = request.connection;
  static const auto* const nobody = new Trust;  // never destroyed, because a call may come while the process ends
  const Trust& trust = connection_->trust ? *connection_->trust : *nobody;
  // A colon would make two directories of the path.
  const bool divided = !trust.file.empty() && trust.directory.empty() && trust.file.find(':') == std::string::npos &&
                       Authorities::in(trust.file) != nullptr;
  static const BuiltIn built_in = built_in_places();
  const Places places = places_of(trust, divided, built_in);
  const char* const file = places.file;
  const char* const directory = places.directory;
  const std::string* const text = places.made.empty() ? places.certificates : &places.made;
  // Those of the trust are not copied, because they are larger than everything else. The handle releases them before
  // they are destroyed.
  curl_blob blob{};
  if (text != nullptr) {
    const unsigned flags = text == &places.made ? CURL_BLOB_COPY : CURL_BLOB_NOCOPY;
    blob = {const_cast<char*>(text->data()), text->size(), flags};
  }
  curl_blob* const certificates = text == nullptr ? nullptr : &blob;
  const curl_ssl_ctx_callback on_made = divided ? &on_context : nullptr;
  void* const path = const_cast<char*>(trust.file.c_str());
  const auto set = [this](CURLoption option, auto value) { return curl_easy_setopt(easy, option, value) == CURLE_OK; };
  const bool ready = set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(connection_->connect_timeout.count())) &&
                     set(CURLOPT_PROXY, connection_->proxy.c_str()) &&  // empty: none, not even the environment's
                     // A proxy is trusted no more than PortOne.
                     set(CURLOPT_CAINFO, file) && set(CURLOPT_CAPATH, directory) &&
                     set(CURLOPT_CAINFO_BLOB, certificates) && set(CURLOPT_PROXY_CAINFO, file) &&
                     set(CURLOPT_PROXY_CAPATH, directory) && set(CURLOPT_PROXY_CAINFO_BLOB, certificates) &&
                     // A libcurl without OpenSSL does not know this option.
                     ((set(CURLOPT_SSL_CTX_FUNCTION, on_made) && set(CURLOPT_SSL_CTX_DATA, path)) || !divided);
  if (!ready) connection_.reset();
  return ready;
}

bool Transfer::prepare(std::chrono::milliseconds left, const std::string& resolved) {
  body.clear();
  too_large = false;
  system_error = 0;
  // The handle keeps the system's last error of an earlier request, which would be taken for this one's.
  long last_error = 0;
  curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &last_error);
  if (last_error != 0) make_handle();
  if (connection_ != request.connection && !prepare_connection()) return false;
  bool ready = true;
  const auto set = [&](CURLoption option, auto value) {
    ready = ready && curl_easy_setopt(easy, option, value) == CURLE_OK;
  };
  if (!resolved.empty()) {
    curl_slist* list = curl_slist_append(nullptr, resolved.c_str());
    if (list == nullptr) return false;
    curl_slist_free_all(std::exchange(resolved_, list));
    set(CURLOPT_RESOLVE, resolved_);
  }
  set(CURLOPT_URL, request.url.c_str());
  // Waiting for the first connection pays with TLS, which says early whether the connection is shared. In plain HTTP
  // only the first answer says it, and a first request without an answer would hold all others back.
  set(CURLOPT_PIPEWAIT, request.url.rfind("https:", 0) == 0 ? 1L : 0L);
  set(CURLOPT_HTTPHEADER, request.headers->list());
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(1, left.count())));
  switch (request.method) {
    case Method::get:
      set(CURLOPT_CUSTOMREQUEST, static_cast<const char*>(nullptr));
      set(CURLOPT_HTTPGET, 1L);
      break;
    case Method::post:
      set(CURLOPT_CUSTOMREQUEST, static_cast<const char*>(nullptr));
      set(CURLOPT_POST, 1L);
      set(CURLOPT_POSTFIELDS, request.body.data());
      set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
      break;
    case Method::erase:
      set(CURLOPT_HTTPGET, 1L);
      set(CURLOPT_CUSTOMREQUEST, "DELETE");
      break;
  }
  // libcurl sends a request again by itself when a kept connection turns out dead, a POST too. A fresh connection
  // takes that chance away from requests that must not be sent twice.
  set(CURLOPT_FRESH_CONNECT, request.may_repeat ? 0L : 1L);
  return ready;
}

void Transfer::clear() {
  sequence = 0;
  host = nullptr;
  launched = added = false;
  done = nullptr;
  // A body holds credentials or what a person typed, an answer a token or a person.
  Secret(std::move(request.body));
  request.body.clear();
  Secret(std::move(body));
  body.clear();
  request.headers.reset();
  request.connection.reset();
}

}  // namespace bonin
