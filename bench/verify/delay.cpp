// A proxy that makes a server distant: each byte arrives so many milliseconds later, either way.
// delay SERVER_PORT MILLISECONDS_ONE_WAY prints the port it listens at, and ends with its input.
// bench/registry/delay.py does the same for a few connections; this one carries thousands of requests a second.

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <map>
#include <string>

namespace {

using Clock = std::chrono::steady_clock;

struct Piece {
  Clock::time_point due;
  int to;
  std::string bytes;  // empty: the other end has said its last
};

sockaddr_in loopback(int port) {
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(static_cast<std::uint16_t>(port));
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return where;
}

class Proxy {
 public:
  Proxy(int server, std::chrono::milliseconds delay) : server_(server), delay_(delay) {
    auto where = loopback(0);
    socklen_t size = sizeof where;
    bind(listener_, reinterpret_cast<sockaddr*>(&where), size);
    listen(listener_, 1024);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&where), &size);
    std::printf("%d\n", ntohs(where.sin_port));
    std::fflush(stdout);
    for (const int one : {listener_, timer_, 0}) watch(one);
  }

  void run() {
    epoll_event events[256];
    for (;;) {
      const int ready = epoll_wait(poll_, events, 256, -1);
      for (int i = 0; i < ready; ++i) {
        const int one = events[i].data.fd;
        if (one == 0) return;
        if (one == listener_) {
          meet();
        } else if (one != timer_) {
          take(one);
        }
      }
      deliver();
    }
  }

 private:
  void watch(int one) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = one;
    epoll_ctl(poll_, EPOLL_CTL_ADD, one, &event);
  }

  void meet() {
    const int client = accept(listener_, nullptr, nullptr);
    const int server = socket(AF_INET, SOCK_STREAM, 0);
    const auto where = loopback(server_);
    if (client < 0 || connect(server, reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0) std::exit(1);
    const int on = 1;
    for (const auto& [one, other] : {std::pair{client, server}, std::pair{server, client}}) {
      setsockopt(one, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      others_[one] = other;
      watch(one);
    }
  }

  void take(int from) {
    char buffer[65536];
    const auto size = recv(from, buffer, sizeof buffer, MSG_DONTWAIT);
    if (size < 0 && errno == EAGAIN) return;
    if (size <= 0) epoll_ctl(poll_, EPOLL_CTL_DEL, from, nullptr);
    pieces_.push_back(
        {Clock::now() + delay_, others_[from], std::string(buffer, size > 0 ? static_cast<std::size_t>(size) : 0)});
  }

  /// All have the same delay, so what came first is due first.
  void deliver() {
    while (!pieces_.empty() && pieces_.front().due <= Clock::now()) {
      const Piece piece = std::move(pieces_.front());
      pieces_.pop_front();
      if (piece.bytes.empty()) {
        end(piece.to);
      } else {
        send(piece.to, piece.bytes.data(), piece.bytes.size(), MSG_NOSIGNAL);
      }
    }
    if (pieces_.empty()) return;
    const auto left = std::chrono::nanoseconds(pieces_.front().due - Clock::now()).count();
    itimerspec time{};
    time.it_value.tv_sec = left / 1'000'000'000;
    time.it_value.tv_nsec = left > 0 ? left % 1'000'000'000 : 1;
    timerfd_settime(timer_, 0, &time, nullptr);
  }

  /// Closed when both ends have said their last.
  void end(int to) {
    shutdown(to, SHUT_WR);
    const int other = others_[to];
    if (++ended_[std::min(to, other)] < 2) return;
    for (const int one : {to, other}) {
      others_.erase(one);
      close(one);
    }
    ended_.erase(std::min(to, other));
  }

  int server_;
  std::chrono::milliseconds delay_;
  int poll_ = epoll_create1(0);
  int listener_ = socket(AF_INET, SOCK_STREAM, 0);
  int timer_ = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  std::map<int, int> others_;
  std::map<int, int> ended_;
  std::deque<Piece> pieces_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return std::fprintf(stderr, "usage: delay SERVER_PORT MILLISECONDS_ONE_WAY\n"), 2;
  Proxy(std::atoi(argv[1]), std::chrono::milliseconds(std::atoi(argv[2]))).run();
}
