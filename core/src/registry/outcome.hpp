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
inline std::string hash_of_subject(std::string_view reservation, std::string_view subject) {
  return digest({"reservation", reservation, subject});
}

/// For whom a place is kept, and by which verification: two hashes, one after the other.
inline std::string reserved_for(std::string_view reservation, std::string_view subject, const UsedId& id) {
  const auto api = id.api ? to_string(*id.api) : std::string_view();
  return hash_of_subject(reservation, subject) + digest({"reserved by", reservation, api, id.id});
}

constexpr std::size_t hash_size = 64;  // of a digest in hex

inline bool is_reserved_for(const PersonRow& person, std::string_view subject) {
  return !subject.empty() &&
         std::string_view(person.reserved_for).substr(0, hash_size) == hash_of_subject(person.reservation, subject);
}

/// The account did not come of the verification that the place was kept by.
inline void forget_verification(PersonRow& person) {
  if (person.reserved_for.size() > hash_size) person.reserved_for.resize(hash_size);
}

/// Did this subject's sign-up by this verification make the account that the person holds?
inline bool signed_up_by(const PersonRow& person, std::string_view subject, const UsedId& id) {
  return !person.account.empty() && !person.reservation.empty() && !subject.empty() &&
         person.reserved_for == reserved_for(person.reservation, subject, id);
}

}  // namespace bonin::registry_detail
