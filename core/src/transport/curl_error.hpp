#pragma once
// The result of a transfer that failed, as an Error.

#include <string>

#include "bonin/portone.hpp"

typedef void CURL;

namespace bonin {

/// What ended an attempt that has no answer. `code` is a CURLcode; `too_large`: the answer passed the size limit.
Error transfer_error(CURL* easy, int code, bool too_large, const ConnectionOptions& connection);

// Failures before libcurl has the transfer.
Error not_found(const std::string& host, const ConnectionOptions& connection);
Error not_found_in_time(const std::string& host, const ConnectionOptions& connection);
/// All connections stayed in use until the deadline.
Error no_place();

/// This machine lacks descriptors or memory; `system_error` is the errno.
Error lacking(int system_error);

/// Was there a connection, its TLS included? Then the request, or a part of it, may have reached the server.
bool was_connected(CURL* easy);

}  // namespace bonin
