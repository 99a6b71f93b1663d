#pragma once
// Why a rule did not pass, in one byte.

#include <cstdint>
#include <string_view>
#include <vector>

#include "bonin/finding.hpp"

namespace bonin::policy_detail {

/// First pass, then what fails, then what is unknown: outcome_of compares with the first of the latter, and a
/// static_assert beside the table of reasons (reason.cpp) holds the order.
enum class Reason : std::uint8_t {
  pass,
  not_finished,
  verification_failed,
  stale,
  in_future,
  test_channel,
  unmarked_channel,
  other_channel,
  other_provider,
  other_merchant,
  too_young,
  too_old,
  absent,
  not_listed,
  excluded,
  foreigner,
  not_foreigner,
  mvno,
  not_mvno,
  mismatch,
  foreign,
  expired,
  has_account,
  signed_up,
  taken,
  no_account,
  other_account,
  being_signed_up,
  used,
  banned,
  too_soon,
  needs_guardian,
  same_person,
  guardian_too_young,
  guardian_not_verified,
  parts_failed,
  negated,
  // unknown
  unknown_status,
  missing_channel,
  unknown_channel,
  missing,
  unreadable,
  unattested,
  future_birth_date,
  not_supplied,
  no_standing,
  two_persons,
  no_key,
  page_chosen_di,
  guardian_unknown,
  parts_unknown,
};

constexpr Outcome outcome_of(Reason reason) noexcept {
  return reason == Reason::pass ? Outcome::pass : reason < Reason::unknown_status ? Outcome::fail : Outcome::unknown;
}

inline constexpr std::size_t reason_count = static_cast<std::size_t>(Reason::parts_unknown) + 1;

std::string_view to_string(Reason reason) noexcept;

/// Is it one that a finding has? A combined rule names its parts and their reasons instead of its own.
constexpr bool is_told(Reason reason) noexcept {
  return reason != Reason::pass && reason != Reason::parts_failed && reason != Reason::negated &&
         reason != Reason::parts_unknown;
}

/// The words of every reason that is told.
std::vector<std::string_view> reason_words();

}  // namespace bonin::policy_detail
