#pragma once
// Why a decision is what it is.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bonin/date.hpp"

namespace bonin {

enum class Outcome : std::uint8_t { pass, fail, unknown };

std::string_view to_string(Outcome) noexcept;  // "pass", "fail", "unknown"

/// Of messages and explanations.
enum class Language : std::uint8_t { korean, english };

/// What one rule of a policy found. Carries no personal data.
struct Finding {
  std::string code;     // stable: "verified", "fresh", "channel", "age", ...
  Outcome outcome;      // anything but pass denies
  std::string reason;   // stable, why it did not pass: "too_young", "missing", "unattested", "test_channel", ...; empty
                        // on pass. A rule made of others names them: "age:too_young,foreigner:missing"
  std::string pointer;  // JSON pointer of the rule in the policy document; "/baseline/..." for an implied rule,
                        // "/extends/..." for one of an extended preset, "/expect/..." for an expectation
  std::string ko;       // for an end user, Korean
  std::string en;       // for an end user, English
  std::optional<Moment> until{};  // of `banned` and `too_soon`: when it is over, where that is known and ever is
};

}  // namespace bonin
