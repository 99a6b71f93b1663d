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

/// Look-ups of a name wait from now on, as for a name server that is silent; and go on.
void hold_lookups(const std::string& name);
void release_lookups(const std::string& name);

/// The kernel refuses to watch any more descriptors, with this errno; 0: it does not.
void refuse_to_watch(int system_error);

/// How often a name was looked up since it was told of.
int lookups_of(const std::string& name);

}  // namespace bonin::test
