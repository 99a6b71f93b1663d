#pragma once
// Which sanitizer this test was built with: some of what a test does to a process, a sanitizer cannot bear.

namespace bonin::test {

#if defined(__SANITIZE_THREAD__)
constexpr bool thread_sanitizer = true;
#else
constexpr bool thread_sanitizer = false;
#endif

#if defined(__SANITIZE_ADDRESS__)
constexpr bool address_sanitizer = true;
#else
constexpr bool address_sanitizer = false;
#endif

}  // namespace bonin::test
