#pragma once
// What this machine has, reaches and believes: one page for whoever is asked why bonin does not work there.

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "bonin/call.hpp"
#include "bonin/portone.hpp"
#include "bonin/result.hpp"

namespace bonin {

/// One thing that was looked at. No personal data, no secret and no value of a variable is in it.
struct DoctorLine {
  enum class State : std::uint8_t { ok, warning, failed };

  std::string_view name{};  // "bonin", "system", "certificates", ...
  State state = State::ok;
  std::string ko{}, en{};            // what is so
  std::string next_ko{}, next_en{};  // what to do; empty where there is nothing to do
};

std::string_view to_string(DoctorLine::State state) noexcept;  // "ok", "warning", "failed"

struct DoctorReport {
  std::string at{};  // when it was made: 2026-01-02T03:04:05.000Z
  std::vector<DoctorLine> lines{};

  bool ok() const noexcept {
    return std::none_of(lines.begin(), lines.end(),
                        [](const auto& line) { return line.state == DoctorLine::State::failed; });
  }
  /// {"ok", "at", "checks": [{"name", "state", "ko", "en", "next_ko", "next_en"}]}
  std::string json() const;
};

struct DoctorOptions {
  std::string host{};                        // what bonin runs in: "Python 3.11.2"
  std::string store{};                       // as the registry's; empty: of the variable BONIN_STORE
  std::string schema{};                      // of the registry's
  std::vector<std::string> peppers{};        // `env:NAME`, `file:PATH` or `ID=env:NAME`; none: of BONIN_PEPPER
  ConnectionOptions connection{};            // its address: of the variable BONIN_BASE_URL when it is empty
  std::chrono::milliseconds timeout{5'000};  // of each thing that is looked at; all are looked at at once
};

/// Looks at everything at once, and reports in time whatever does not answer. Credentials are those of the variables
/// that the command line reads. Reads the environment on the caller's thread. Nothing is written but what any registry
/// writes when it is opened. A SQLite file that is not there is not made. ErrorKind::cancelled; invalid_timeout.
Call doctor(DoctorOptions options, Callback<DoctorReport> done);

}  // namespace bonin
