#pragma once

#include <curl/curl.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <new>
#include <optional>
#include <utility>

#include "platform/poll.hpp"
#include "transport/curl_error.hpp"
#include "transport/engine.hpp"
#include "transport/hosts.hpp"
#include "transport/names.hpp"
#include "transport/server_dates.hpp"
#include "transport/transfer.hpp"
#include "transport/trust.hpp"

namespace bonin {

inline Error process_is_ending() { return make_error(ErrorKind::closed, "the process is ending"); }

/// What belongs to the I/O thread. Other threads do not touch it, so it has no lock.
class Engine::Loop {
 public:
  /// `poll` outlives it. `post`: runs a task on the thread to be. Throws std::bad_alloc.
  Loop(platform::Poll& poll, Names::Post post) : poll_(poll), names_(std::move(post)) {
    multi_ = curl_multi_init();
    share_ = curl_share_init();  // one thread: no lock functions needed
    const auto set = [this](CURLMoption option, auto value) {
      return curl_multi_setopt(multi_, option, value) == CURLM_OK;
    };
    const bool ready = multi_ != nullptr && share_ != nullptr && set(CURLMOPT_SOCKETFUNCTION, &Loop::on_socket) &&
                       set(CURLMOPT_SOCKETDATA, this) && set(CURLMOPT_TIMERFUNCTION, &Loop::on_timer) &&
                       set(CURLMOPT_TIMERDATA, this) &&
                       set(CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_MULTIPLEX)) &&
                       set(CURLMOPT_MAXCONNECTS, static_cast<long>(Host::most_connections)) &&
                       curl_share_setopt(share_, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION) == CURLSHE_OK;
    if (ready) return;
    release_all();
    throw std::bad_alloc();
  }

  ~Loop() {
    for (auto& transfer : transfers_) {
      if (transfer->added) curl_multi_remove_handle(multi_, transfer->easy);
    }
    transfers_.clear();  // before what they share
    release_all();
  }

  void run(Engine& engine) {
    for (;;) {
      const auto [worked, stopping] = run_tasks(engine);
      if (stopping) return settle_all();
      drive(worked);
      run_timers();
      wait(engine);
    }
  }

  TransferId send(Request request, std::function<void(AttemptEnd)> done) {
    Transfer& transfer = idle();
    transfer.sequence = ++sequence_;
    transfer.deadline = std::chrono::steady_clock::now() + request.timeout;
    transfer.host = &hosts_.of(request.connection);
    transfer.request = std::move(request);
    transfer.done = std::move(done);
    const TransferId id = id_of(transfer);
    if (transfer.host->has_room(transfer.request)) {
      launch(transfer);
    } else {
      auto& waiting = transfer.host->waiting;
      while (!waiting.empty() && !current(waiting.front())) waiting.pop_front();  // those that have been given up
      waiting.push_back(id);
      after(transfer.request.timeout, [this, id] { expire(id); });
    }
    return id;
  }

  bool abort(TransferId id) {
    if (!current(id)) return false;
    Transfer& transfer = *transfers_[id.slot];
    const bool sent = may_have_been_sent(transfer);
    release(transfer);
    return sent;
  }

  void after(std::chrono::milliseconds delay, std::function<void()> task) {
    timers_.emplace(std::chrono::steady_clock::now() + delay, std::move(task));
  }

 private:
  struct Worked {
    bool any, stopping;
  };

  /// Runs what was posted, and what that posts in its turn: a step of a call begins the next one before libcurl is
  /// driven. Not more, because others post all the time.
  Worked run_tasks(Engine& engine) {
    Worked worked{false, false};
    for (int turn = 0; turn < 2; ++turn) {
      worked.stopping = engine.take(tasks_);
      if (tasks_.empty()) break;
      worked.any = true;
      for (auto& task : tasks_) task();
      tasks_.clear();
    }
    return worked;
  }

  static int on_socket(CURL* easy, curl_socket_t socket, int what, void* self, void* known) {
    auto& loop = *static_cast<Loop*>(self);
    if (what == CURL_POLL_REMOVE) {
      loop.poll_.remove(socket);
      curl_multi_assign(loop.multi_, socket, nullptr);
      return 0;
    }
    const platform::Poll::Interest interest{.in = (what & CURL_POLL_IN) != 0, .out = (what & CURL_POLL_OUT) != 0};
    const int failed = known == nullptr ? loop.poll_.add(socket, interest) : loop.poll_.change(socket, interest);
    if (failed != 0) {
      loop.give_up(easy, failed);
    } else if (known == nullptr) {
      curl_multi_assign(loop.multi_, socket, self);  // fails only for a socket that libcurl does not know
    }
    return 0;
  }

