#include "transport/curl_error.hpp"

#include <curl/curl.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "transport/trust.hpp"

namespace bonin {
namespace {

/// What helps where there is no way out but a proxy, for a failure before there was a connection.
Error without_proxy(Error error, const ConnectionOptions& connection) {
  if (connection.proxy_in_environment && connection.proxy.empty()) {
    error.message += "; HTTPS_PROXY and its like are not read: pass `proxy` where there is no other way out";
  }
  return error;
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
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return without_proxy(make_error(ErrorKind::connection_failed, "the host name could not be resolved"), connection);
    case CURLE_COULDNT_CONNECT:
      return without_proxy(make_error(ErrorKind::connection_failed, "no connection could be made"), connection);
    case CURLE_OPERATION_TIMEDOUT:
      if (was_connected(easy)) return make_error(ErrorKind::timed_out, "no complete answer arrived in time");
      return without_proxy(make_error(ErrorKind::timed_out, "no connection was made in time"), connection);
    case CURLE_OUT_OF_MEMORY:
      return lacking(ENOMEM);
    case CURLE_PEER_FAILED_VERIFICATION:
      return make_error(ErrorKind::tls_failed, "the server's certificate is not trusted or is for another host");
    case CURLE_SSL_CACERT_BADFILE:
      return unreadable_certificates(connection.trust ? *connection.trust : Trust{});
    case CURLE_SSL_CONNECT_ERROR: {
      long system_error = 0;
      curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &system_error);
      if (system_error == ECONNRESET || system_error == EPIPE) {
        return make_error(ErrorKind::connection_failed, "the connection broke off during the TLS handshake");
      }
      return make_error(ErrorKind::tls_failed, "the TLS handshake failed");
    }
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return make_error(ErrorKind::connection_failed, "the connection broke off");
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_BAD_CONTENT_ENCODING:
      return make_error(ErrorKind::unreadable_answer, "the answer is not HTTP");
    default:
      return make_error(ErrorKind::connection_failed,
                        std::string("the transfer failed: ") + curl_easy_strerror(static_cast<CURLcode>(code)));
  }
}

}  // namespace bonin
