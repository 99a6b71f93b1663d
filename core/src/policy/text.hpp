#pragma once
// Comparing what the application expects with what PortOne says.

#include <string_view>

namespace bonin::policy_detail {

/// Equal as names: trimmed, in Unicode normal form C. Constant time for the texts as they are; normalises (and
/// allocates) only when those differ. Empty and invalid texts equal nothing, nor do those over Expect::max_name: to
/// normalise takes time that grows with the square of the length.
bool same_name(std::string_view a, std::string_view b);

/// Equal as phone numbers: the digits, up to 32, where nothing but digits, spaces and `-`, `.`, `(`, `)` stands, and a `+`
/// before all of them. Constant time for the digits. Anything else equals nothing.
bool same_phone(std::string_view a, std::string_view b) noexcept;

}  // namespace bonin::policy_detail
