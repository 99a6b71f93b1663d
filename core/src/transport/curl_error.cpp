#include "transport/curl_error.hpp"

#include <curl/curl.h>

#include <cerrno>

namespace bonin {
namespace {

Error make(ErrorKind kind, std::string message) {
  Error error;
  error.kind = kind;
  error.message = std::move(message);
  return error;
}

bool connected(CURL* easy) {
  curl_off_t at = 0;
  return curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &at) == CURLE_OK && at > 0;
}

}  // namespace

bool may_have_been_sent(CURL* easy) { return connected(easy); }

Error transfer_error(CURL* easy, int code, bool too_large) {
  if (too_large || code == CURLE_FILESIZE_EXCEEDED) {
    return make(ErrorKind::unreadable_answer, "the answer is larger than 1 MiB");
  }
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return make(ErrorKind::connection_failed, "the host name could not be resolved");
    case CURLE_COULDNT_CONNECT:
      return make(ErrorKind::connection_failed, "no connection could be made");
    case CURLE_OPERATION_TIMEDOUT:
      return make(ErrorKind::timed_out,
                  connected(easy) ? "no complete answer arrived in time" : "no connection was made in time");
    case CURLE_PEER_FAILED_VERIFICATION:
      return make(ErrorKind::tls_failed, "the server's certificate is not trusted or is for another host");
    case CURLE_SSL_CACERT_BADFILE:
      return make(ErrorKind::tls_failed, "the file of trusted certificates could not be read");
    case CURLE_SSL_CONNECT_ERROR: {
      long system_error = 0;
      curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &system_error);
      if (system_error == ECONNRESET || system_error == EPIPE) {
        return make(ErrorKind::connection_failed, "the connection broke off during the TLS handshake");
      }
      return make(ErrorKind::tls_failed, "the TLS handshake failed");
    }
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return make(ErrorKind::connection_failed, "the connection broke off");
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_BAD_CONTENT_ENCODING:
      return make(ErrorKind::unreadable_answer, "the answer is not HTTP");
    default:
      return make(ErrorKind::connection_failed,
                  std::string("the transfer failed: ") + curl_easy_strerror(static_cast<CURLcode>(code)));
  }
}

}  // namespace bonin
