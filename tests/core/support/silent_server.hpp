#pragma once
// A server that takes connections and never says a word.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "support/loopback.hpp"

namespace bonin::registry_test {

class SilentServer {
 public:
  SilentServer() = default;
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;
  ~SilentServer() { ::close(listener_); }

  /// Of a store there, with no time limit that a test would live to see.
  std::string url() const {
    return "postgresql://bonin@127.0.0.1:" + std::to_string(port_) + "/none?sslmode=disable&connect_timeout=600";
  }
  /// The same for MySQL, where the server speaks first.
  std::string mysql_url() const {
    return "mysql://bonin@127.0.0.1:" + std::to_string(port_) + "/none?connect-timeout=600";
  }
  int port() const { return port_; }
  /// Waits until somebody has connected.
  int receive() const { return accept(listener_, nullptr, nullptr); }
  /// Waits until somebody has connected and spoken, and now waits for the answer. The connection stays open.
  int meet() const {
    const int client = receive();
    char byte = 0;
    static_cast<void>(recv(client, &byte, 1, MSG_PEEK));
    return client;
  }
  /// Waits until whom it has met hangs up.
  static void see_off(int client) {
    char words[256];
    while (recv(client, words, sizeof words, 0) > 0) {
    }
    ::close(client);
  }

 private:
  const test::Loopback here_;
  const int listener_ = here_.listener;
  const int port_ = here_.port;
};

}  // namespace bonin::registry_test
