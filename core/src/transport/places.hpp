#pragma once
// Where libcurl is told to look for certificates, so that it looks nowhere else.

#include <string>

#include "transport/trust.hpp"

namespace bonin {

/// Which places a libcurl puts where it is told none: those that it was built with. Up to 8.15 it took null for none.
struct BuiltIn {
  bool file;
  bool directory;
};

/// Of the libcurl that is linked.
BuiltIn built_in_places();

/// The options of libcurl; null: the option is to be empty. Pointers point into the trust.
struct Places {
  const char* file;
  const char* directory;
  const std::string* certificates;
  std::string made;  // certificates too, where it is not empty: to be copied
};

/// `divided`: the file is served certificate by certificate (authorities.hpp). libcurl compares the places when it
/// looks for a connection to use again, so that they still differ by the path: in a certificate that counts for
/// nothing. The directory alone would not do, which libcurl 8.16 and 8.17 do not compare when they have none of their
/// own.
Places places_of(const Trust& trust, bool divided, const BuiltIn& built_in);

/// PEM. It expired in 1970, and its key exists no more. Empty: it could not be made.
const std::string& certificate_of_nobody();

}  // namespace bonin
