#pragma once

#include <ostream>

namespace bonin::test {

/// What a careless line of a log could show.
template <class T>
concept Printable = requires(std::ostream& out, const T& value) { out << value; };

}  // namespace bonin::test
