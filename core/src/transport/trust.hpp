#pragma once
// The certificates of the authorities that a client trusts.

#include <optional>
#include <string>

#include "bonin/portone.hpp"

namespace bonin {

/// One of the first three is set, or `problem`.
struct Trust {
  std::string file;          // PEM
  std::string directory;     // in it OpenSSL finds certificates by the hashes of their names; a colon between several
  std::string certificates;  // PEM: the text itself
  std::string named_by;      // who named the file: `ca_file` or `SSL_CERT_FILE`; empty: it lies at a known place
  std::optional<Error> problem;  // what every call that needs certificates ends with
};

/// What `ca_file` names; else what SSL_CERT_FILE and SSL_CERT_DIR name, and nothing besides; else what lies where
/// systems keep it; else what the language brings. Reads the environment: on the caller's own thread.
Trust find_trust(const ConnectionOptions& connection);

/// What has become of them since: the error that the next connection would end with, if any.
std::optional<Error> trouble_of(const Trust& trust);

/// Where they are, in words.
std::string place_of(const Trust& trust);

/// The file is there, and libcurl cannot read it.
Error unreadable_certificates(const Trust& trust);

}  // namespace bonin
