// Built for macOS, not run there.

#include <fcntl.h>
#include <sys/event.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <ctime>

#include "platform/poll.hpp"

namespace bonin::platform {
namespace {

constexpr int most_events = 256;
constexpr std::uintptr_t bell = 0;  // the one user event of the queue

/// Reading and writing are two filters of a descriptor, each of which is added and deleted by itself. Without EV_CLEAR
/// they are level-triggered.
class Kqueue final : public Poll {
 public:
  Kqueue() noexcept : queue_(kqueue()) {}
  Kqueue(const Kqueue&) = delete;
  Kqueue& operator=(const Kqueue&) = delete;
  ~Kqueue() override {
    if (queue_ >= 0) close(queue_);
  }

  bool ready() noexcept {
    if (queue_ < 0 || fcntl(queue_, F_SETFD, FD_CLOEXEC) != 0) return false;
    return control(bell, EVFILT_USER, EV_ADD | EV_CLEAR, 0) == 0;
  }

  int add(int descriptor, Interest interest) noexcept override { return change(descriptor, interest); }

  int change(int descriptor, Interest interest) noexcept override {
    const int failed = set(descriptor, EVFILT_READ, interest.in);
    return failed != 0 ? failed : set(descriptor, EVFILT_WRITE, interest.out);
  }

  void remove(int descriptor) noexcept override { change(descriptor, {}); }

  std::span<const Event> wait(std::optional<std::chrono::milliseconds> longest) noexcept override {
    struct kevent found[most_events];
    timespec limit{};
    if (longest) limit = to_timespec(*longest);
    const int count = kevent(queue_, nullptr, 0, found, most_events, longest ? &limit : nullptr);
    std::size_t kept = 0;
    for (int i = 0; i < count; ++i) {
      if (found[i].filter != EVFILT_USER) events_[kept++] = event(found[i]);
    }
    return {events_, kept};
  }

  void ring() noexcept override { control(bell, EVFILT_USER, 0, NOTE_TRIGGER); }

 private:
  static timespec to_timespec(std::chrono::milliseconds time) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    timespec limit{};
    limit.tv_sec = static_cast<time_t>(seconds.count());
    limit.tv_nsec = static_cast<long>(std::chrono::nanoseconds(time - seconds).count());
    return limit;
  }

  /// An end of the stream or a failed connection (EV_EOF) is met by whoever reads or writes, with its reason.
  static Event event(const struct kevent& found) {
    return {.descriptor = static_cast<int>(found.ident),
            .in = found.filter == EVFILT_READ,
            .out = found.filter == EVFILT_WRITE,
            .error = false};
  }

  /// Adding what is there changes nothing; what is not there need not be deleted.
  int set(int descriptor, std::int16_t filter, bool wanted) noexcept {
    const int failed = control(static_cast<std::uintptr_t>(descriptor), filter, wanted ? EV_ADD : EV_DELETE, 0);
    return !wanted && (failed == ENOENT || failed == EBADF) ? 0 : failed;
  }

  /// One change. Without room for events a change that fails is the error of the call.
  int control(std::uintptr_t identifier, std::int16_t filter, std::uint16_t flags, std::uint32_t notes) noexcept {
    struct kevent change {};
    EV_SET(&change, identifier, filter, flags, notes, 0, nullptr);
    return kevent(queue_, &change, 1, nullptr, 0, nullptr) == 0 ? 0 : errno;
  }

  const int queue_;
  Event events_[most_events];
};

}  // namespace

std::unique_ptr<Poll> Poll::make() {
  auto poll = std::make_unique<Kqueue>();
  if (!poll->ready()) return nullptr;
  return poll;
}

}  // namespace bonin::platform
