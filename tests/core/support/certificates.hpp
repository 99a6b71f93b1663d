#pragma once
// Certificates that a test makes for itself.

#include <string>

namespace bonin::test {

/// An authority of its own, and what it signed, as PEM files `<name>.pem` and `<name>.key` in a directory:
/// `ca` (trust this one), `good` (localhost, portone.test and 127.0.0.1), `other` (another host), `expired`, `early`
/// (not valid yet) and `self` (localhost, signed by nobody).
void make_certificates(const std::string& directory);

}  // namespace bonin::test
