#pragma once
// What the rules answer to a claim, and what they store of a subject.

#include "registry/rules.hpp"

namespace bonin::registry_detail {

inline Moment moment(Millis at) { return Moment{std::chrono::milliseconds(at)}; }

inline Claim granted(Claim::Outcome outcome) { return {outcome, {}, std::nullopt}; }
inline Claim taken(std::string_view reason) { return {Claim::Outcome::taken, reason, std::nullopt}; }
inline Claim refused(std::string_view reason, Millis until) {
  return {Claim::Outcome::refused, reason, until == for_ever ? std::nullopt : std::optional(moment(until))};
}

// Each hash of a subject carries a salt of its own, so that rows of one subject cannot be told to belong together.
inline std::string reserved_for(std::string_view reservation, std::string_view subject) {
  return digest({"reservation", reservation, subject});
}

}  // namespace bonin::registry_detail