  static int on_timer(CURLM*, long milliseconds, void* self) {
    auto& loop = *static_cast<Loop*>(self);
    loop.curl_deadline_ = milliseconds < 0 ? std::chrono::steady_clock::time_point::max()
                                           : std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
    return 0;
  }

  void release_all() {
    curl_multi_cleanup(multi_);
    curl_share_cleanup(share_);
  }

  /// Ends the transfer of a socket that the poll cannot watch. It runs outside libcurl's own callbacks.
  void give_up(CURL* easy, int system_error) {
    Transfer* transfer = nullptr;
    if (curl_easy_getinfo(easy, CURLINFO_PRIVATE, &transfer) != CURLE_OK || transfer == nullptr) return;
    after({}, [this, id = id_of(*transfer), system_error] {
      if (!current(id)) return;
      Transfer& transfer = *transfers_[id.slot];
      finish(transfer, {lacking(system_error), may_have_been_sent(transfer), 0});
    });
  }

  static TransferId id_of(const Transfer& transfer) { return {transfer.slot, transfer.sequence}; }

  bool current(TransferId id) const {
    return id.sequence != 0 && id.slot < transfers_.size() && transfers_[id.slot]->sequence == id.sequence;
  }

  static bool may_have_been_sent(const Transfer& transfer) { return transfer.added && was_connected(transfer.easy); }

  /// The host has a place for it.
  void launch(Transfer& transfer) {
    transfer.host->enter(transfer.request);
    transfer.launched = true;
    const auto& trust = transfer.request.connection->trust;
    if (trust && trust->problem) return refuse(transfer, *trust->problem);
    if (transfer.host->name.empty()) return go(transfer, {});
    const TransferId id = id_of(transfer);
    names_.find(transfer.host->name, [this, id](const Addresses& addresses) {
      if (current(id)) go(*transfers_[id.slot], addresses);
    });
    if (transfer.added || !current(id)) return;
    after(std::chrono::ceil<std::chrono::milliseconds>(transfer.deadline - std::chrono::steady_clock::now()),
          [this, id] { expire(id); });
  }

  /// Its host's addresses are known, or need not be.
  void go(Transfer& transfer, const Addresses& addresses) {
    Host& host = *transfer.host;
    if (!host.name.empty() && addresses.list.empty()) {
      const int system_error = addresses.system_error;
      return refuse(transfer, system_error != 0 ? lacking(system_error) : not_found(host.name, *host.connection));
    }
    std::string resolved;
    if (!host.name.empty()) resolved = host.name + ":" + host.port + ":" + addresses.list;
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(transfer.deadline - std::chrono::steady_clock::now());
    if (!transfer.prepare(left, resolved)) return refuse(transfer, lacking(ENOMEM));
    if (const auto code = curl_multi_add_handle(multi_, transfer.easy); code != CURLM_OK) {
      return refuse(transfer, make_error(ErrorKind::internal,
                                         std::string("libcurl refused a request: ") + curl_multi_strerror(code)));
    }
    transfer.added = true;
  }

  /// Ends a request that was not sent. It runs as a later task, because the caller may still be inside send().
  void refuse(const Transfer& transfer, Error error) {
    after({}, [this, id = id_of(transfer), error = std::move(error)] {
      if (current(id)) finish(*transfers_[id.slot], {error, false, 0});
    });
  }

  /// Ends requests whose time is over and that libcurl does not have yet.
  void expire(TransferId id) {
    if (!current(id) || transfers_[id.slot]->added) return;
    Transfer& transfer = *transfers_[id.slot];
    const Host& host = *transfer.host;
    finish(transfer, {transfer.launched ? not_found_in_time(host.name, *host.connection) : no_place(), false, 0});
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
    Host& host = *transfer.host;
    if (transfer.added) curl_multi_remove_handle(multi_, transfer.easy);  // cut off, its connection is closed
    if (transfer.launched) host.leave(transfer.request);
    transfer.clear();
    idle_.push_back(&transfer);
    while (!host.waiting.empty()) {
      const TransferId next = host.waiting.front();
      if (current(next)) {
        if (!host.has_room(transfers_[next.slot]->request)) return;
        launch(*transfers_[next.slot]);
      }
      host.waiting.pop_front();
    }
  }

