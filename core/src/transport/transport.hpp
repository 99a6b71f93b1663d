#pragma once
// How requests leave the process. The real one is Engine; tests put a scripted one in its place.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bonin/portone.hpp"
#include "bonin/result.hpp"

struct curl_slist;

namespace bonin {

enum class Method : std::uint8_t { get, post, erase };

std::string_view to_string(Method method) noexcept;  // "GET", "POST", "DELETE"

/// Header lines, built once and shared by every request that carries them. May hold a credential: never printed, wiped
/// when released.
class Headers {
 public:
  explicit Headers(const std::vector<std::string_view>& lines);
  /// The same lines and one more, for one call.
  Headers(const Headers& others, std::string_view line);
  Headers(const Headers&) = delete;
  Headers& operator=(const Headers&) = delete;
  ~Headers();

  curl_slist* list() const noexcept { return list_; }
  /// The value of a header, for scripted transports. Empty if it is not there.
  std::string_view value(std::string_view name) const noexcept;

 private:
  void add(std::string_view line);
  void wipe() noexcept;
  curl_slist* list_ = nullptr;
};

struct Request {
  Method method = Method::get;
  std::string url;
  std::string body;  // JSON; GET and DELETE send none
  std::shared_ptr<const Headers> headers;
  std::shared_ptr<const ConnectionOptions> connection;
  std::chrono::milliseconds timeout{};  // of this attempt
  bool may_repeat = false;  // libcurl may send it again on a fresh connection when a kept one turns out dead
};

struct Response {
  int status = 0;
  std::string body;
  std::optional<std::int64_t> retry_after_ms;
  std::optional<Moment> date;  // by the server's clock, exact to a second
  int attempts = 0;            // of the whole call; set by whoever counts them
};

/// How one attempt ended.
struct AttemptEnd {
  Result<Response> result;
  bool sent = false;    // the request, or a part of it, may have reached the server
  int connections = 0;  // opened for it
};

/// A request under way; 0 is none.
struct TransferId {
  std::size_t slot = 0;
  std::uint64_t sequence = 0;
};

/// Everything but `post` is called on the transport's own thread, where all callbacks run as well: what only they touch
/// needs no lock.
class Transport {
 public:
  virtual ~Transport() = default;

  /// Runs a task on the transport's thread. Any thread. False after the end: the task is not run.
  virtual bool post(std::function<void()> task) = 0;

  /// Sends a request. `done` is called exactly once, never before this returns, unless it is aborted.
  virtual TransferId send(Request request, std::function<void(AttemptEnd)> done) = 0;

  /// Drops a request under way together with its callback. True when it, or a part of it, may have reached the server.
  /// Nothing happens if it has ended.
  virtual bool abort(TransferId id) = 0;

  /// Runs a task a little later; at once when the transport ends.
  virtual void after(std::chrono::milliseconds delay, std::function<void()> task) = 0;
};

}  // namespace bonin
