#pragma once
// Scripted faults: which requests go wrong, and how.

#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bonin/result.hpp"
#include "http.hpp"
#include "json.hpp"

namespace bonin::sandbox {

enum class FaultKind : std::uint8_t {
  delay,             // the right answer, later
  status,            // another status, with a body in the API's own shape
  respond,           // exactly this status, headers and body
  reset,             // the connection is reset, nothing is answered
  cut,               // the right content-length, a part of the body, then the end
  garbage,           // bytes that are not HTTP
  drip,              // the body in one-byte pieces
  reset_after_idle,  // answered rightly; then the idle connection is reset
  ready,             // a lookup tells of a window that is still open
};

struct Fault {
  std::uint64_t id = 0;
  std::string method;      // empty: any
  std::string path = "*";  // glob
  std::int64_t times = 1;  // calls left to hit
  std::int64_t after = 0;  // calls left to let through
  FaultKind kind = FaultKind::delay;
  std::int64_t delay_ms = 0;
  std::optional<unsigned> status;  // 503 for `status`, else 200
  std::map<std::string, std::string> headers;
  std::optional<std::string> body;
  std::optional<std::size_t> bytes;
  bool effect = true;  // is the request carried out?
};

/// The words of FaultKind.
std::vector<std::string_view> fault_kinds();

/// Reads the arguments of the operation `fault`.
Result<Fault> read_fault(const Json& arguments);

/// Faults in the order they were added. Lives on the I/O thread.
class Faults {
 public:
  std::uint64_t add(Fault fault);
  void clear() { faults_.clear(); }
  /// The first fault that hits this call, counted down; the rest do not see the call.
  std::optional<Fault> take(std::string_view method, std::string_view path);

 private:
  std::list<Fault> faults_;
  std::uint64_t next_ = 1;
};

/// The answer in place of the real one, for `status` and `respond`, or a scripted body for `cut` and `drip`.
Answer faulty_answer(const Fault& fault, std::string_view path);

}  // namespace bonin::sandbox