  void finish(Transfer& transfer, AttemptEnd outcome) {
    auto done = std::move(transfer.done);
    release(transfer);
    done(std::move(outcome));
  }

  void complete(Transfer& transfer, CURLcode code) {
    CURL* easy = transfer.easy;
    Host& host = *transfer.host;
    const bool sent = code == CURLE_OK || may_have_been_sent(transfer);
    long connections = 0, version = 0;
    curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &connections);
    if (code != CURLE_OK) {
      Error error = transfer.system_error != 0 && !sent
                        ? lacking(transfer.system_error)
                        : transfer_error(easy, code, transfer.too_large, *host.connection);
      if (!sent && !error.of_this_machine) names_.doubt(host.name);
      return finish(transfer, {std::move(error), sent, static_cast<int>(connections)});
    }
    curl_easy_getinfo(easy, CURLINFO_HTTP_VERSION, &version);
    host.multiplexed = version >= CURL_HTTP_VERSION_2_0;
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    Response response;
    response.status = static_cast<int>(status);
    if (status == 429 || status == 503) {
      curl_off_t seconds = 0;
      curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &seconds);
      if (seconds > 0) response.retry_after_ms = std::min<curl_off_t>(seconds, 86'400 * 365) * 1000;
    }
    curl_header* date = nullptr;
    if (curl_easy_header(easy, "Date", 0, CURLH_HEADER, -1, &date) == CURLHE_OK)
      response.date = dates_.read(date->value);
    response.body = std::move(transfer.body);
    finish(transfer, {std::move(response), sent, static_cast<int>(connections)});
  }

  void collect() {
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      Transfer* transfer = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
      if (transfer != nullptr) complete(*transfer, message->data.result);
    }
  }

  /// Lets libcurl do what is due. `fresh`: requests may have been added since.
  void drive(bool fresh) {
    if (fresh || std::chrono::steady_clock::now() >= curl_deadline_) {
      curl_deadline_ = std::chrono::steady_clock::time_point::max();
      int running = 0;
      curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &running);
    }
    collect();
  }

  void run_timers() {
    while (!timers_.empty() && timers_.begin()->first <= std::chrono::steady_clock::now()) {
      auto task = std::move(timers_.begin()->second);
      timers_.erase(timers_.begin());
      task();
    }
  }

  /// Until something is due; nullopt: nothing is.
  std::optional<std::chrono::milliseconds> time_left() const {
    using namespace std::chrono_literals;
    auto next = curl_deadline_;
    if (!timers_.empty()) next = std::min(next, timers_.begin()->first);
    if (next == std::chrono::steady_clock::time_point::max()) return std::nullopt;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - std::chrono::steady_clock::now());
    return std::clamp<std::chrono::milliseconds>(left, 0ms, 1min);
  }

  void wait(Engine& engine) {
    using namespace std::chrono_literals;
    int running = 0;
    for (const auto& event : poll_.wait(engine.may_sleep() ? time_left() : 0ms)) {
      const int mask =
          (event.in ? CURL_CSELECT_IN : 0) | (event.out ? CURL_CSELECT_OUT : 0) | (event.error ? CURL_CSELECT_ERR : 0);
      curl_multi_socket_action(multi_, event.descriptor, mask, &running);
    }
    collect();
  }

  /// Ends everything under way, and what the callbacks begin while it does.
  void settle_all() {
    for (bool busy = true; busy;) {
      busy = !timers_.empty();
      for (std::size_t i = 0; i < transfers_.size(); ++i) {
        Transfer& transfer = *transfers_[i];
        if (transfer.sequence == 0) continue;
        busy = true;
        const bool sent = may_have_been_sent(transfer);
        finish(transfer, {process_is_ending(), sent, 0});
      }
      const auto timers = std::exchange(timers_, {});
      for (const auto& timer : timers) timer.second();
    }
  }

  platform::Poll& poll_;
  CURLM* multi_ = nullptr;
  CURLSH* share_ = nullptr;
  Names names_;
  Hosts hosts_;
  ServerDates dates_;
  std::uint64_t sequence_ = 0;
  std::vector<std::function<void()>> tasks_;  // kept for its memory
  std::vector<std::unique_ptr<Transfer>> transfers_;
  std::vector<Transfer*> idle_;
  std::multimap<std::chrono::steady_clock::time_point, std::function<void()>> timers_;
  std::chrono::steady_clock::time_point curl_deadline_ = std::chrono::steady_clock::time_point::max();
};

}  // namespace bonin
