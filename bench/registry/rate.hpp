#pragma once
// How many calls a second, and how that compares: what the registry's benches share.

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>

inline double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

inline void must(bool fine, const char* what) {
  if (fine) return;
  std::fprintf(stderr, "bench: %s\n", what);
  std::exit(1);
}

/// Runs `total` calls with `width` of them waiting at once; calls a second.
template <class Start>
double at_width(int total, int width, Start start) {
  std::mutex mutex;
  std::condition_variable changed;
  int waiting = 0;
  const double from = seconds();
  for (int i = 0; i < total; ++i) {
    {
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return waiting < width; });
      ++waiting;
    }
    start(i, [&] {
      const std::lock_guard lock(mutex);
      --waiting;
      changed.notify_one();
    });
  }
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return waiting == 0; });
  return total / (seconds() - from);
}

inline void line(const char* what, double bonin, double bare) {
  std::printf("  %-34s %10.0f/s   bare %10.0f/s   ratio %.2f\n", what, bonin, bare, bonin / bare);
}
