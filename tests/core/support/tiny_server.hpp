#pragma once
// A server that does as it is told, wrong things included: a thread a connection, no HTTP library.

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace bonin::test {

struct Asked {
  int connection = 0;  // from 1
  int nth = 0;         // on this connection, from 1
  std::string method;
  std::string target;
  std::string head;
  std::string body;
};

struct Told {
  std::string bytes;         // as they go over the wire
  bool close_after = false;  // in good order
  bool reset = false;        // after the bytes
};

/// A complete answer with a content length.
Told answer(int status, std::string_view body, std::string_view more_headers = {});

class TinyServer {
 public:
  using Handler = std::function<Told(const Asked&)>;
  /// `handler` runs on many threads at once.
  explicit TinyServer(Handler handler);
  ~TinyServer();

  std::string url() const;
  int connections() const;
  int requests() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace bonin::test
