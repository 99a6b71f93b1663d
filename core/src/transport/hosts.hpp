#pragma once
// Where the requests of a client go, and how many at once.

#include <deque>
#include <map>
#include <memory>
#include <string>

#include "transport/transport.hpp"

namespace bonin {

/// One for each client: its requests share what they connect to.
struct Host {
  /// Over HTTP/1.1 each request under way has a connection, and each connection a descriptor. The rest wait.
  static constexpr int most_connections = 256;

  std::shared_ptr<const ConnectionOptions> connection;
  std::string name;  // to be looked up: of the proxy where there is one; empty: there is nothing to be looked up
  std::string port;
  int under_way = 0;
  int alone = 0;             // of those, the ones with a connection of their own whatever the protocol
  bool multiplexed = false;  // the last answer came over HTTP/2: the others share one connection
  std::deque<TransferId> waiting;

  bool has_room(const Request& request) const noexcept {
    return multiplexed ? request.may_repeat || alone < most_connections : under_way < most_connections;
  }
  void enter(const Request& request) noexcept { count(request, 1); }
  void leave(const Request& request) noexcept { count(request, -1); }

 private:
  void count(const Request& request, int by) noexcept {
    under_way += by;
    if (!request.may_repeat) alone += by;
  }
};

/// On the transport's thread alone.
class Hosts {
 public:
  /// Valid while a request is under way to it.
  Host& of(const std::shared_ptr<const ConnectionOptions>& connection);

 private:
  static constexpr std::size_t kept = 16;
  std::map<std::shared_ptr<const ConnectionOptions>, Host> hosts_;
};

}  // namespace bonin
