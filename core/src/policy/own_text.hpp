#pragma once
// What a document says to the person itself, where a rule does not pass.

#include <string>
#include <vector>

#include "policy/rule.hpp"

namespace bonin::policy_detail {

/// The key beside a rule's.
inline constexpr std::string_view text_key = "text";

OwnText read_own_text(const Place& text, std::size_t step);

/// What an end user is told of a rule that was judged and did not pass: the document's own text, or bonin's sentence.
std::string sentence(const RuleAt& rule, bool korean);

/// The texts of a rule that may be shown: its own, or those of the parts of an `all_of` without one.
std::vector<std::string> texts_shown(const RuleAt& rule, bool korean);

}  // namespace bonin::policy_detail
