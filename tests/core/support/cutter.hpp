#pragma once
// The way to a server, and what may befall it.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "support/loopback.hpp"

namespace bonin::registry_test {

/// Stands between a registry and the server, and cuts the line when told to.
class Cutter {
 public:
  explicit Cutter(int server_port) : server_port_(server_port) {
    acceptor_ = std::thread([this] { accept_all(); });
  }
  Cutter(const Cutter&) = delete;
  Cutter& operator=(const Cutter&) = delete;
  ~Cutter() {
    shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    stopping_ = true;
    for (auto& line : lines_) line.join();
    ::close(listener_);
  }
  int port() const { return port_; }
  /// Cuts the line as a message with this text passes: `after`, the server still gets it; its answer is lost.
  void cut_at(const std::string& text, bool after) {
    const std::lock_guard lock(mutex_);
    text_ = text;
    after_ = after;
  }
  int cuts() const { return cuts_; }
  /// How often somebody has waited for an answer before saying more.
  int flights() const { return flights_; }

 private:
  void accept_all() {
    for (int client; (client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
      lines_.emplace_back([this, client] { carry(client); });
    }
  }
  void carry(int client) {
    const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(server_port_));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(server, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
      char buffer[65536];
      bool answered = true;
      while (!stopping_) {
        pollfd both[] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
        if (poll(both, 2, 50) < 0) break;
        if (both[1].revents != 0) {
          const auto n = recv(server, buffer, sizeof buffer, 0);
          answered = true;
          if (n <= 0 || send(client, buffer, static_cast<size_t>(n), MSG_NOSIGNAL) != n) break;
        }
        if (both[0].revents != 0) {
          const auto n = recv(client, buffer, sizeof buffer, 0);
          if (n <= 0) break;
          if (std::exchange(answered, false)) ++flights_;
          const bool cut = meets(std::string_view(buffer, static_cast<size_t>(n)));
          if (cut && !after_) break;
          if (send(server, buffer, static_cast<size_t>(n), MSG_NOSIGNAL) != n) break;
          if (cut) {
            recv(server, buffer, 1, MSG_PEEK);  // it has answered: the transaction is over
            break;
          }
        }
      }
    }
    close(server);
    close(client);
  }
  bool meets(std::string_view bytes) {
    const std::lock_guard lock(mutex_);
    if (text_.empty() || bytes.find(text_) == std::string_view::npos) return false;
    text_.clear();
    ++cuts_;
    return true;
  }

  const int server_port_;
  const test::Loopback here_;
  const int listener_ = here_.listener;
  const int port_ = here_.port;
  std::thread acceptor_;
  std::vector<std::thread> lines_;
  std::mutex mutex_;
  std::string text_;
  std::atomic<bool> after_{false}, stopping_{false};
  std::atomic<int> cuts_{0}, flights_{0};
};

}  // namespace bonin::registry_test
