#pragma once
// Each rule, once, over any kind of row: a Verification (evaluate.cpp) or a row of columns (columns.cpp).
//
// A row answers `status()`, `verified_ms()`, `channel()`, `provider()`, `channel_key()`, `merchant()`,
// `attestation(Attr)`, `birth()`, `gender()`, `carrier()`, `mvno()` and `foreigner()`; values are asked for only when
// the attestation says that there is one.

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "bonin/verification.hpp"
#include "policy/program.hpp"

namespace bonin::policy_detail {

inline constexpr std::int64_t missing_time = std::numeric_limits<std::int64_t>::min();
inline constexpr std::int64_t tolerated_future_ms = 60'000;

inline Reason judge_verified(Status status) noexcept {
  switch (status) {
    case Status::verified:
      return Reason::pass;
    case Status::ready:
      return Reason::not_finished;
    case Status::failed:
      return Reason::verification_failed;
    default:
      return Reason::unknown_status;
  }
}

inline Reason judge_fresh(std::int64_t verified_ms, std::int64_t now_ms, std::int64_t within_ms) noexcept {
  if (verified_ms == missing_time) return Reason::missing;
  if (verified_ms > now_ms + tolerated_future_ms) return Reason::in_future;
  return verified_ms < now_ms - within_ms ? Reason::stale : Reason::pass;
}

inline bool listed(const std::vector<std::string>& list, std::string_view text) noexcept {
  return std::any_of(list.begin(), list.end(), [text](const std::string& entry) { return entry == text; });
}

inline Reason judge_pin(const std::vector<std::string>& list, std::string_view text, Reason other) noexcept {
  if (list.empty()) return Reason::pass;
  if (text.empty()) return Reason::missing;
  return listed(list, text) ? Reason::pass : other;
}

template <class Row>
Reason judge_channel(const Step& step, const Program& program, const Row& row) noexcept {
  switch (row.channel()) {
    case ChannelType::live:
      break;
    case ChannelType::test:
      if (!step.test_too) return Reason::test_channel;
      break;
    case ChannelType::unmarked:
      if (!step.unmarked_too) return Reason::unmarked_channel;
      break;
    case ChannelType::missing:
      return Reason::missing_channel;
    default:
      return Reason::unknown_channel;
  }
  if (step.lists < 0) return Reason::pass;
  const Lists& lists = program.lists[static_cast<std::size_t>(step.lists)];
  if (const auto r = judge_pin(lists.keys, row.channel_key(), Reason::other_channel); r != Reason::pass) return r;
  if (const auto r = judge_pin(lists.providers, row.provider(), Reason::other_provider); r != Reason::pass) return r;
  return judge_pin(lists.merchants, row.merchant(), Reason::other_merchant);
}

/// Is there a value this rule may look at?
inline Reason judge_readable(Attestation attestation, bool lenient) noexcept {
  // Without branches, as all that runs over columns.
  Reason reason = Reason::missing;
  reason = attestation == Attestation::unreadable ? Reason::unreadable : reason;
  reason = attestation == Attestation::self_declared_possible ? Reason::unattested : reason;
  const bool good =
      (attestation == Attestation::attested) | ((attestation == Attestation::self_declared_possible) & lenient);
  return good ? Reason::pass : reason;
}

inline Reason judge_has(Attestation attestation, bool lenient) noexcept {
  return attestation == Attestation::absent ? Reason::absent : judge_readable(attestation, lenient);
}

/// Birth dates that decide an age rule, all three in one ascending encoding of dates: a person is at least n years old
/// if born on `latest(n)` or before.
struct Cutoffs {
  std::int32_t today;     // born later: impossible
  std::int32_t earliest;  // born earlier: not a date bonin reads
  std::int32_t at_least;  // born later: too young
  std::int32_t below;     // born on it or earlier: too old
};

inline Reason judge_birth(std::int32_t birth, const Cutoffs& cutoffs) noexcept {
  // The later line wins.
  Reason reason = Reason::pass;
  reason = birth <= cutoffs.below ? Reason::too_old : reason;
  reason = birth > cutoffs.at_least ? Reason::too_young : reason;
  reason = birth > cutoffs.today ? Reason::future_birth_date : reason;
  return birth < cutoffs.earliest ? Reason::unreadable : reason;
}

inline Reason judge_mask(const Step& step, unsigned value) noexcept {
  const Reason other = step.flag ? Reason::excluded : Reason::not_listed;
  return (step.mask >> value & 1) != 0 ? Reason::pass : other;
}

inline Reason judge_provider(const Step& step, const Program& program, std::string_view provider) noexcept {
  if (provider.empty()) return Reason::missing;
  const bool found = listed(program.lists[static_cast<std::size_t>(step.lists)].providers, provider);
  if (step.flag) return found ? Reason::excluded : Reason::pass;
  return found ? Reason::pass : Reason::not_listed;
}

/// Three-valued and: a part that fails decides, then a part that is unknown.
inline Reason both(Reason a, Reason b) noexcept {
  if (outcome_of(a) == Outcome::fail || outcome_of(b) == Outcome::fail) return Reason::parts_failed;
  return a == Reason::pass && b == Reason::pass ? Reason::pass : Reason::parts_unknown;
}

/// Three-valued or: a part that passes decides, then a part that is unknown.
inline Reason either(Reason a, Reason b) noexcept {
  if (a == Reason::pass || b == Reason::pass) return Reason::pass;
  return outcome_of(a) == Outcome::fail && outcome_of(b) == Outcome::fail ? Reason::parts_failed
                                                                          : Reason::parts_unknown;
}

inline Reason inverse(Reason reason) noexcept {
  switch (outcome_of(reason)) {
    case Outcome::pass:
      return Reason::negated;
    case Outcome::fail:
      return Reason::pass;
    default:
      return Reason::parts_unknown;
  }
}

}  // namespace bonin::policy_detail
