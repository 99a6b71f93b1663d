#pragma once
// How many calls a second, and how that compares: what the registry's benches share.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <vector>

inline double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

inline void must(bool fine, const char* what) {
  if (fine) return;
  std::fprintf(stderr, "bench: %s\n", what);
  std::exit(1);
}

struct Rate {
  double a_second = 0;
  double p50_us = 0;
};

/// How a caller waits: asleep, which costs what it costs the machine to wake it, or looking.
enum class Caller { sleeps, looks };

/// Runs `total` calls with `width` of them waiting at once.
template <class Start>
Rate at_width(int total, int width, Start start, Caller caller = Caller::sleeps) {
  std::mutex mutex;
  std::condition_variable changed;
  std::atomic<int> waiting{0};
  std::vector<double> took(static_cast<std::size_t>(total));
  const auto wait = [&](int most) {
    if (caller == Caller::looks) {
      while (waiting >= most) std::this_thread::yield();
    }
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return waiting < most; });
  };
  const double from = seconds();
  for (int i = 0; i < total; ++i) {
    wait(width);
    ++waiting;
    const double begun = seconds();
    start(i, [&, i, begun] {
      took[static_cast<std::size_t>(i)] = seconds() - begun;
      const std::lock_guard lock(mutex);
      --waiting;
      changed.notify_one();
    });
  }
  wait(1);
  const double all = seconds() - from;
  std::nth_element(took.begin(), took.begin() + total / 2, took.end());
  return {total / all, took[static_cast<std::size_t>(total / 2)] * 1e6};
}

inline void line(const char* what, double bonin, double bare) {
  std::printf("  %-36s %9.0f/s                   bare %9.0f/s   ratio %.2f\n", what, bonin, bare, bonin / bare);
}

inline void line(const char* what, const Rate& bonin, double bare) {
  std::printf("  %-36s %9.0f/s, p50 %7.0f us   bare %9.0f/s   ratio %.2f\n", what, bonin.a_second, bonin.p50_us, bare,
              bonin.a_second / bare);
  std::fflush(stdout);
}
