#pragma once
// What libcurl asks of the machine, as a test wants it: the time, and the addresses behind names. A program that is
// linked with machine.cpp has the functions of the C library replaced, for libcurl and OpenSSL as well.

#include <chrono>
#include <string>

namespace bonin::test {

/// Every clock of this process is ahead from now on. There is no way back.
void advance_all_clocks(std::chrono::seconds by);

/// The numeric address behind a name; empty: the name does not exist. Names never told of are the system's.
void resolve(const std::string& name, const std::string& address);

/// How often a name was looked up since it was told of.
int lookups_of(const std::string& name);

}  // namespace bonin::test
