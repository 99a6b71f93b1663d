#pragma once
// A TLS server that speaks correct TLS and then says whatever it is told to.

#include <atomic>
#include <string>
#include <thread>

typedef struct ssl_ctx_st SSL_CTX;

namespace bonin::test {

class TlsPeer {
 public:
  /// `certificate`: a path without `.pem` and `.key`. `alpn`: chosen whatever was offered; empty: none. `bytes`: said
  /// once something was received; then it closes.
  TlsPeer(const std::string& certificate, std::string alpn, std::string bytes);
  ~TlsPeer();

  std::string url() const { return "https://localhost:" + std::to_string(port_); }
  int connections() const { return connections_; }

 private:
  void serve();

  const std::string alpn_, bytes_;
  SSL_CTX* context_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> connections_{0};
  std::thread thread_;
};

}  // namespace bonin::test
