#pragma once
// What a verifier has concluded. Nothing here is personal or secret.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "bonin/error.hpp"

namespace bonin {

/// What a verifier has counted in this process since its first call. Calls that were refused for their arguments are in
/// none of it: nothing began.
struct VerifierMetrics {
  /// How the decisions about one provider's verifications ended.
  struct Decisions {
    std::string provider;  // "none": no verification was looked up, or it names none; "other": the 17th name and later
    std::uint64_t allowed = 0;
    std::uint64_t denied = 0;
  };
  /// A rule that did not pass, in denied decisions. A decision counts once for each of its denials.
  struct Denials {
    std::string rule;    // Finding::code
    std::string reason;  // Finding::reason; "other": the 101st pair of rule and reason and later
    std::uint64_t count = 0;
  };
  std::vector<Decisions> decisions;                      // by the provider's name
  std::vector<Denials> denials;                          // by rule, then by reason
  std::array<std::uint64_t, error_kind_count> failed{};  // nothing could be decided, by ErrorKind

  // Lines of Verifier::Options::records.
  std::uint64_t records_written = 0;
  std::uint64_t records_waiting = 0;  // for a file that cannot be written
  std::uint64_t records_lost = 0;     // there was no room for them to wait, or the process ended first
};

}  // namespace bonin
