#pragma once
// The closed sets of words that bonin answers and takes. Everything that writes or reads such a word takes it from
// here.

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bonin/age.hpp"
#include "bonin/claim.hpp"
#include "bonin/finding.hpp"
#include "bonin/flow.hpp"
#include "bonin/proof.hpp"
#include "bonin/standing.hpp"
#include "bonin/verification.hpp"

namespace bonin {

/// The words of `Enum` in the order of its values.
template <class Enum>
inline constexpr std::array<std::string_view, 0> words{};
template <>
inline constexpr std::array<std::string_view, 2> words<Api>{"v1", "v2"};
template <>
inline constexpr std::array<std::string_view, 4> words<Status>{"unknown", "ready", "verified", "failed"};
template <>
inline constexpr std::array<std::string_view, 5> words<ChannelType>{"missing", "unknown", "unmarked", "live", "test"};
template <>
inline constexpr std::array<std::string_view, 4> words<Attestation>{"absent", "unreadable", "self_declared_possible",
                                                                    "attested"};
template <>
inline constexpr std::array<std::string_view, 3> words<Gender>{"male", "female", "other"};
template <>
inline constexpr std::array<std::string_view, 3> words<Carrier>{"SKT", "KT", "LGU"};
template <>
inline constexpr std::array<std::string_view, 3> words<Outcome>{"pass", "fail", "unknown"};
template <>
inline constexpr std::array<std::string_view, 2> words<Language>{"ko", "en"};
template <>
inline constexpr std::array<std::string_view, 2> words<AgeBy>{"full", "year"};
template <>
inline constexpr std::array<std::string_view, 4> words<Standing::Account>{"unknown", "none", "same", "other"};
template <>
inline constexpr std::array<std::string_view, 4> words<Standing::Use>{"unknown", "first", "same_subject",
                                                                      "other_subject"};
template <>
inline constexpr std::array<std::string_view, 10> words<Standing::Place>{
    "unknown",       "free",        "has_account", "reserved",       "banned",
    "rejoin_period", "two_persons", "no_key",      "page_chosen_di", "signed_up"};
template <>
inline constexpr std::array<std::string_view, 4> words<Claim::Outcome>{"created", "existing", "taken", "refused"};
template <>
inline constexpr std::array<std::string_view, 5> words<ProofState>{"valid", "expired", "other_policy", "foreign",
                                                                   "unreadable"};

// A value that is added without its word does not compile.
static_assert(words<Api>.size() == static_cast<std::size_t>(Api::v2) + 1);
static_assert(words<Status>.size() == static_cast<std::size_t>(Status::failed) + 1);
static_assert(words<ChannelType>.size() == static_cast<std::size_t>(ChannelType::test) + 1);
static_assert(words<AgeBy>.size() == static_cast<std::size_t>(AgeBy::year) + 1);
static_assert(words<Attestation>.size() == static_cast<std::size_t>(Attestation::attested) + 1);
static_assert(words<Gender>.size() == static_cast<std::size_t>(Gender::other) + 1);
static_assert(words<Carrier>.size() == static_cast<std::size_t>(Carrier::lgu) + 1);
static_assert(words<Outcome>.size() == static_cast<std::size_t>(Outcome::unknown) + 1);
static_assert(words<Language>.size() == static_cast<std::size_t>(Language::english) + 1);
static_assert(words<Standing::Account>.size() == static_cast<std::size_t>(Standing::Account::other) + 1);
static_assert(words<Standing::Use>.size() == static_cast<std::size_t>(Standing::Use::other_subject) + 1);
static_assert(words<Standing::Place>.size() == static_cast<std::size_t>(Standing::Place::signed_up) + 1);
static_assert(words<Claim::Outcome>.size() == static_cast<std::size_t>(Claim::Outcome::refused) + 1);
static_assert(words<ProofState>.size() == static_cast<std::size_t>(ProofState::unreadable) + 1);

/// Why a claim granted nothing.
inline constexpr std::array<std::string_view, 8> claim_reasons{
    "other_account", "other_person", "two_persons", "reserved", "banned", "rejoin_period", "lapsed", "page_chosen_di"};

/// What an application's own store may answer to `consume`, and why it may refuse a place: words of Standing::Use and
/// of Standing::Place.
inline constexpr std::array<std::string_view, 3> own_store_uses{"first", "same_subject", "other_subject"};
inline constexpr std::array<std::string_view, 5> own_store_refusals{"has_account", "reserved", "banned",
                                                                    "rejoin_period", "two_persons"};

template <class Enum>
constexpr std::string_view word(Enum value) noexcept {
  return words<Enum>[static_cast<std::size_t>(value)];
}

/// The value with this word, nullopt when there is none.
template <class Enum>
constexpr std::optional<Enum> from_word(std::string_view text) noexcept {
  for (std::size_t i = 0; i < words<Enum>.size(); ++i) {
    if (words<Enum>[i] == text) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

/// "; did you mean `age`?" when one of the words is a slip of the pen away from what was written, else "". What was
/// written is not repeated: it may be personal.
std::string did_you_mean(std::string_view written, std::span<const std::string_view> words);

/// What to say of a name that there is not: "unknown option `aeg`: one of `age`, ... was expected".
std::string unknown(std::string_view what, std::string_view written, std::span<const std::string_view> known);
inline std::string unknown_option(std::string_view written, std::span<const std::string_view> known) {
  return unknown("option", written, known);
}

struct WordList {
  std::string_view name;  // "status", "error_kind", "preset", ...
  std::vector<std::string_view> words;
};

/// Every set of words. Type declarations, the schema of policies and the guides repeat them, and a test compares them.
std::vector<WordList> word_lists();

}  // namespace bonin
