#include "support/tiny_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <mutex>
#include <thread>
#include <vector>

#include "support/loopback.hpp"

namespace bonin::test {

struct TinyServer::Impl {
  explicit Impl(Handler h) : handler(std::move(h)) {
    acceptor = std::thread([this] { accept_all(); });
  }

  void accept_all() {
    for (;;) {
      const int fd = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0 && errno == EMFILE) {  // a test took them all, and gives them back
        std::this_thread::yield();
        continue;
      }
      if (fd < 0) return;
      const std::lock_guard lock(mutex);
      const int number = ++connections;
      open.push_back(fd);
      threads.emplace_back([this, fd, number] { serve(fd, number); });
    }
  }

  void serve(int fd, int number) {
    std::string buffer;
    for (int nth = 1;; ++nth) {
      Asked asked;
      asked.connection = number;
      asked.nth = nth;
      if (!read_request(fd, buffer, asked)) break;
      ++requests;
      const Told told = handler(asked);
      for (std::size_t at = 0; at < told.bytes.size();) {
        const auto wrote = ::send(fd, told.bytes.data() + at, told.bytes.size() - at, MSG_NOSIGNAL);
        if (wrote <= 0) break;
        at += static_cast<std::size_t>(wrote);
      }
      if (told.reset) {
        const linger now{1, 0};
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
      }
      if (told.reset || told.close_after) break;
    }
    const std::lock_guard lock(mutex);
    std::erase(open, fd);
    ::close(fd);
  }

  static bool read_request(int fd, std::string& buffer, Asked& asked) {
    const auto more = [&] {
      char piece[4096];
      const auto got = recv(fd, piece, sizeof piece, 0);
      if (got <= 0) return false;
      buffer.append(piece, static_cast<std::size_t>(got));
      return true;
    };
    std::size_t end;
    while ((end = buffer.find("\r\n\r\n")) == std::string::npos) {
      if (!more()) return false;
    }
    asked.head = buffer.substr(0, end + 2);
    const auto space = asked.head.find(' ');
    asked.method = asked.head.substr(0, space);
    asked.target = asked.head.substr(space + 1, asked.head.find(' ', space + 1) - space - 1);
    std::size_t length = 0;
    if (const auto at = asked.head.find("Content-Length: "); at != std::string::npos) {
      length = std::stoul(asked.head.substr(at + 16));
    }
    while (buffer.size() < end + 4 + length) {
      if (!more()) return false;
    }
    asked.body = buffer.substr(end + 4, length);
    buffer.erase(0, end + 4 + length);
    return true;
  }

  Handler handler;
  const Loopback here{1024};
  const int listener = here.listener;
  const int port = here.port;
  std::thread acceptor;
  std::mutex mutex;  // guards what follows
  std::vector<std::thread> threads;
  std::vector<int> open;
  std::atomic<int> connections{0};
  std::atomic<int> requests{0};
};

TinyServer::TinyServer(Handler handler) : impl_(std::make_unique<Impl>(std::move(handler))) {}

TinyServer::~TinyServer() {
  shutdown(impl_->listener, SHUT_RDWR);
  impl_->acceptor.join();
  ::close(impl_->listener);
  {
    const std::lock_guard lock(impl_->mutex);
    for (const int fd : impl_->open) shutdown(fd, SHUT_RDWR);
  }
  for (auto& thread : impl_->threads) thread.join();
}

std::string TinyServer::url() const { return "http://127.0.0.1:" + std::to_string(impl_->port); }
int TinyServer::connections() const { return impl_->connections; }
int TinyServer::requests() const { return impl_->requests; }

Told answer(int status, std::string_view body, std::string_view more_headers) {
  std::string bytes = "HTTP/1.1 " + std::to_string(status) + " Whatever\r\nContent-Type: application/json\r\n";
  bytes += more_headers;
  bytes += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  bytes += body;
  return {std::move(bytes)};
}

}  // namespace bonin::test
