#include "transport/engine.hpp"

#include <curl/curl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "model/per_process.hpp"
#include "transport/curl_error.hpp"
#include "transport/transfer.hpp"

namespace bonin {
namespace {

using Steady = std::chrono::steady_clock;

Error closed() {
  Error error;
  error.kind = ErrorKind::closed;
  error.message = "the process is ending";
  return error;
}

// Never destroyed: a call may still arrive while static objects go away.
PerProcess<Engine>& engines() {
  static auto* const engines = new PerProcess<Engine>;
  return *engines;
}

std::atomic<bool> ended{false};  // for good: the process is

void initialise_once() {
  static const bool done = [] {
    curl_global_init(CURL_GLOBAL_DEFAULT);
    // Registered after libcurl and OpenSSL registered theirs, hence run before: the thread is gone when they clean up.
    std::atexit([] { Engine::end_all(); });
    return true;
  }();
  static_cast<void>(done);
}

}  // namespace

/// All that belongs to the I/O thread. No lock: nobody else touches it.
class Engine::Loop {
 public:
  /// `epoll`: a descriptor that becomes the loop's.
  Loop(int wake, int epoll) : wake_(wake), epoll_(epoll) {
    watch_wake();
    multi_ = curl_multi_init();
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Loop::on_socket);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Loop::on_timer);
    curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_MULTIPLEX));
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, 1024L);  // kept ones; those in use are not limited
    share_ = curl_share_init();                              // one thread: no lock functions needed
    curl_share_setopt(share_, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
  }

  ~Loop() {
    for (auto& transfer : transfers_) {
      if (transfer->sequence != 0) curl_multi_remove_handle(multi_, transfer->easy);
    }
    transfers_.clear();  // before what they share
    curl_multi_cleanup(multi_);
    curl_share_cleanup(share_);
    close(epoll_);
  }

  void run(Engine& engine) {
    std::vector<std::function<void()>> tasks;
    for (;;) {
      bool stopping = false;
      {
        const std::lock_guard lock(engine.mutex_);
        tasks.swap(engine.tasks_);
        stopping = engine.stopping_;
      }
      for (auto& task : tasks) task();
      const bool worked = !tasks.empty();
      tasks.clear();
      if (stopping) return settle_all();
      drive(worked);
      run_timers();
      wait();
    }
  }

  TransferId send(Request request, std::function<void(Outcome)> done) {
    Transfer& transfer = idle();
    transfer.sequence = ++sequence_;
    transfer.prepare(std::move(request), std::move(done));
    const CURLMcode code = curl_multi_add_handle(multi_, transfer.easy);
    const TransferId id{transfer.slot, transfer.sequence};
    if (code != CURLM_OK) after({}, [this, id, code] { refuse(id, code); });
    return id;
  }

  void abort(TransferId id) {
    if (id.sequence == 0 || id.slot >= transfers_.size()) return;
    Transfer& transfer = *transfers_[id.slot];
    if (transfer.sequence != id.sequence) return;
    curl_multi_remove_handle(multi_, transfer.easy);
    release(transfer);
  }

  void after(std::chrono::milliseconds delay, std::function<void()> task) {
    timers_.emplace(Steady::now() + delay, std::move(task));
  }

 private:
  static int on_socket(CURL*, curl_socket_t socket, int what, void* self, void* known) {
    auto& loop = *static_cast<Loop*>(self);
    epoll_event event{};
    event.data.fd = socket;
    if (what == CURL_POLL_REMOVE) {
      epoll_ctl(loop.epoll_, EPOLL_CTL_DEL, socket, &event);
      curl_multi_assign(loop.multi_, socket, nullptr);
      return 0;
    }
    event.events = (what & CURL_POLL_IN ? static_cast<std::uint32_t>(EPOLLIN) : 0U) |
                   (what & CURL_POLL_OUT ? static_cast<std::uint32_t>(EPOLLOUT) : 0U);
    if (known == nullptr) {
      epoll_ctl(loop.epoll_, EPOLL_CTL_ADD, socket, &event);
      curl_multi_assign(loop.multi_, socket, self);
    } else {
      epoll_ctl(loop.epoll_, EPOLL_CTL_MOD, socket, &event);
    }
    return 0;
  }

  static int on_timer(CURLM*, long milliseconds, void* self) {
    auto& loop = *static_cast<Loop*>(self);
    loop.curl_deadline_ =
        milliseconds < 0 ? Steady::time_point::max() : Steady::now() + std::chrono::milliseconds(milliseconds);
    return 0;
  }

  void watch_wake() {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLET;  // edge: the counter need never be read
    event.data.fd = wake_;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event);
  }

  Transfer& idle() {
    if (idle_.empty()) {
      transfers_.push_back(std::make_unique<Transfer>(transfers_.size(), share_));
      return *transfers_.back();
    }
    Transfer& transfer = *idle_.back();
    idle_.pop_back();
    return transfer;
  }

  void release(Transfer& transfer) {
    transfer.clear();
    idle_.push_back(&transfer);
  }

  void finish(Transfer& transfer, Outcome outcome) {
    auto done = std::move(transfer.done);
    release(transfer);
    done(std::move(outcome));
  }

  void complete(Transfer& transfer, CURLcode code) {
    CURL* easy = transfer.easy;
    const bool sent = code == CURLE_OK || may_have_been_sent(easy);
    long connections = 0;
    curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &connections);
    if (code != CURLE_OK) {
      Error error = transfer_error(easy, code, transfer.too_large);
      curl_multi_remove_handle(multi_, easy);
      return finish(transfer, {std::move(error), sent, static_cast<int>(connections)});
    }
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    Response response;
    response.status = static_cast<int>(status);
    if (status == 429 || status == 503) {
      curl_off_t seconds = 0;
      curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &seconds);
      if (seconds > 0) response.retry_after_ms = std::min<curl_off_t>(seconds, 86'400 * 365) * 1000;
    }
    curl_multi_remove_handle(multi_, easy);
    response.body = std::move(transfer.body);
    finish(transfer, {std::move(response), sent, static_cast<int>(connections)});
  }

  void refuse(TransferId id, CURLMcode code) {
    if (transfers_[id.slot]->sequence != id.sequence) return;
    Error error;
    error.kind = ErrorKind::internal;
    error.message = std::string("libcurl refused a request: ") + curl_multi_strerror(code);
    finish(*transfers_[id.slot], {std::move(error), false});
  }

  void collect() {
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      Transfer* transfer = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
      complete(*transfer, message->data.result);
    }
  }

  /// Lets libcurl do what is due. `fresh`: requests may have been added since.
  void drive(bool fresh) {
    if (fresh || Steady::now() >= curl_deadline_) {
      curl_deadline_ = Steady::time_point::max();
      int running = 0;
      curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &running);
    }
    collect();
  }

  void run_timers() {
    while (!timers_.empty() && timers_.begin()->first <= Steady::now()) {
      auto task = std::move(timers_.begin()->second);
      timers_.erase(timers_.begin());
      task();
    }
  }

  void wait() {
    int timeout = -1;
    auto next = curl_deadline_;
    if (!timers_.empty()) next = std::min(next, timers_.begin()->first);
    if (next != Steady::time_point::max()) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - Steady::now()).count();
      timeout = static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
    }
    epoll_event events[256];
    const int count = epoll_wait(epoll_, events, 256, timeout);
    int running = 0;
    for (int i = 0; i < count; ++i) {
      const int fd = events[i].data.fd;
      if (fd == wake_) continue;
      const int mask = (events[i].events & (EPOLLIN | EPOLLHUP) ? CURL_CSELECT_IN : 0) |
                       (events[i].events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
                       (events[i].events & EPOLLERR ? CURL_CSELECT_ERR : 0);
      curl_multi_socket_action(multi_, fd, mask, &running);
    }
    collect();
  }

  /// Ends everything under way, and what its callbacks begin in their turn.
  void settle_all() {
    for (bool busy = true; busy;) {
      busy = !timers_.empty();
      for (std::size_t i = 0; i < transfers_.size(); ++i) {
        Transfer& transfer = *transfers_[i];
        if (transfer.sequence == 0) continue;
        busy = true;
        const bool sent = may_have_been_sent(transfer.easy);
        curl_multi_remove_handle(multi_, transfer.easy);
        finish(transfer, {closed(), sent});
      }
      const auto timers = std::exchange(timers_, {});
      for (const auto& timer : timers) timer.second();
    }
  }

  const int wake_;
  const int epoll_;
  CURLM* multi_ = nullptr;
  CURLSH* share_ = nullptr;
  std::uint64_t sequence_ = 0;
  std::vector<std::unique_ptr<Transfer>> transfers_;
  std::vector<Transfer*> idle_;
  std::multimap<Steady::time_point, std::function<void()>> timers_;
  Steady::time_point curl_deadline_ = Steady::time_point::max();
};

