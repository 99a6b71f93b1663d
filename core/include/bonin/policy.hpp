#pragma once
// What must hold before somebody is let in.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bonin/columns.hpp"
#include "bonin/decision.hpp"
#include "bonin/expect.hpp"
#include "bonin/policy_node.hpp"
#include "bonin/preset_info.hpp"
#include "bonin/result.hpp"
#include "bonin/standing.hpp"
#include "bonin/verification.hpp"

namespace bonin {

namespace policy_detail {
class Comparison;
class Documents;
}  // namespace policy_detail

/// A policy.
/// Thread-safety: immutable.
/// Lifetime: copies share one program; a decision keeps the program it was made by.
class Policy {
 public:
  /// Reads a policy document (JSON, at most 64 KiB; see policy.schema.json). Refuses what it does not understand with
  /// ErrorKind::invalid_policy, the JSON pointer in `parameter`.
  static Result<Policy> parse(std::string_view json);

  /// Reads a policy document from a file (UTF-8), and the files that it extends. To reload it later see
  /// policy_file.hpp.
  static Result<Policy> load(const std::string& path);

  /// A preset by name, such as `kr.youth_protection`. `kr.vote` counts the age on a day that the law alone cannot tell:
  /// it needs `election_day` and refuses without; the others refuse one.
  static Result<Policy> preset(std::string_view name, std::optional<Date> election_day = std::nullopt);
  static std::vector<std::string_view> preset_names();
  static std::vector<PresetInfo> presets();

  std::string_view name() const noexcept;
  std::string_view description() const noexcept;
  std::string_view hash() const noexcept;  // SHA-256 of document(), 64 hex characters
  std::string_view law() const noexcept;   // sources of the presets this is or extends, with `; ` between; else empty

  /// The canonical document: the baseline and all bases written out, keys sorted, compact JSON.
  std::string_view document() const noexcept;

  /// Contradictions and rules that can never pass, in English; empty if there is nothing to say.
  const std::vector<std::string>& warnings() const noexcept;

  /// Does a rule need the registry's standing?
  bool needs_standing() const noexcept;

  /// Bit i, as of `Decision::failed()`: rule i asks for the registry's standing, itself or in one of its parts.
  std::uint64_t account_bits() const noexcept;

  /// Does a rule ask for a person who holds no account yet (so that a place is to be reserved)?
  bool wants_new_account() const noexcept;

  /// Does a rule ask for the first use of the id (so that it is to be used up)?
  bool wants_single_use() const noexcept;

  /// How long somebody who gave up an account may not sign up again, as the document's `rejoin_period_over` says it; of
  /// several the longest. nullopt: it does not say. Registry::release takes it.
  std::optional<std::chrono::milliseconds> rejoin_after() const noexcept;

  /// Is a DI of this provider accepted alone for a new account, though the page chooses its salt?
  bool accepts_page_chosen_di(std::string_view provider) const noexcept;

  /// Whom a limit by full age in the provider's own window turns away although the policy lets them in, in English;
  /// nullopt: nobody. V1's `min_age` and DANAL's `AGELIMIT` are such limits.
  std::optional<std::string> shut_out_by(int full_age) const;

  /// Every rule about the registry's standing, those inside of others included.
  std::vector<RuleName> standing_rules() const;

  /// The policy in plain words, one line a rule.
  std::string explain(Language language) const;

  /// The same as nodes: the rules that must all pass, each with its parts.
  std::vector<PolicyNode> tree(Language language) const;

  /// Decides. Pure: no clock, no I/O, no randomness. Does not allocate (comparing an expected name that is not byte for
  /// byte equal may).
  Decision evaluate(VerificationPtr verification, Moment now, const Expect& expect = {},
                    const Standing* standing = nullptr) const;

  /// Decides over columns, one million rows in some hundredths of a second, with the same answers as `evaluate` without
  /// expectations and standing. Refuses columns of differing lengths with ErrorKind::invalid_argument.
  Result<Done> evaluate_columns(const Columns& columns, Moment now, const ColumnDecisions& decisions,
                                const ColumnProgress& progress = {}) const;

  /// Every rule and the columns that it reads; of a combined one its parts.
  std::vector<RuleColumns> column_needs() const;

  /// Code and JSON pointer of the rule behind each bit of `Decision::failed()` when nothing was expected.
  std::vector<RuleName> rules() const;

 private:
  friend class Made;
  friend class policy_detail::Documents;
  friend class policy_detail::Comparison;
  explicit Policy(std::shared_ptr<const policy_detail::Program> program) : program_(std::move(program)) {}
  std::shared_ptr<const policy_detail::Program> program_;
};

}  // namespace bonin
