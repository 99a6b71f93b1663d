#pragma once
// What is known of the person and of the id: the registry answers it, a policy takes it as an argument.

#include <cstdint>
#include <optional>

namespace bonin {

/// A plain record between the two rooms, so that neither knows the other. What is unknown denies.
struct Standing {
  enum class Account : std::uint8_t { unknown, none, same, other };
  enum class Use : std::uint8_t { unknown, first, same_subject, other_subject };
  Account account = Account::unknown;      // does this person hold an account: none, the subject's own, another's
  bool reserved = false;                   // somebody else is signing this person up right now
  Use use = Use::unknown;                  // was this id used before, and by whom
  std::optional<bool> banned;              // nullopt: not known
  std::optional<bool> rejoin_period_over;  // nullopt: not known
};

}  // namespace bonin
