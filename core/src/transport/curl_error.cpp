#include "transport/curl_error.hpp"

#include <curl/curl.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "transport/trust.hpp"
#include "transport/url.hpp"

namespace bonin {
namespace {

/// Adds a hint about the proxy to a failure before there was a connection.
Error without_proxy(Error error, const ConnectionOptions& connection) {
  if (connection.proxy_in_environment && connection.proxy.empty()) {
    error.message += "; HTTPS_PROXY and its like are not read: pass `proxy` where there is no other way out";
  }
  return error;
}

}  // namespace

namespace {

/// "`api.portone.io`", or with its port where that is not the scheme's own.
std::string server_of(const ConnectionOptions& connection) {
  const Place place = place_of(connection.base_url);
  const bool usual = place.port == (connection.base_url.starts_with("https:") ? "443" : "80");
  return "`" + (usual ? place.host : place.host + ":" + place.port) + "`";
}

}  // namespace

bool was_connected(CURL* easy) {
  curl_off_t at = 0;
  return curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &at) == CURLE_OK && at > 0;
}

Error not_found(const std::string& host, const ConnectionOptions& connection) {
  return without_proxy(make_error(ErrorKind::connection_failed, "the host name `" + host + "` could not be resolved"),
                       connection);
}

Error not_found_in_time(const std::string& host, const ConnectionOptions& connection) {
  return without_proxy(make_error(ErrorKind::timed_out, "the host name `" + host + "` was not resolved in time"),
                       connection);
}

Error no_place() { return make_error(ErrorKind::timed_out, "no connection was free in time"); }

Error lacking(int system_error) {
  Error error = make_error(ErrorKind::connection_failed, "this machine could not make a connection: " +
                                                             std::generic_category().message(system_error));
  if (system_error == EMFILE || system_error == ENFILE) {
    error.message = "no file descriptor is left for a connection: raise the limit (`ulimit -n`), or close what is open";
  }
  error.of_this_machine = true;
  return error;
}

Error transfer_error(CURL* easy, int code, bool too_large, const ConnectionOptions& connection) {
  if (too_large || code == CURLE_FILESIZE_EXCEEDED) {
    return make_error(ErrorKind::unreadable_answer, "the answer is larger than 1 MiB");
  }
  const std::string server = server_of(connection);
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return not_found(place_of(connection.base_url).host, connection);
    case CURLE_COULDNT_RESOLVE_PROXY:
      return make_error(ErrorKind::connection_failed, "the host name of the proxy could not be resolved");
    case CURLE_COULDNT_CONNECT:
      return without_proxy(make_error(ErrorKind::connection_failed, "no connection to " + server + " could be made"),
                           connection);
    case CURLE_OPERATION_TIMEDOUT:
      if (was_connected(easy))
        return make_error(ErrorKind::timed_out, "no complete answer arrived from " + server + " in time");
      return without_proxy(make_error(ErrorKind::timed_out, "no connection to " + server + " was made in time"),
                           connection);
    case CURLE_OUT_OF_MEMORY:
      return lacking(ENOMEM);
    case CURLE_PEER_FAILED_VERIFICATION:
      return make_error(ErrorKind::tls_failed,
                        "the certificate of " + server + " is not trusted or is for another host");
    case CURLE_SSL_CACERT_BADFILE:
      return unreadable_certificates(connection.trust ? *connection.trust : Trust{});
    case CURLE_SSL_CONNECT_ERROR: {
      long system_error = 0;
      curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &system_error);
      if (system_error == ECONNRESET || system_error == EPIPE) {
        return make_error(ErrorKind::connection_failed,
                          "the connection to " + server + " broke off during the TLS handshake");
      }
      return make_error(ErrorKind::tls_failed, "the TLS handshake with " + server + " failed");
    }
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return make_error(ErrorKind::connection_failed, "the connection to " + server + " broke off");
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_BAD_CONTENT_ENCODING:
      return make_error(ErrorKind::unreadable_answer, "what " + server + " answers is not HTTP");
    default:
      return make_error(ErrorKind::connection_failed,
                        "the transfer from " + server + " failed: " + curl_easy_strerror(static_cast<CURLcode>(code)));
  }
}

}  // namespace bonin
