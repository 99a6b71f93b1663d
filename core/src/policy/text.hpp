#pragma once
// Comparing what the application expects with what PortOne says.

#include <string_view>

namespace bonin::policy_detail {

/// Equal as names: trimmed, in Unicode normal form C. Constant time for the texts as they are; normalises (and
/// allocates) only when those differ. Empty and invalid texts equal nothing.
bool same_name(std::string_view a, std::string_view b);

/// Equal as phone numbers: the digits alone, up to 32. Constant time. Without digits equal to nothing.
bool same_phone(std::string_view a, std::string_view b) noexcept;

}  // namespace bonin::policy_detail
