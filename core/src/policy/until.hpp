#pragma once
// Until when a ban or a rejoin period keeps somebody out, in words.

#include <string>

#include "bonin/date.hpp"
#include "policy/reason.hpp"

namespace bonin::policy_detail {

/// `banned` or `too_soon` until a moment, as a sentence on the calendar of Korea. The day that is named is the last one
/// on which it holds at some time.
std::string sentence_until(Reason reason, Moment until, bool korean);

/// `banned` without an end.
std::string sentence_for_ever(bool korean);

}  // namespace bonin::policy_detail
