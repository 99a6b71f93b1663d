#pragma once
// The state of a client: its circuit, its counters, its log events. Nothing here is personal or secret.

#include <array>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "bonin/clock.hpp"
#include "bonin/error.hpp"

namespace bonin {

/// Whether calls go out. A client opens its circuit after ten failures in a row that pass; of the failures that are
/// about one id, the first counts.
enum class Circuit : std::uint8_t {
  closed,     // calls go out
  open,       // calls fail at once, with ErrorKind::unavailable
  half_open,  // one call is out to see whether PortOne is back; the others fail at once
};

std::string_view to_string(Circuit circuit) noexcept;

/// What a client has counted in this process since its first call. Calls that were refused for their arguments are in
/// none of it: nothing began.
struct Metrics {
  /// Upper ends of the latency buckets in milliseconds, inclusive; the last bucket has none.
  static constexpr std::array<std::int64_t, 11> latency_bounds_ms{5,   10,    25,    50,    100,   250,
                                                                  500, 1'000, 2'500, 5'000, 10'000};

  std::uint64_t calls_ok = 0;
  std::array<std::uint64_t, error_kind_count> calls_failed{};  // by ErrorKind
  std::uint64_t calls_under_way = 0;
  std::uint64_t fail_fast = 0;    // calls that the open circuit refused; they count as unavailable as well
  std::uint64_t attempts = 0;     // requests sent for calls, without those for tokens
  std::uint64_t retries = 0;      // attempts after the first
  std::uint64_t connections = 0;  // opened
  std::uint64_t token_renewals = 0;
  std::uint64_t token_failures = 0;
  Circuit circuit = Circuit::closed;
  std::uint64_t circuit_openings = 0;
  int retry_budget = 0;  // what is left of 500
  std::uint64_t log_events_dropped = 0;
  std::int64_t clock_skew_ms = 0;  // PortOne's clock minus this machine's, when last told; exact to a second

  /// Calls that ended, but for those that the open circuit refused or the client, closed by then, did not take.
  std::array<std::uint64_t, latency_bounds_ms.size() + 1> latency_counts{};
  std::uint64_t latency_count = 0;
  double latency_sum_ms = 0;
};

enum class LogLevel : std::uint8_t { debug, info, warning, off };

std::string_view to_string(LogLevel level) noexcept;

/// Something worth a line in a log. All texts are literals of bonin's own source, with one exception: the name of a
/// provider, of at most 40 capital letters, digits and `_`. No id, no name of a person and no secret can be in them.
struct LogEvent {
  struct Field {
    Field(std::string_view called, std::integral auto number)
        : name(called), value(static_cast<std::int64_t>(number)) {}
    Field(std::string_view called, std::string_view literal) : name(called), value(literal) {}
    Field(std::string_view called, const char* literal) : name(called), value(std::string_view(literal)) {}
    Field(std::string_view called, std::string text) : name(called), value(std::move(text)) {}
    std::string_view name;
    std::variant<std::int64_t, std::string_view, std::string> value;
  };
  LogLevel level = LogLevel::info;
  std::string_view area;  // "call", "token", "circuit", "client", "clock", "provider", "records"
  std::string_view name;  // "retry", "opened", ...
  Moment at{};            // on the wall clock
  std::vector<Field> fields;
  std::uint64_t caller = 0;  // of the call that it is about, as CallOptions has it; 0: of no call, or of one without
};

}  // namespace bonin
