#pragma once
// What rules over a list share: `{"in": [...]}` or `{"not_in": [...]}`.

#include "policy/rule.hpp"

namespace bonin::policy_detail {

/// The list, and whether it excludes.
std::pair<Place, bool> membership(const Place& body);

std::string membership_phrase(const Bilingual& subject, const Step& step, const std::string& list, bool korean);

}  // namespace bonin::policy_detail
