#pragma once
// The requests that came in, for tests. It holds no token, query or body.

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "http.hpp"
#include "json.hpp"

namespace bonin::sandbox {

/// The last 10,000 requests and counts of all. Entries are written over in place, so that a busy sandbox does not
/// allocate. Lives on the I/O thread.
class RequestLog {
 public:
  static constexpr std::size_t capacity = 10'000;

  /// `status` 0: no answer was sent. `route`: index into the table of routes, or routes.size() for none.
  void add(const Request& request, std::size_t route, std::string_view store_id, unsigned status, std::int64_t at_ms);
  Json json(std::size_t limit) const;
  void clear();

 private:
  struct Entry {
    std::string method, path, tier, store_id;
    std::size_t route = 0;
    unsigned status = 0;
    const char* authorization = nullptr;
    std::uint64_t connection = 0;
    std::int64_t at_ms = 0;
  };
  std::vector<Entry> entries_;
  std::size_t next_ = 0;
  std::uint64_t total_ = 0;
  std::uint64_t connections_ = 0;
  std::vector<std::uint64_t> by_route_;
  std::vector<bool> seen_;  // by number of connection
};

}  // namespace bonin::sandbox
