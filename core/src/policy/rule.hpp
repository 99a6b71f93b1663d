#pragma once
// What a rule is. Each is a class of static members in rules/, listed in rules/all.hpp:
//
//   kind       its number
//   code       its key in a document, and its code in a finding
//   compile    reads what stands under its key, and appends its step
//   judge      makes the function that says of a row whether the rule holds. A row answers status(), verified_ms(),
//              channel(), provider(), channel_key(), merchant(), attestation(name), birth(), gender(), carrier(),
//              mvno(), foreigner(); a value is asked for only when the attestation says that there is one, unless
//              Row::values_without_asking
//   phrase     what it asks for, in words
//   denial     for an end user, why it did not pass, when the reason alone does not say it
//   subject    what it looks at, in words
//   attribute  the attribute that it needs a value of, if any
//   columns    the columns (bonin/columns.hpp) that it reads; none when columns cannot answer it

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bonin/expect.hpp"
#include "bonin/standing.hpp"
#include "model/korean.hpp"
#include "policy/compiler.hpp"
#include "policy/place.hpp"
#include "policy/program.hpp"

namespace bonin::policy_detail {

/// What is judged beside the row.
struct Inputs {
  const Program& program;
  std::int64_t now_ms;
  std::int32_t today;  // date_key (age.hpp) in Korea
  const Expect& expect;
  const Standing* standing;
};

/// A step and the program it is of.
struct RuleAt {
  const Program& program;
  std::size_t index;
  const std::uint8_t* reasons = nullptr;  // of all steps, where they were judged

  const Step& step() const noexcept { return program.steps[index]; }
};

/// What a rule has unless it says otherwise.
struct RuleDefaults {
  static constexpr bool in_documents = true;    // may stand in a policy document
  static constexpr bool combined = false;       // is made of other rules
  static constexpr bool about_account = false;  // needs the registry's standing
  static std::optional<AttributeName> attribute(const Step&) noexcept { return std::nullopt; }
  static Bilingual subject(const Step&) noexcept { return {"본인인증 결과", "the result of the verification"}; }
  static std::vector<std::string_view> columns(const RuleAt&) { return {}; }
  static std::string denial(const RuleAt& rule, bool korean);  // "This is required: <phrase>."
};

/// The phrase of any rule; of a combined one with all its parts.
std::string phrase(const RuleAt& rule, bool korean);

/// "10 minutes", in the largest unit that leaves nothing over.
std::string duration_words(std::int64_t ms, bool korean);

std::string joined(const std::vector<std::string>& parts, std::string_view between);

inline Bilingual words_of(AttributeName attribute) noexcept { return {info(attribute).ko, info(attribute).en}; }

/// The column that holds an attribute, or says whether there is a value.
inline std::string_view column_of(AttributeName attribute) noexcept {
  switch (attribute) {
    case AttributeName::name:
    case AttributeName::phone:
    case AttributeName::ci:
    case AttributeName::di:
      return "present";
    default:
      return info(attribute).name;
  }
}

/// Is there a value that this rule may look at?
inline Reason judge_readable(Attestation attestation, bool lenient) noexcept {
  // Without branches, as all that runs over columns.
  Reason reason = Reason::missing;
  reason = attestation == Attestation::unreadable ? Reason::unreadable : reason;
  reason = attestation == Attestation::self_declared_possible ? Reason::unattested : reason;
  const bool good =
      (attestation == Attestation::attested) | ((attestation == Attestation::self_declared_possible) & lenient);
  return good ? Reason::pass : reason;
}

/// Judges the value of an attribute with `judge_value(row)`, where there is a value that may be looked at.
template <class Row, class Judge>
auto judge_value_of(AttributeName attribute, const Step& step, Judge judge_value) {
  return [attribute, lenient = step.lenient, judge_value](const Row& row) noexcept {
    const Reason reason = judge_readable(row.attestation(attribute), lenient);
    if constexpr (Row::values_without_asking) {
      const Reason verdict = judge_value(row);  // also of what is missing: cheaper than a branch
      return reason == Reason::pass ? verdict : reason;
    } else {
      return reason == Reason::pass ? judge_value(row) : reason;
    }
  };
}

}  // namespace bonin::policy_detail
