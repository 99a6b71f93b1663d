#include "support/machine.hpp"

#include <dlfcn.h>
#include <netdb.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <map>
#include <mutex>

namespace {

std::atomic<time_t> ahead{0};

struct Name {
  std::string address;
  int lookups = 0;
  bool held = false;
};
std::atomic<int> watching_fails{0};
std::mutex mutex;  // guards the names
std::condition_variable_any released;
std::map<std::string, Name>& names() {
  static auto* const names = new std::map<std::string, Name>;
  return *names;
}

}  // namespace

#define BONIN_REPLACES extern "C" __attribute__((visibility("default")))

BONIN_REPLACES int clock_gettime(clockid_t which, timespec* now) noexcept {
  const auto failed = static_cast<int>(syscall(SYS_clock_gettime, which, now));
  if (failed == 0) now->tv_sec += ahead;
  return failed;
}

BONIN_REPLACES time_t time(time_t* to) noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  if (to != nullptr) *to = now.tv_sec;
  return now.tv_sec;
}

BONIN_REPLACES int getaddrinfo(const char* name, const char* service, const addrinfo* hints, addrinfo** found) {
  static const auto real = reinterpret_cast<decltype(&getaddrinfo)>(dlsym(RTLD_NEXT, "getaddrinfo"));
  std::string address;
  {
    std::unique_lock lock(mutex);
    const auto known = name == nullptr ? names().end() : names().find(name);
    if (known == names().end()) return real(name, service, hints, found);
    ++known->second.lookups;
    released.wait(lock, [&] { return !known->second.held; });
    address = known->second.address;
  }
  if (address.empty()) return EAI_NONAME;
  return real(address.c_str(), service, hints, found);
}

BONIN_REPLACES int epoll_ctl(int epoll, int operation, int descriptor, epoll_event* event) noexcept {
  if (operation != EPOLL_CTL_DEL && watching_fails != 0) {
    errno = watching_fails;
    return -1;
  }
  return static_cast<int>(syscall(SYS_epoll_ctl, epoll, operation, descriptor, event));
}

namespace bonin::test {

void advance_all_clocks(std::chrono::seconds by) { ahead += by.count(); }

void resolve(const std::string& name, const std::string& address) {
  const std::lock_guard lock(mutex);
  Name& known = names()[name];
  known.address = address;
  known.lookups = 0;
}

void hold_lookups(const std::string& name) {
  const std::lock_guard lock(mutex);
  names()[name].held = true;
}

void release_lookups(const std::string& name) {
  const std::lock_guard lock(mutex);
  names()[name].held = false;
  released.notify_all();
}

void refuse_to_watch(int system_error) { watching_fails = system_error; }

int lookups_of(const std::string& name) {
  const std::lock_guard lock(mutex);
  return names()[name].lookups;
}

}  // namespace bonin::test