std::shared_ptr<Engine> Engine::current() {
  initialise_once();
  return engines().get([] { return std::make_shared<Engine>(); });
}

std::shared_ptr<Engine> Engine::existing() { return engines().peek(); }

void Engine::end_all() {
  ended = true;
  if (const auto engine = existing()) engine->stop();
}

Engine::Engine() = default;

Engine::~Engine() {
  stop();
  if (wake_ >= 0) close(wake_);
}

bool Engine::start() {
  const int wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  if (wake < 0 || epoll < 0) {  // no descriptors left: the next call tries again
    if (wake >= 0) close(wake);
    if (epoll >= 0) close(epoll);
    return false;
  }
  loop_ = std::make_unique<Loop>(wake, epoll);
  // Signals belong to the host's threads: Ctrl-C must reach the interpreter.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  try {
    thread_ = std::thread([this] { loop_->run(*this); });
    wake_ = wake;
  } catch (const std::system_error&) {  // no thread left
    loop_.reset();
    close(wake);
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return wake_ >= 0;
}

bool Engine::post(std::function<void()> task) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || ended || (wake_ < 0 && !start())) return false;
    wake = tasks_.empty();
    tasks_.push_back(std::move(task));
  }
  if (wake) eventfd_write(wake_, 1);
  return true;
}

TransferId Engine::send(Request request, std::function<void(Outcome)> done) {
  return loop_->send(std::move(request), std::move(done));
}

void Engine::abort(TransferId id) { loop_->abort(id); }

void Engine::after(std::chrono::milliseconds delay, std::function<void()> task) {
  loop_->after(delay, std::move(task));
}

void Engine::stop() {
  const std::lock_guard one(stop_mutex_);
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    stopping_ = true;
  }
  if (wake_ >= 0) eventfd_write(wake_, 1);
  if (thread_.joinable()) thread_.join();
}

}  // namespace bonin
