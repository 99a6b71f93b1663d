#pragma once
// The threads of a process, and what it runs with.

#include <string>

namespace bonin {

/// Stops the I/O thread and the registries' threads, settles every call under way with ErrorKind::closed, then refuses
/// new calls. For the end of the process: bindings call it from their exit hooks. Idempotent, thread-safe, never called
/// from a callback.
void shutdown() noexcept;

/// Version of bonin, "0.1.0".
std::string version();

/// Versions of the libraries bonin runs with, such as the TLS library that libcurl really uses: one line.
std::string runtime_versions();

/// True when the OpenSSL that answers is the one bonin was built against (a host such as Node can put its own in
/// front).
bool own_openssl() noexcept;

/// For tests, before a client is made: the known places of certificates lie below this folder. Empty: `/`.
void set_certificate_root(std::string root);

}  // namespace bonin
