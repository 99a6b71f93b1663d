#pragma once
// What a fuzz target promises; a promise that is broken is a finding, as a crash is.

#include <cstdio>
#include <cstdlib>

#define REQUIRE(held)                                                                \
  do {                                                                               \
    if (!(held)) {                                                                   \
      std::fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #held); \
      std::abort();                                                                  \
    }                                                                                \
  } while (false)
