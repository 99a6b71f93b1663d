// A bare libcurl loop on epoll: fetches one verification over and over and reads nothing of it. What HTTP alone costs.
// Everything is kept that libcurl lets one keep: handles, connections, header lists, the watch on a connection's
// socket.

#include <curl/curl.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "report.hpp"

namespace {

struct Fetch {
  CURL* easy = nullptr;
  std::string body;
  Clock::time_point began;
};

std::size_t append(char* data, std::size_t, std::size_t size, void* target) {
  static_cast<std::string*>(target)->append(data, size);
  return size;
}

class Loop {
 public:
  Loop(int most, bool simple) : simple_(simple), poll_(epoll_create1(EPOLL_CLOEXEC)), multi_(curl_multi_init()) {
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(most));
    curl_multi_setopt(multi_, CURLMOPT_MAX_CONCURRENT_STREAMS, static_cast<long>(most));
    if (simple_) return;
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Loop::on_socket);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Loop::on_timer);
    curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  }

  void add(Fetch& fetch) {
    fetch.body.clear();
    fetch.began = Clock::now();
    curl_multi_add_handle(multi_, fetch.easy);
  }

  /// `done(fetch, code)` for each that ends; it may add it again. Until none is under way.
  template <class Done>
  void run(const Done& done) {
    int running = 1;
    while (running > 0) {
      simple_ ? poll(running) : act(running);
      int left = 0;
      while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
        CURL* easy = message->easy_handle;
        const CURLcode code = message->data.result;
        Fetch* fetch = nullptr;
        curl_easy_getinfo(easy, CURLINFO_PRIVATE, &fetch);
        curl_multi_remove_handle(multi_, easy);
        if (done(*fetch, code)) ++running;
      }
    }
  }

 private:
  void poll(int& running) {
    curl_multi_poll(multi_, nullptr, 0, 1000, nullptr);
    curl_multi_perform(multi_, &running);
  }

  void act(int& running) {
    if (Clock::now() >= due_) {
      due_ = Clock::time_point::max();
      curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &running);
      return;
    }
    epoll_event events[256];
    const int ready = epoll_wait(poll_, events, 256, time_left());
    for (int i = 0; i < ready; ++i) {
      const auto what = events[i].events;
      const int mask = ((what & EPOLLIN) != 0 ? CURL_CSELECT_IN : 0) | ((what & EPOLLOUT) != 0 ? CURL_CSELECT_OUT : 0) |
                       ((what & (EPOLLERR | EPOLLHUP)) != 0 ? CURL_CSELECT_ERR : 0);
      curl_multi_socket_action(multi_, events[i].data.fd, mask, &running);
    }
  }

  /// A socket that libcurl lets go of is most often a kept connection's, which the next request uses: the watch stays,
  /// and ends with the socket.
  static int on_socket(CURL*, curl_socket_t socket, int what, void* self, void*) {
    auto& loop = *static_cast<Loop*>(self);
    const auto at = static_cast<std::size_t>(socket);
    if (loop.watched_.size() <= at) loop.watched_.resize(at + 1, 0);
    if (what == CURL_POLL_REMOVE) return 0;
    epoll_event event{};
    event.data.fd = socket;
    if ((what & CURL_POLL_IN) != 0) event.events |= EPOLLIN;
    if ((what & CURL_POLL_OUT) != 0) event.events |= EPOLLOUT;
    if (loop.watched_[at] == event.events) return 0;
    loop.watched_[at] = event.events;
    if (epoll_ctl(loop.poll_, EPOLL_CTL_MOD, socket, &event) != 0) {
      epoll_ctl(loop.poll_, EPOLL_CTL_ADD, socket, &event);
    }
    return 0;
  }

  static int on_timer(CURLM*, long milliseconds, void* self) {
    static_cast<Loop*>(self)->due_ =
        milliseconds < 0 ? Clock::time_point::max() : Clock::now() + std::chrono::milliseconds(milliseconds);
    return 0;
  }

  int time_left() const {
    if (due_ == Clock::time_point::max()) return 1000;
    return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(due_ - Clock::now()).count());
  }

  bool simple_;
  int poll_;
  CURLM* multi_;
  std::vector<std::uint32_t> watched_;  // by descriptor: what epoll was told
  Clock::time_point due_ = Clock::time_point::max();

 public:
  /// A number of a closed socket is a stranger's by the time it comes again.
  static int on_close(void* self, curl_socket_t socket) {
    auto& watched = static_cast<Loop*>(self)->watched_;
    if (const auto at = static_cast<std::size_t>(socket); at < watched.size()) watched[at] = 0;
    return close(socket);
  }
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) {
    return std::fprintf(stderr,
                        "usage: bare_curl 1.1|2|poll-1.1|poll-2 URL AUTHORIZATION CA_FILE CONCURRENCY SECONDS\n"),
           2;
  }
  const bool simple = std::strncmp(argv[1], "poll-", 5) == 0;
  const bool http2 = std::strcmp(argv[1] + (simple ? 5 : 0), "2") == 0;
  const int concurrency = std::atoi(argv[5]);
  const std::chrono::duration<double> limit(std::atof(argv[6]));
  curl_global_init(CURL_GLOBAL_DEFAULT);
  Loop loop(concurrency, simple);
  curl_slist* headers = curl_slist_append(nullptr, (std::string("Authorization: ") + argv[3]).c_str());
  std::vector<std::unique_ptr<Fetch>> fetches;
  for (int i = 0; i < concurrency; ++i) {
    auto fetch = std::make_unique<Fetch>();
    CURL* const easy = fetch->easy = curl_easy_init();
    curl_easy_setopt(easy, CURLOPT_URL, argv[2]);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_CAINFO, argv[4]);
    curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);  // with a directory as well, each connection reads the file again
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
                     static_cast<long>(http2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(easy, CURLOPT_PIPEWAIT, http2 ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &append);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &fetch->body);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, &Loop::on_close);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, &loop);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, fetch.get());
    fetches.push_back(std::move(fetch));
  }
  const std::string name =
      std::string(simple ? "libcurl's example" : "bare libcurl") + (http2 ? ", HTTP/2" : ", HTTP/1.1");
  Report report(name.c_str(), concurrency);
  const auto run_until = [&](Clock::time_point end) {
    for (auto& fetch : fetches) loop.add(*fetch);
    loop.run([&](Fetch& fetch, CURLcode code) {
      long status = 0, version = 0;
      curl_easy_getinfo(fetch.easy, CURLINFO_RESPONSE_CODE, &status);
      curl_easy_getinfo(fetch.easy, CURLINFO_HTTP_VERSION, &version);
      if (code != CURLE_OK || status != 200 || version != (http2 ? CURL_HTTP_VERSION_2_0 : CURL_HTTP_VERSION_1_1)) {
        std::fprintf(stderr, "bare_curl: %s, HTTP %ld\n", curl_easy_strerror(code), status);
        std::exit(1);
      }
      report.add(fetch.began);
      const bool again = Clock::now() < end;
      if (again) loop.add(fetch);
      return again;
    });
  };
  if (limit.count() > 0) run_until(Clock::now() + std::chrono::milliseconds(500));  // connections are made
  report.start();
  run_until(Clock::now() + std::chrono::duration_cast<Clock::duration>(limit));
  report.print();
}
