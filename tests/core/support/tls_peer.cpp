#include "support/tls_peer.hpp"

#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace bonin::test {
namespace {

int choose(SSL*, const unsigned char** out, unsigned char* size, const unsigned char*, unsigned int, void* alpn) {
  const auto& name = *static_cast<const std::string*>(alpn);
  if (name.empty()) return SSL_TLSEXT_ERR_NOACK;
  *out = reinterpret_cast<const unsigned char*>(name.data());
  *size = static_cast<unsigned char>(name.size());
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

TlsPeer::TlsPeer(const std::string& certificate, std::string alpn, std::string bytes)
    : alpn_(std::move(alpn)), bytes_(std::move(bytes)), context_(SSL_CTX_new(TLS_server_method())) {
  if (SSL_CTX_use_certificate_chain_file(context_, (certificate + ".pem").c_str()) != 1 ||
      SSL_CTX_use_PrivateKey_file(context_, (certificate + ".key").c_str(), SSL_FILETYPE_PEM) != 1) {
    throw std::runtime_error("no certificate");
  }
  SSL_CTX_set_alpn_select_cb(context_, &choose, const_cast<std::string*>(&alpn_));
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof where;
  bind(listener_, reinterpret_cast<sockaddr*>(&where), size);
  listen(listener_, 16);
  getsockname(listener_, reinterpret_cast<sockaddr*>(&where), &size);
  port_ = ntohs(where.sin_port);
  thread_ = std::thread([this] { serve(); });
}

TlsPeer::~TlsPeer() {
  shutdown(listener_, SHUT_RDWR);
  thread_.join();
  close(listener_);
  SSL_CTX_free(context_);
}

void TlsPeer::serve() {
  for (int fd; (fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0; close(fd)) {
    ++connections_;
    const timeval patience{10, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    SSL* ssl = SSL_new(context_);
    SSL_set_fd(ssl, fd);
    char received[16384];
    if (SSL_accept(ssl) == 1 && SSL_read(ssl, received, sizeof received) > 0) {
      SSL_write(ssl, bytes_.data(), static_cast<int>(bytes_.size()));
      SSL_shutdown(ssl);
    }
    SSL_free(ssl);
  }
}

}  // namespace bonin::test
