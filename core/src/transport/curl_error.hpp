#pragma once
// libcurl's end of a transfer as an Error.

#include "bonin/error.hpp"

typedef void CURL;

namespace bonin {

/// What ended an attempt that has no answer. `code` is a CURLcode; `too_large`: the answer passed the size limit.
Error transfer_error(CURL* easy, int code, bool too_large);

/// May the request, or a part of it, have reached the server?
bool may_have_been_sent(CURL* easy);

}  // namespace bonin
