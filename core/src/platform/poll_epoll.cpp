#include "platform/poll.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "platform/wake.hpp"

namespace bonin::platform {
namespace {

constexpr int most_events = 256;

class Epoll final : public Poll {
 public:
  Epoll() noexcept : epoll_(epoll_create1(EPOLL_CLOEXEC)) {}
  Epoll(const Epoll&) = delete;
  Epoll& operator=(const Epoll&) = delete;
  ~Epoll() override {
    if (epoll_ >= 0) close(epoll_);
  }

  bool ready() noexcept {
    if (epoll_ < 0 || wake_.descriptor() < 0) return false;
    // Edge-triggered: the wake need never be silenced.
    return control(EPOLL_CTL_ADD, wake_.descriptor(), EPOLLIN | EPOLLET) == 0;
  }

  int add(int descriptor, Interest interest) noexcept override {
    return control(EPOLL_CTL_ADD, descriptor, flags(interest));
  }
  int change(int descriptor, Interest interest) noexcept override {
    return control(EPOLL_CTL_MOD, descriptor, flags(interest));
  }
  void remove(int descriptor) noexcept override { control(EPOLL_CTL_DEL, descriptor, 0); }

  std::span<const Event> wait(std::optional<std::chrono::milliseconds> longest) noexcept override {
    epoll_event found[most_events];
    const int count = epoll_wait(epoll_, found, most_events, longest ? static_cast<int>(longest->count()) : -1);
    std::size_t kept = 0;
    for (int i = 0; i < count; ++i) {
      if (found[i].data.fd != wake_.descriptor()) events_[kept++] = event(found[i]);
    }
    return {events_, kept};
  }

  void ring() noexcept override { wake_.ring(); }

 private:
  static std::uint32_t flags(Interest interest) {
    return (interest.in ? static_cast<std::uint32_t>(EPOLLIN) : 0U) |
           (interest.out ? static_cast<std::uint32_t>(EPOLLOUT) : 0U);
  }

  static Event event(const epoll_event& found) {
    return {.descriptor = found.data.fd,
            .in = (found.events & (EPOLLIN | EPOLLHUP)) != 0,
            .out = (found.events & EPOLLOUT) != 0,
            .error = (found.events & EPOLLERR) != 0};
  }

  int control(int operation, int descriptor, std::uint32_t what) noexcept {
    epoll_event event{};
    event.events = what;
    event.data.fd = descriptor;
    return epoll_ctl(epoll_, operation, descriptor, &event) == 0 ? 0 : errno;
  }

  const int epoll_;
  Wake wake_;
  Event events_[most_events];
};

}  // namespace

std::unique_ptr<Poll> Poll::make() {
  auto poll = std::make_unique<Epoll>();
  if (!poll->ready()) return nullptr;
  return poll;
}

}  // namespace bonin::platform
