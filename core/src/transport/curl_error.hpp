#pragma once
// libcurl's end of a transfer as an Error.

#include <string>

#include "bonin/portone.hpp"

typedef void CURL;

namespace bonin {

/// What ended an attempt that has no answer. `code` is a CURLcode; `too_large`: the answer passed the size limit.
Error transfer_error(CURL* easy, int code, bool too_large, const ConnectionOptions& connection);

// What ends one before libcurl has it.
Error not_found(const std::string& host, const ConnectionOptions& connection);
Error not_found_in_time(const std::string& host, const ConnectionOptions& connection);
/// All connections are in use until the end.
Error no_place();

/// This machine lacks something, by errno.
Error lacking(int system_error);

/// Was there a connection, its TLS included? Then the request, or a part of it, may have reached the server.
bool was_connected(CURL* easy);

}  // namespace bonin
